import { parentPort, workerData } from 'node:worker_threads'
import { openQuestionAnswerer } from '#app/answer-question.ts'
import { loadNewerFacts } from '#app/newer-facts.ts'
import type { ReadyMessage, ThreadMessage } from '#app/thread-pool.ts'
import { quotedNames } from '#quote/foreign-names.ts'
import { isUserError } from '../errors.ts'
import { asker } from './ask.ts'
import { fitted } from './fitted.ts'
import { foreignNames } from './foreign-names.ts'
import type {
  AtHand,
  Finished,
  ToolOutcome,
  ToolQuestion,
  ToolThreadData,
  ToolThreadReady,
  WholeAnswer,
} from './tool.ts'
import { workTools } from './work-tools.ts'

async function run(): Promise<void> {
  const port = parentPort
  if (port === null) return
  const { snapshots, expectPrincipal, budget, store } = workerData as ToolThreadData
  const tools = new Map(workTools().map((tool) => [tool.name, tool]))
  try {
    await loadNewerFacts(process.env)
    const answerer = await openQuestionAnswerer({
      snapshots,
      budget,
      ...(expectPrincipal === undefined ? {} : { expectPrincipal }),
    })
    const atHand: AtHand = {
      ask: asker(answerer),
      folders: snapshots,
      notice: (notice) => port.postMessage({ notice } satisfies ThreadMessage<ToolOutcome>),
      store: { url: store, env: process.env, budget },
    }
    port.postMessage({ ready: { snapshots: answerer.snapshots } } satisfies ReadyMessage<ToolThreadReady>)
    port.on('message', ({ tool: name, text }: ToolQuestion) => {
      const work = async (): Promise<WholeAnswer> => {
        const tool = tools.get(name)
        if (tool === undefined) throw new Error(`there is no tool ${name}`)
        const args = JSON.parse(text) as Record<string, unknown>
        return withQuotes(await tool.work(args, atHand), args)
      }
      void outcomeOf(work).then((answer) => port.postMessage({ answer } satisfies ThreadMessage<ToolOutcome>))
    })
  } catch (error) {
    if (!isUserError(error)) throw error
    const { code, message, hint } = error
    port.postMessage({ fault: { code, message, hint } } satisfies ReadyMessage<ToolThreadReady>)
  }
}

/** A model reads the text: what others wrote in names must not read as our words. */
function withQuotes(answer: WholeAnswer, args: Record<string, unknown>): WholeAnswer {
  const names = foreignNames(args, answer.result)
  const { text, long, result } = answer
  return { result, text: quotedNames(text, names), ...(long === undefined ? {} : { long: quotedNames(long, names) }) }
}

async function outcomeOf(work: () => Promise<WholeAnswer>): Promise<ToolOutcome> {
  try {
    return { finished: finishedOf(await work()) }
  } catch (error) {
    if (isUserError(error)) return { fault: { code: error.code, message: error.message, hint: error.hint } }
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function finishedOf({ text, long, result }: WholeAnswer): Finished {
  // Getters and undefined fields are not for the wire.
  const whole = JSON.stringify(result)
  const fits = JSON.stringify(fitted(result))
  return {
    text,
    whole,
    ...(long === undefined || long === text ? {} : { long }),
    ...(fits === whole ? {} : { fitted: fits }),
  }
}

void run()
