import { readSessionPolicies } from '#app/scenarios.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { COMMON, Io, Values } from './command.ts'
import { budgetOf } from './budget-option.ts'
import { expectedPrincipal } from './expected-caller.ts'
import { readingsOf } from './reading-option.ts'

/** Settings of a diagnosis out of the options of `diagnose` and `fix`. */
export async function diagnoseOptions(
  values: Pick<Values<typeof COMMON>, 'expect-principal' | 'reading'> & {
    readonly budget?: string | undefined
    readonly against?: string | undefined
  },
  io: Io,
) {
  const expected = expectedPrincipal(values)
  const readings = readingsOf(values.reading)
  const budget = budgetOf(values.budget)
  return {
    ...(readings === undefined ? {} : { readings }),
    ...(budget === undefined ? {} : { budget }),
    ...(values.against === undefined ? {} : { older: await olderOf(values.against, io) }),
    ...(expected === undefined ? {} : { expectPrincipal: expected }),
  }
}

/** The session policies that options name, as a part of the evidence. */
export async function sessionPoliciesOf(
  { 'session-policy': files }: Pick<Values<typeof COMMON>, 'session-policy'>,
  io: Io,
): Promise<Pick<Evidence, 'sessionPolicies'>> {
  return files.length === 0 ? {} : { sessionPolicies: await readSessionPolicies(files, io.stdin) }
}

/** The reading of snapshots of git and of plans is loaded by those runs alone that ask for it. */
async function olderOf(name: string, io: Io) {
  const { olderPolicies } = await import('#app/older-policies.ts')
  return olderPolicies(name, io.stdin)
}
