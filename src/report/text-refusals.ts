import { valueText } from '#answer/value-words.ts'
import type { Decision, FailedElement, LayerVerdict, MetCondition, StatementVerdict } from '#engine/decision.ts'
import { nearestStatements } from '#iam/nearest-statements.ts'
import { isRefusal, placeOf, statementName } from './layer-words.ts'
import { layerName } from '#iam/layers.ts'

/** A refusal in words: the layer and why, and beneath it which conditions a Deny met, or what came nearest to allowing. */
export interface Refusal {
  readonly text: string
  readonly nearest: readonly string[]
}

/** Every counted layer that refuses, level by level, each with its statement or the fact that none allows. */
export const refusalsOf = ({ layers, blockedBy }: Decision): readonly Refusal[] =>
  layers
    .filter((entry) => entry.counted && isRefusal(entry) && blockedBy.includes(entry.layer))
    .flatMap((entry) => (entry.verdict === 'explicit-deny' ? explicitDenies(entry) : [implicitDeny(entry)]))

function explicitDenies(entry: LayerVerdict): readonly Refusal[] {
  const denies = entry.statements.filter(({ effect, matches }) => effect === 'Deny' && matches === true)
  if (denies.length === 0) return [{ text: `${title(entry)}: ${entry.reason ?? 'an explicit deny'}`, nearest: [] }]
  return denies.map((deny) => ({
    text: `${title(entry)}: ${statementName(deny)} denies it${placeOf(deny)}`,
    nearest: (deny.metBy ?? []).map(met),
  }))
}

function implicitDeny(entry: LayerVerdict): Refusal {
  if (entry.layer === 'service-guard') return { text: `${title(entry)}: ${entry.reason ?? 'it refuses'}`, nearest: [] }
  const why = entry.reason === undefined ? '' : `: ${entry.reason}`
  const none = entry.statements.length === 0 ? 'there is no policy that allows it' : 'which does not allow it'
  const nearest = nearestOf(entry.statements)
  return {
    text: `${title(entry)}, ${none}${why}`,
    nearest: nearest.length > 0 ? nearest : policiesRead(entry.statements),
  }
}

function title({ layer, where, kind, guard }: LayerVerdict): string {
  const name = layer === 'resource-policy' && kind !== undefined ? kindName(kind) : layerName(layer)
  return `${name}${guard === undefined ? '' : ` (${guard.replaceAll('-', ' ')})`}${where === undefined ? '' : ` at ${where}`}`
}

/** Name of the policy of a resource of that kind, as a person says it. */
export const kindName = (kind: string): string =>
  kind === 'trust'
    ? 'trust policy of the role'
    : kind === 'api'
      ? 'resource policy of the API'
      : `${kind.replaceAll('-', ' ')} policy`

const MAX_NEAREST = 2
const MAX_VALUES = 4

const nearestOf = (statements: readonly StatementVerdict[]): readonly string[] =>
  nearestStatements(statements)
    .slice(0, MAX_NEAREST)
    .map(
      (statement) =>
        `nearest: ${statementName(statement)}${placeOf(statement)}, ${statement.failedOn.map(failure).join('; and ')}`,
    )

/** Where nothing came near, at least which policies were read. */
function policiesRead(statements: readonly StatementVerdict[]): readonly string[] {
  const firsts = statements.filter(
    (statement, i) => statements.findIndex(({ policy }) => policy === statement.policy) === i,
  )
  const names = firsts.slice(0, MAX_VALUES).map((first) => `\`${first.policy}\`${placeOf(first)}`)
  if (names.length === 0) return []
  const more = firsts.length > MAX_VALUES ? ` and ${firsts.length - MAX_VALUES} more` : ''
  return [`no statement comes near, in ${names.join(', ')}${more}`]
}

function failure({ element, key, operator, expected, actual, state, hint }: FailedElement): string {
  const why = hint === undefined ? '' : ` (${hint})`
  if (element !== 'Condition') return `whose ${element} is ${valueText(expected)}${why}`
  const has = state === 'unknown' ? 'is not known' : state === 'absent' ? 'is absent' : `is ${valueText(actual)}`
  return `which needs ${operator ?? 'a condition'} ${key ?? ''} ${valueText(expected)}, and ${key ?? 'it'} ${has}${why}`
}

function met({ key, operator, expected, actual, state }: MetCondition): string {
  const has = state === 'absent' ? 'is absent' : state === 'unknown' ? 'may be anything' : `is ${valueText(actual)}`
  return `because ${key} ${has}, which meets ${operator} ${valueText(expected)}`
}
