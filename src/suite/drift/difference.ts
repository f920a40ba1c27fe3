import type { RuleId } from './rules.ts'
import { type ConditionForm, formText, lineText, type StatementForm } from './trust-form.ts'

/** Difference of a role from what most of its group have. */
export interface Deviation {
  readonly rule: RuleId
  /** Whether the role lets more in than the others. */
  readonly isLooser: boolean
  readonly message: string
  /** What most have, and what this one has; `null`: nothing. */
  readonly majority: string | null
  readonly here: string | null
  /** Of the role's own policy; undefined where it has no such statement. */
  readonly statement: number | undefined
}

/** The statements of a role against those of the majority, as differences of elements where two statements belong together. */
export function deviationsOf(majority: readonly StatementForm[], own: readonly StatementForm[]): readonly Deviation[] {
  const ownTexts = new Set(own.map(formText))
  const majorityTexts = new Set(majority.map(formText))
  const missing = majority.filter((form) => !ownTexts.has(formText(form)))
  const extra = own.filter((form) => !majorityTexts.has(formText(form)))
  const pairs = paired(missing, extra)
  const taken = new Set(pairs.flat())
  return [
    ...pairs.flatMap(([theirs, ours]) => elementDeviations(theirs, ours)),
    ...missing.filter((form) => !taken.has(form)).map((form) => whole('statement-missing', form)),
    ...extra.filter((form) => !taken.has(form)).map((form) => whole('statement-extra', form)),
  ]
}

/** A Deny that lacks lets more in, as an Allow does that is there. */
function whole(rule: 'statement-missing' | 'statement-extra', form: StatementForm): Deviation {
  const isExtra = rule === 'statement-extra'
  const text = statementText(form)
  return {
    rule,
    isLooser: isExtra === (form.effect === 'Allow'),
    message: isExtra ? 'a statement that the others do not have' : 'lacks a statement that the others have',
    majority: isExtra ? null : text,
    here: isExtra ? text : null,
    statement: isExtra ? form.index : undefined,
  }
}

export const statementText = ({ effect, principals, actions, resources, conditions }: StatementForm): string =>
  [
    effect,
    `principal ${principals.join(', ')}`,
    `action ${actions.join(', ')}`,
    ...(resources.length === 0 ? [] : [`resource ${resources.join(', ')}`]),
    ...conditions.map((line) => `if ${lineText(line)}`),
  ].join('; ')

type Pair = readonly [theirs: StatementForm, ours: StatementForm]

/** Statements that belong together, the most alike first. */
function paired(missing: readonly StatementForm[], extra: readonly StatementForm[]): readonly Pair[] {
  const all = missing
    .flatMap((theirs) => extra.map((ours) => ({ theirs, ours, alike: likeness(theirs, ours) })))
    .filter(({ alike }) => alike > 0)
    .sort((a, b) => b.alike - a.alike)
  const taken = new Set<StatementForm>()
  return all.flatMap(({ theirs, ours }): Pair[] => {
    if (taken.has(theirs) || taken.has(ours)) return []
    taken.add(theirs).add(ours)
    return [[theirs, ours]]
  })
}

function likeness(a: StatementForm, b: StatementForm): number {
  if (a.effect !== b.effect) return 0
  const common = (x: readonly string[], y: readonly string[]): number => x.filter((one) => y.includes(one)).length
  const keys = (form: StatementForm): readonly string[] => form.conditions.map(({ key }) => key)
  return (
    3 * common(a.principals, b.principals) +
    2 * common(a.actions, b.actions) +
    common(keys(a), keys(b)) +
    (a.sid !== undefined && a.sid === b.sid ? 3 : 0)
  )
}

function elementDeviations(theirs: StatementForm, ours: StatementForm): readonly Deviation[] {
  const isAllow = ours.effect === 'Allow'
  const list = (rule: RuleId, what: string, name: 'principals' | 'actions' | 'resources'): readonly Deviation[] => {
    const [a, b] = [theirs[name], ours[name]]
    if (a.join('\n') === b.join('\n')) return []
    const added = b.some((one) => !a.includes(one))
    return [
      {
        rule,
        isLooser: isAllow ? added : a.some((one) => !b.includes(one)),
        message: `other ${what}`,
        majority: a.join(', '),
        here: b.join(', '),
        statement: ours.index,
      },
    ]
  }
  const tagging = (form: StatementForm): boolean => form.actions.some((action) => action === 'sts:tagsession')
  return [
    ...list('principal', 'principals', 'principals'),
    ...list(tagging(theirs) === tagging(ours) ? 'action' : 'session-tags', 'actions', 'actions'),
    ...list('action', 'resources', 'resources'),
    ...conditionDeviations(theirs, ours, isAllow),
  ]
}

function conditionDeviations(theirs: StatementForm, ours: StatementForm, isAllow: boolean): readonly Deviation[] {
  const keys = [...new Set([...theirs.conditions, ...ours.conditions].map(({ key }) => key))]
  return keys.flatMap((key): Deviation[] => {
    const of = (form: StatementForm): readonly ConditionForm[] => form.conditions.filter((line) => line.key === key)
    const [a, b] = [of(theirs), of(ours)]
    const [x, y] = [a.map(lineText).join(' and '), b.map(lineText).join(' and ')]
    if (x === y) return []
    const isGone = b.length === 0
    const isNew = a.length === 0
    const values = (lines: readonly ConditionForm[]): readonly string[] => lines.flatMap((line) => line.values)
    const broader =
      values(b).some((one) => one.includes('*') && !values(a).includes(one)) || values(b).length > values(a).length
    const sameValues = values(a).join('\n') === values(b).join('\n')
    const widens =
      isGone ||
      (!isNew &&
        (sameValues ? b.some(({ operator }) => operator.includes('like') || operator.endsWith('ifexists')) : broader))
    return [
      {
        rule:
          ruleOfKey(key) ?? (isGone || isNew ? 'condition-key' : sameValues ? 'condition-operator' : 'condition-value'),
        isLooser: isAllow ? widens : isNew,
        message: isGone
          ? `\`${key}\` is not tested`
          : isNew
            ? `\`${key}\` is tested here alone`
            : `\`${key}\` is tested otherwise`,
        majority: isNew ? null : x,
        here: isGone ? null : y,
        statement: ours.index,
      },
    ]
  })
}

/** Rules of their own for the keys that trust hangs on. */
function ruleOfKey(key: string): RuleId | undefined {
  if (key === 'sts:externalid') return 'external-id'
  if (key.startsWith('aws:requesttag/') || key === 'sts:transitivetagkeys' || key === 'aws:tagkeys')
    return 'session-tags'
  if (key.startsWith('aws:') || key.startsWith('sts:') || key.startsWith('saml:')) return undefined
  if (key.endsWith(':sub')) return 'oidc-subject'
  return key.endsWith(':aud') || key.endsWith(':azp') ? 'oidc-audience' : undefined
}
