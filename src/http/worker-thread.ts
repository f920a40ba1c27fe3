import { jsonText } from '#quote/json.ts'
import { parentPort, workerData } from 'node:worker_threads'
import type { AnswerProgress, AnswerWatch } from '#app/answer-progress.ts'
import { type QuestionAnswerer, type AnswererOptions, NoDenial, openQuestionAnswerer } from '#app/answer-question.ts'
import { openStoreReader, type StoreReaderOptions } from '#app/store/reader.ts'
import { loadNewerFacts } from '#app/newer-facts.ts'
import type { ReadyMessage, ThreadMessage } from '#app/thread-pool.ts'
import { UserError } from '../errors.ts'
import { layersLine, progressLine } from './answer-lines.ts'
import { checkBody } from './check-body.ts'
import { bodyOf, statusOf } from './fault-body.ts'
import { answerPlain, type PlainBody } from './text-body.ts'
import { END, PLAIN } from './wire.ts'

/** The work of one thread: questions on snapshots, or reads of the store. */
export type ThreadData = { readonly answerer: AnswererOptions } | { readonly store: StoreReaderOptions }

/** Question that the server sends to a thread: its name, and its text as JSON or as it came. */
export interface WorkerQuestion {
  readonly question: string
  readonly text: string
  /** Told of while it is answered: each notice is a line of `src/http/answer-lines.ts`. */
  readonly isWatched?: boolean
}

/** Answer of a thread: the status and the body of an HTTP answer, ready to send. */
export interface Answered {
  readonly status: number
  readonly body: string
  /** Of a bug of ours, for the log. */
  readonly stack?: string
}

export type Ready = Pick<QuestionAnswerer, 'snapshots'>

type Answer = (question: never, text: string, watch?: AnswerWatch) => Promise<unknown>

interface Opened {
  readonly snapshots: QuestionAnswerer['snapshots']
  readonly answer: Answer
  readonly close?: () => Promise<void>
}

async function run(): Promise<void> {
  const port = parentPort
  if (port === null) return
  let opened: Opened
  try {
    const data = workerData as ThreadData
    await loadNewerFacts(process.env)
    opened =
      'answerer' in data
        ? await openQuestionAnswerer(data.answerer, checkBody)
        : { snapshots: [], ...openStoreReader(data.store) }
  } catch (error) {
    port.postMessage({ fault: bodyOf(error).error } satisfies ReadyMessage<Ready>)
    return
  }
  port.postMessage({ ready: { snapshots: opened.snapshots } } satisfies ReadyMessage<Ready>)
  port.on('message', (asked: WorkerQuestion | typeof END) => {
    if (asked === END) return void Promise.resolve(opened.close?.()).finally(() => port.close())
    const { question, text, isWatched } = asked
    const watch = isWatched === true ? watchTo((notice) => port.postMessage({ notice } satisfies Message)) : undefined
    const ask =
      question === PLAIN
        ? () => answerPlain(JSON.parse(text) as PlainBody, (line) => opened.answer('diagnose' as never, line, watch))
        : () => opened.answer(question as never, text, watch)
    return void answered(ask).then((answer) => port.postMessage({ answer } satisfies Message))
  })
}

type Message = ThreadMessage<Answered>

/** Milliseconds between two words of how far a stage is: thousands of lines are read in a second. */
const BETWEEN = 100

/** Tells of an answer in lines; of one stage not all that is told. */
function watchTo(tell: (line: string) => void): AnswerWatch {
  let [stage, next]: [AnswerProgress['stage'], number] = ['reading', Date.now() + BETWEEN]
  return {
    progress: (progress) => {
      const now = Date.now()
      if (progress.stage === stage && now < next) return
      ;[stage, next] = [progress.stage, now + BETWEEN]
      tell(progressLine(progress))
    },
    layers: (layers) => tell(layersLine(layers)),
  }
}

async function answered(ask: () => Promise<unknown>): Promise<Answered> {
  try {
    return { status: 200, body: jsonText(await ask()) }
  } catch (error) {
    const result = error instanceof NoDenial ? { result: error.result } : {}
    const body = jsonText({ ...bodyOf(error), ...result })
    const stack = error instanceof Error && !(error instanceof UserError) ? error.stack : undefined
    return { status: statusOf(error), body, ...(stack === undefined ? {} : { stack }) }
  }
}

void run()
