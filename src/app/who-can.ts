import { openSnapshot } from '#collect/folder.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import type { WhoCanQuestion } from '#prove/sweep.ts'
import { type WhoCan, whoCan } from '#prove/who-can.ts'

/** The answer of `who-can`, and the parts of the snapshot that could not be read on the way. */
export interface WhoCanAnswer {
  readonly result: WhoCan
  readonly problems: readonly string[]
}

/** Goes through a snapshot account by account; a large organization is never in memory as a whole. */
export async function whoCanIn(
  folder: string,
  question: WhoCanQuestion,
  all: boolean,
  budget?: number,
): Promise<WhoCanAnswer> {
  const snapshot = await openSnapshot(folder)
  const result = whoCan(snapshot, question, { managedPolicies: managedPolicyByArn, all, budget })
  return { result, problems: snapshot.problems.map(({ part, message }) => `${part}: ${message}`) }
}
