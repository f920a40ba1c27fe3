/** Accounts of a scenario, masked as people mask them in what they paste (R-UNK-05). */
import type { Scenario } from '#engine/scenario.ts'
import type { Forgotten } from './facts-to-forget.ts'

const ID = /\b\d{12}\b/g

/** `*` in a policy is a wildcard, so stars are no mask there. */
export const MASKS = ['XXXXXXXXXXXX', 'ACCOUNT_ID', 'REDACTED', '1111…', '<account>', 'acct-hidden', '************']

/** The scenario with its n-th id replaced by what the function gives for it. */
export function withIds(scenario: Scenario, replace: (id: string, n: number) => string): Scenario {
  let n = 0
  return JSON.parse(JSON.stringify(scenario).replaceAll(ID, (id) => replace(id, n++))) as Scenario
}

/** Where a scenario names accounts: the field that each id stands in. */
const FIELDS = ['request', 'policies', 'organization', 'resources'] as const

/** Each id, masked alone. */
export function idsToMask(scenario: Scenario): readonly Forgotten[] {
  // What can have no policy of its own is judged by the one that is given for it all the same, and by none where it is not named.
  const isOfNone = /^(ec2|iam):/.test(scenario.request.action) && (scenario.resources ?? []).length > 0
  return FIELDS.filter((field) => !isOfNone || (field !== 'request' && field !== 'resources')).flatMap((field) => {
    const text = JSON.stringify(scenario[field] ?? null)
    return [...text.matchAll(ID)].map(({ index, 0: id }): Forgotten => {
      const masked = `${text.slice(0, index)}XXXXXXXXXXXX${text.slice(index + id.length)}`
      return { kind: `account in ${field}`, scenario: { ...scenario, [field]: JSON.parse(masked) } as Scenario }
    })
  })
}
