import { parentPort, workerData } from 'node:worker_threads'
import { type Judge, type JudgeOptions, NoDenial, openJudge, type Question } from '#app/judge.ts'
import { UserError } from '../errors.ts'
import type { ErrorBody } from './wire.ts'

/** What the server asks a thread, and what the thread answers: the body of an HTTP answer, ready to send. */
export interface Asked {
  readonly question: Question
  readonly text: string
}

export interface Answered {
  readonly status: number
  readonly body: string
  /** Of a bug of ours, for the log. */
  readonly stack?: string
}

export type Ready = Pick<Judge, 'snapshots'> | { readonly fault: ErrorBody['error'] }

async function run(): Promise<void> {
  const port = parentPort
  if (port === null) return
  let judge: Judge
  try {
    judge = await openJudge(workerData as JudgeOptions)
  } catch (error) {
    port.postMessage({ fault: bodyOf(error).error } satisfies Ready)
    return
  }
  port.postMessage({ snapshots: judge.snapshots } satisfies Ready)
  port.on('message', ({ question, text }: Asked) => {
    void answer(judge, question, text).then((answered) => port.postMessage(answered))
  })
}

async function answer(judge: Judge, question: Question, text: string): Promise<Answered> {
  try {
    return { status: 200, body: JSON.stringify(await judge.answer(question, text)) }
  } catch (error) {
    if (error instanceof NoDenial)
      return { status: 422, body: JSON.stringify({ ...bodyOf(error), result: error.result }) }
    if (error instanceof UserError)
      return { status: error.code === 'input/no-denial' ? 422 : 400, body: JSON.stringify(bodyOf(error)) }
    const stack = error instanceof Error ? error.stack : undefined
    return { status: 500, body: JSON.stringify(bodyOf(error)), ...(stack === undefined ? {} : { stack }) }
  }
}

function bodyOf(error: unknown): ErrorBody {
  if (error instanceof UserError) return { error: { code: error.code, message: error.message, hint: error.hint } }
  const message = `this is our fault: ${error instanceof Error ? error.message : String(error)}`
  return { error: { code: 'internal/bug', message, hint: 'the log of `denytrace serve --debug` has the stack' } }
}

void run()
