import type { Question } from '#app/answer-question.ts'
import type { Answer, Route } from '../route.ts'

/** What CloudTrail writes into one file is at most some megabytes; more is for the command line. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

/** A route that passes its body to a worker thread and sends on the answer. */
export const questionRoute = (
  question: Question,
  route: Pick<Route, 'path' | 'operationId' | 'tag' | 'summary' | 'description' | 'takes' | 'gives' | 'faults'>,
): Route => ({
  method: 'POST',
  maxBodyBytes: MAX_BODY_BYTES,
  ...route,
  handle: async ({ body, signal }, { workers, logBug }): Promise<Answer> => {
    const { status, body: text, stack } = await workers.ask(question, await body(), signal)
    if (stack !== undefined) logBug(stack)
    return { status, type: 'application/json; charset=utf-8', body: text }
  },
})
