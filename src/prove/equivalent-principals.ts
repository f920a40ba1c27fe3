import type { PreparedPolicy } from '#engine/prepare.ts'
import type { Action } from '#iam/action.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Statement } from '#iam/policy.ts'
import { variablesOf } from '#iam/variables.ts'

/**
 * Whether policies could tell two principals of one account apart that are of one kind and whose identity policies say the
 * same: by naming one of them, or by a key that each has a value of its own for.
 */
export const distinguishesPrincipals = (
  policies: readonly PreparedPolicy[],
  action: Action,
  account: string,
): boolean =>
  policies.some((policy) => {
    const { denies, allows } = policy.bearingOn(action)
    return [...denies, ...allows].some((statement) => names(statement, account) || keysOf(statement).some(isPersonal))
  })

function names({ principal }: Statement, account: string): boolean {
  return (principal?.entries ?? []).some(({ type, value }) => {
    if (type !== 'AWS' || isAccountId(value) || value.endsWith(':root')) return false
    const named = parseArn(value)?.account
    return named === undefined || named === account
  })
}

function keysOf({ resources = [], conditions }: Statement): readonly string[] {
  return [
    ...resources.flatMap((pattern) => (pattern.kind === 'arn' ? variablesOf(pattern.rest) : [])),
    ...conditions.flatMap((line) => [line.key, ...line.values.flatMap(({ template }) => variablesOf(template))]),
  ]
}

const PERSONAL: ReadonlySet<string> = new Set(['aws:principalarn', 'aws:userid', 'aws:username', 'aws:principaltag'])

const isPersonal = (key: string): boolean => PERSONAL.has(key.toLowerCase().split('/', 1)[0] ?? '')
