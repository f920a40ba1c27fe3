import { UserError } from '../errors.ts'

/** Answer to a question put to AWS besides, or the fault for which there is none. */
export type Besides<T> =
  | { readonly answer: T; readonly fault?: undefined }
  | { readonly answer?: undefined; readonly fault: UserError }

/**
 * Waits for what is asked besides the answer at hand, which a failure must not take along: it is told with the fault, which
 * gives the exit code. What the user asked wrongly, and our own bugs, stay errors.
 */
export async function besides<T>(asking: Promise<T>): Promise<Besides<T>> {
  try {
    return { answer: await asking }
  } catch (error) {
    if (error instanceof UserError && error.code.startsWith('aws/')) return { fault: error }
    throw error
  }
}
