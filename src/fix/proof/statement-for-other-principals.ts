import type { Caller } from '#iam/caller.ts'
import { isSameProvider } from '#iam/principal-element.ts'
import { statementsOf } from '../statement.ts'

/** A statement as it bears on everybody but one caller. */
export type StatementForOthers = Readonly<Record<string, unknown>>

/**
 * The statements of a document as they bear on everybody but the caller: what holds for that principal alone is left out,
 * and its ARN is left out of exceptions. Two documents that come to the same lists let others do the same, whoever has
 * them. `aws:PrincipalArn` of all sessions of a role is the role's ARN (R-PRIN-02), and no other principal has that ARN.
 */
export function statementsForOthers(document: unknown, caller: Caller): ReadonlyMap<string, StatementForOthers> {
  const own = ownName(caller)
  const found = new Map<string, StatementForOthers>()
  for (const statement of statementsOf(document)) {
    const kept = isRecord(statement) && own !== undefined ? withoutOwn(statement, own) : statement
    if (kept === undefined) continue
    const { Sid: _, ...rest } = isRecord(kept) ? kept : { Sid: undefined, statement: kept }
    found.set(JSON.stringify(rest), rest)
  }
  return found
}

/** Statements for other principals that only one of the documents has. Empty: nothing changed for anybody but the caller. */
export function changedForOthers(before: unknown, after: unknown, caller: Caller): readonly StatementForOthers[] {
  const [old, next] = [statementsForOthers(before, caller), statementsForOthers(after, caller)]
  return [
    ...[...old].flatMap(([text, statement]) => (next.has(text) ? [] : [statement])),
    ...[...next].flatMap(([text, statement]) => (old.has(text) ? [] : [statement])),
  ]
}

/** Whether others may gain by it: an Allow that went away, or a Deny that came, gives nobody anything (R-EVAL-10). */
export function mayGiveOthers(before: unknown, after: unknown, caller: Caller): boolean {
  const [old, next] = [statementsForOthers(before, caller), statementsForOthers(after, caller)]
  const isFresh = (from: typeof old, to: typeof old, effect: string): boolean =>
    [...to].some(([text, statement]) => !from.has(text) && statement['Effect'] !== effect)
  return isFresh(old, next, 'Deny') || isFresh(next, old, 'Allow')
}

interface OwnName {
  readonly type: 'AWS' | 'Service' | 'Federated'
  readonly value: string
}

/** How a policy names the caller and nobody else. The root of an account stands for all of it. */
function ownName({ kind, arn, roleArn, federatedBy }: Caller): OwnName | undefined {
  const value = kind === 'role-session' ? roleArn : kind === 'identity-provider' ? federatedBy : arn
  if (value === undefined || /[*?$]/.test(value)) return undefined
  if (kind === 'service') return { type: 'Service', value }
  if (kind === 'identity-provider') return { type: 'Federated', value }
  return kind === 'user' || kind === 'role-session' ? { type: 'AWS', value } : undefined
}

function withoutOwn(statement: StatementForOthers, own: OwnName): StatementForOthers | undefined {
  const named = withoutPrincipal(statement, own)
  return named === undefined || own.type !== 'AWS' ? named : withoutConditions(named, own.value)
}

/** Undefined: the statement names nobody else. */
function withoutPrincipal(statement: StatementForOthers, { type, value }: OwnName): StatementForOthers | undefined {
  const principal = statement['Principal']
  if (!isRecord(principal)) return statement
  const entries = Object.entries(principal).map(
    ([name, listed]) => [name, name === type ? without(listed, value, sameFor(type)) : listed] as const,
  )
  const left = entries.filter(([, listed]) => !Array.isArray(listed) || listed.length > 0)
  return left.length === 0 ? undefined : { ...statement, Principal: Object.fromEntries(left) }
}

const POSITIVE: ReadonlySet<string> = new Set(['arnequals', 'arnlike', 'stringequals', 'stringlike'])
const NEGATIVE: ReadonlySet<string> = new Set(['arnnotequals', 'arnnotlike', 'stringnotequals', 'stringnotlike'])

/** Undefined: a condition holds it to the caller. A negated operator without values refuses nobody. */
function withoutConditions(statement: StatementForOthers, arn: string): StatementForOthers | undefined {
  const blocks = statement['Condition']
  if (!isRecord(blocks)) return statement
  const kept: (readonly [string, unknown])[] = []
  for (const [operator, keys] of Object.entries(blocks)) {
    const folded = operator.toLowerCase()
    if (!isRecord(keys) || !(POSITIVE.has(folded) || NEGATIVE.has(folded))) {
      kept.push([operator, keys])
      continue
    }
    const lines = Object.entries(keys).map(
      ([key, listed]) =>
        [key, key.toLowerCase() === 'aws:principalarn' ? without(listed, arn, (a, b) => a === b) : listed] as const,
    )
    const isNone = (listed: unknown): boolean => Array.isArray(listed) && listed.length === 0
    const emptied = lines.filter(([key, listed]) => isNone(listed) && !isNone(keys[key]))
    if (emptied.length > 0 && POSITIVE.has(folded)) return undefined
    const left = lines.filter((line) => !emptied.includes(line))
    if (left.length > 0) kept.push([operator, Object.fromEntries(left)])
  }
  const { Condition: _, ...rest } = statement
  return kept.length === 0 ? rest : { ...rest, Condition: Object.fromEntries(kept) }
}

type Same = (a: unknown, value: string) => boolean

const sameFor = (type: OwnName['type']): Same =>
  type === 'Federated' ? (a, value) => typeof a === 'string' && isSameProvider(a, value) : (a, value) => a === value

/** A list without one value; what holds the value alone becomes the empty list. */
function without(listed: unknown, value: string, same: Same): unknown {
  const all: readonly unknown[] = [listed].flat()
  const left = all.filter((item) => !same(item, value))
  return left.length === 1 ? left[0] : left
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
