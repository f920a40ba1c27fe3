import type { Question } from '#app/answer-question.ts'
import { wantsLines } from '../answer-lines.ts'
import type { Answer, Asking, Route, Services } from '../route.ts'
import { answerInLines, jsonAnswer } from '../streamed-answer.ts'
import type { PLAIN } from '../wire.ts'

/** What CloudTrail writes into one file is at most some megabytes; more is for the command line. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

/** A route that passes its body to a worker thread and sends on the answer. */
export const questionRoute = (
  question: Question,
  route: Pick<
    Route,
    'path' | 'operationId' | 'tag' | 'summary' | 'description' | 'takes' | 'gives' | 'lines' | 'faults'
  >,
): Route => ({
  method: 'POST',
  maxBodyBytes: MAX_BODY_BYTES,
  ...route,
  handle: async (asking, services) =>
    passedOn(question, await asking.body(), { asking, services, hasLines: route.lines !== undefined }),
})

/** The answer of a worker thread; in lines where the route has those and the caller takes them. */
export async function passedOn(
  question: Question | typeof PLAIN,
  text: string,
  { asking, services, hasLines }: { readonly asking: Asking; readonly services: Services; readonly hasLines: boolean },
): Promise<Answer> {
  const { workers, logBug } = services
  const log = ({ stack }: { readonly stack?: string }): void => {
    if (stack !== undefined) logBug(stack)
  }
  if (hasLines && wantsLines(asking.request.headers.accept))
    return answerInLines((onLine) => workers.ask(question, text, asking.signal, onLine), log)
  const answered = await workers.ask(question, text, asking.signal)
  log(answered)
  return jsonAnswer(answered)
}
