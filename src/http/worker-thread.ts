import { jsonText } from '#quote/json.ts'
import { parentPort, workerData } from 'node:worker_threads'
import { type QuestionAnswerer, type AnswererOptions, NoDenial, openQuestionAnswerer } from '#app/answer-question.ts'
import { openStoreReader, type StoreReaderOptions } from '#app/store/reader.ts'
import type { ReadyMessage, ThreadMessage } from '#app/thread-pool.ts'
import { UserError } from '../errors.ts'
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
}

/** Answer of a thread: the status and the body of an HTTP answer, ready to send. */
export interface Answered {
  readonly status: number
  readonly body: string
  /** Of a bug of ours, for the log. */
  readonly stack?: string
}

export type Ready = Pick<QuestionAnswerer, 'snapshots'>

type Answer = (question: never, text: string) => Promise<unknown>

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
    const { question, text } = asked
    const ask =
      question === PLAIN
        ? () => answerPlain(JSON.parse(text) as PlainBody, (line) => opened.answer('diagnose' as never, line))
        : () => opened.answer(question as never, text)
    return void answered(ask).then((answer) => port.postMessage({ answer } satisfies ThreadMessage<Answered>))
  })
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
