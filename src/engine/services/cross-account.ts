import { compileGlob, globMatches } from '#iam/glob.ts'
import { lowerCase, memoizeText } from '#iam/memoize.ts'
import type { Truth } from '#iam/truth.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import { AWS_PAGE } from '../how-to-get.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { CROSS_ACCOUNT_TABLE, type CrossAccountRow } from './cross-account-table.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import { asksIdentityOnly, isTrustAction, mayHaveResourcePolicy } from './resource-policies.ts'

/**
 * Finding on a call of another account, or of nobody, that a resource policy cannot allow whatever it says, or of which no page of
 * AWS says that it can (R-OTH-23). Undefined: the page of the service says that it can.
 */
export function crossAccountRule(input: EvaluationInput): LayerFinding | undefined {
  const { relation, caller, resource } = input
  if ((relation !== 'cross' && caller.kind !== 'anonymous') || resource.kind === 'none') return undefined
  if (isTrustAction(input) || asksIdentityOnly(input.action)) return undefined
  const rows = rowsFor(input)
  const answers = rows.map((row) => canGive(row, input.question.action.name, caller.kind === 'anonymous'))
  const [first = 'unknown'] = answers
  const can = answers.every((answer) => answer === first) ? first : 'unknown'
  if (can === true || (can === 'unknown' && !mayLetIn(input))) return undefined
  const [row] = rows
  return can === false && row !== undefined ? deniedBy(row) : notSettled(input)
}

const deniedBy = ({ why = NOT_GIVEN, rule = 'R-OTH-23', errorCode }: CrossAccountRow): LayerFinding =>
  fixedRuleFinding({
    refuses: true,
    reason: `${why} (${rule})`,
    lacking: { fact: AWS_PAGE, kind: 'attribute' },
    ...(errorCode === undefined ? {} : { errorCode }),
  })

const NOT_GIVEN = 'no resource policy of this service can give this action to another account'

const notSettled = ({ action }: EvaluationInput): LayerFinding =>
  fixedRuleFinding({
    refuses: 'unknown',
    reason: `no AWS page that denytrace knows says that a resource policy can give ${action} to another account (R-OTH-23)`,
    lacking: { fact: AWS_PAGE, kind: 'attribute' },
  })

/** Whether a policy could let the caller in at all: without one the resource policy layer denies the call. */
const mayLetIn = (input: EvaluationInput): boolean =>
  input.policies.resourcePolicy !== null &&
  (input.policies.resourcePolicy !== undefined || mayHaveResourcePolicy(input))

const ROWS_OF: ReadonlyMap<string, readonly CrossAccountRow[]> = new Map(
  CROSS_ACCOUNT_TABLE.map(({ prefix }) => [prefix, CROSS_ACCOUNT_TABLE.filter((row) => row.prefix === prefix)]),
)

/** The row for the type of the resource; all rows of the service where the resource is not known. */
function rowsFor({ question, resource }: EvaluationInput): readonly CrossAccountRow[] {
  const rows = ROWS_OF.get(question.action.service) ?? []
  if (resource.kind !== 'arn' || rows.length === 0) return rows
  const type = /^[^:/]*/.exec(resource.segments[5] ?? '')?.[0] ?? ''
  const own = rows.filter(({ types }) => types?.includes(type) === true)
  return own.length > 0 ? own : rows.filter(({ types }) => types === undefined)
}

interface Patterns {
  readonly named: readonly (readonly [answer: Truth, matches: (name: string) => boolean])[]
  readonly others: Truth
  readonly anonymous: ReadonlySet<string>
}

/** Columns of a row as matchers of action names in lower case, `*` apart. */
function patternsOf({ gives, never, open = [], anonymous = [] }: CrossAccountRow): Patterns {
  const columns = [
    ['unknown', open],
    [true, gives],
    [false, never],
  ] as const
  const named = columns.map(([answer, names]) => {
    const globs = names.filter((name) => name !== '*').map((name) => compileGlob(lowerCase(name)))
    return [answer, memoizeText((name): boolean => globs.some((glob) => globMatches(glob, name)))] as const
  })
  const others = columns.find(([, names]) => names.includes('*'))?.[0] ?? 'unknown'
  return { named, others, anonymous: new Set(anonymous.map(lowerCase)) }
}

const PATTERNS: ReadonlyMap<CrossAccountRow, Patterns> = new Map(
  CROSS_ACCOUNT_TABLE.map((row) => [row, patternsOf(row)]),
)

/** @param name of the action, in lower case */
function canGive(row: CrossAccountRow, name: string, isAnonymous: boolean): Truth {
  const patterns = PATTERNS.get(row)
  if (isAnonymous && patterns?.anonymous.has(name) === true) return true
  return patterns?.named.find(([, matches]) => matches(name))?.[0] ?? patterns?.others ?? 'unknown'
}
