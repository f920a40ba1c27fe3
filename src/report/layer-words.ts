import type { Decision, LayerVerdict, StatementVerdict, Verdict } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'

export const verdictName = (verdict: Verdict): string => verdict.replaceAll('-', ' ')

/** `deploy` statement 2 "Artifacts": counted from 1, as a person counts. */
export const statementName = ({ policy, index, sid }: StatementVerdict): string =>
  `\`${policy}\` statement ${index + 1}${sid === undefined ? '' : ` "${sid}"`}`

export const placeOf = ({ file, line }: StatementVerdict): string =>
  file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`

const WORST: readonly Verdict[] = ['explicit-deny', 'implicit-deny', 'unknown', 'allow', 'not-applicable']

/** Worst verdict of a layer of several entries (levels, kinds, guards); the counted ones come first. */
export function worstOf(entries: readonly LayerVerdict[]): LayerVerdict | undefined {
  const counted = entries.filter((entry) => entry.counted)
  return WORST.flatMap((verdict) =>
    (counted.length > 0 ? counted : entries).filter((entry) => entry.verdict === verdict),
  )[0]
}

export const isRefusal = ({ verdict }: LayerVerdict): boolean =>
  verdict === 'explicit-deny' || verdict === 'implicit-deny'

/** Why a layer says what it says, in a few words. */
export function reasonOf(decision: Decision, layer: PolicyLayer): string {
  const entries = decision.layers.filter((entry) => entry.layer === layer)
  const worst = worstOf(entries)
  if (worst === undefined) return 'not judged'
  const same = entries.filter((entry) => entry.verdict === worst.verdict && entry.counted === worst.counted)
  const text = verdictReason(decision, worst, same)
  return worst.counted || worst.verdict === 'not-applicable' ? text : `not counted: ${text}`
}

function verdictReason(decision: Decision, worst: LayerVerdict, same: readonly LayerVerdict[]): string {
  switch (worst.verdict) {
    case 'allow':
      return allowReason(same)
    case 'explicit-deny':
      return `${denyReason(worst)}${at(same)}`
    case 'implicit-deny':
      return `${worst.reason ?? (worst.statements.length === 0 ? 'no policy' : 'no statement allows it')}${at(same)}`
    case 'unknown':
      return worst.reason ?? unknownReason(decision, worst)
    case 'not-applicable':
      return worst.reason ?? ''
  }
}

const at = (entries: readonly LayerVerdict[]): string => {
  const places = entries.map(({ where }) => where).filter((where) => where !== undefined)
  return places.length === 0 ? '' : ` at ${places.join(', ')}`
}

function denyReason({ statements, reason }: LayerVerdict): string {
  const deny = statements.find(({ effect, matches }) => effect === 'Deny' && matches === true)
  return deny === undefined ? (reason ?? 'refused') : `${statementName(deny)} denies it`
}

/** Levels that the same policy allows are told together: FullAWSAccess at r-root, ou-prod, 111122223333. */
function allowReason(entries: readonly LayerVerdict[]): string {
  const places = new Map<string, string[]>()
  for (const entry of entries) {
    const allow = entry.statements.find(({ effect, matches }) => effect === 'Allow' && matches === true)
    const name =
      allow === undefined ? (entry.reason ?? '') : entry.where === undefined ? statementName(allow) : allow.policy
    places.set(name, [...(places.get(name) ?? []), ...(entry.where === undefined ? [] : [entry.where])])
  }
  return [...places]
    .map(([name, where]) => (where.length === 0 ? name : `${name} at ${where.join(', ')}`.trim()))
    .join('; ')
}

function unknownReason(decision: Decision, { layer, statements }: LayerVerdict): string {
  const keys = statements
    .filter(({ matches }) => matches === 'unknown')
    .flatMap(({ failedOn }) =>
      failedOn.filter(({ state }) => state === 'unknown').map(({ key, element }) => key ?? element),
    )
  const facts = keys.length > 0 ? keys : decision.missing.filter((fact) => fact.layer === layer).map(({ fact }) => fact)
  return facts.length === 0 ? 'not known' : `hangs on ${[...new Set(facts)].join(', ')}`
}
