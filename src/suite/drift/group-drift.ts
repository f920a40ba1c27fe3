import type { Entity } from '#snapshot/entities.ts'
import type { AlikeGroup, DriftConfig } from './drift-config.ts'
import { type Deviation, deviationsOf, statementText } from './difference.ts'
import { DRIFT_RULES, type Severity, SEVERITIES } from './rules.ts'
import { formsOf, formText, type Neutral, type StatementForm } from './trust-form.ts'

export interface Member {
  readonly role: Entity
  /** What the name has where the pattern is open. */
  readonly holes: ReadonlyMap<string, string>
}

/** Roles that should be alike: what most of them have, and who has something else. */
export interface GroupDrift {
  readonly group: string
  /** The name they share, with `{team}` where they may differ. */
  readonly name: string
  /** Statements that most have, with `{account}`, `{role}` and `{team}` in place of what is each role's own. */
  readonly normalForm: readonly string[]
  /** How many have it. */
  readonly majority: number
  /** No form stands more often than every other: the first is shown, and the others against it. */
  readonly isTied: boolean
  readonly members: readonly { readonly arn: string; readonly account: string; readonly deviates: boolean }[]
  readonly deviations: readonly GroupDeviation[]
}

export interface GroupDeviation extends Deviation {
  readonly severity: Severity
  readonly arn: string
  readonly account: string
  readonly file?: string
  readonly line?: number
}

interface Formed extends Member {
  readonly statements: readonly StatementForm[] | undefined
  readonly boundary: string
  readonly attached: readonly string[]
}

export function groupDrift(
  group: AlikeGroup,
  name: string,
  members: readonly Member[],
  config: DriftConfig,
): GroupDrift {
  const isShared = sharedTexts(members)
  const formed = members.map((member) => formOfMember(member, isShared))
  const { mode, count, isTied } = mostCommon(
    formed.flatMap((one) => (one.statements === undefined ? [] : [one.statements])),
    (one) => one.map(formText).sort().join('\n'),
  )
  const normal = mode ?? []
  const boundary = mostCommon(
    formed.map((one) => one.boundary),
    (one) => one,
  )
  const attached = mostCommon(
    formed.map((one) => one.attached),
    (one) => one.join('\n'),
  )
  const deviations = formed.flatMap((one) => {
    const all = [
      ...(one.statements === undefined ? [UNREADABLE] : deviationsOf(normal, one.statements)),
      ...textDeviation('permissions-boundary', boundary.mode ?? '', one.boundary, one.boundary === ''),
      ...listDeviation(attached.mode ?? [], one.attached),
    ]
    return all.flatMap((deviation) => placed(deviation, one.role, group, config))
  })
  const order = (one: GroupDeviation): number => SEVERITIES.indexOf(one.severity)
  return {
    group: group.name,
    name,
    normalForm: normal.map(statementText),
    majority: count,
    isTied,
    members: formed.map(({ role: { arn, account } }) => ({
      arn,
      account,
      deviates: deviations.some((deviation) => deviation.arn === arn),
    })),
    deviations: deviations.toSorted((a, b) => order(a) - order(b)),
  }
}

const UNREADABLE: Deviation = {
  rule: 'unreadable-trust',
  isLooser: true,
  message: DRIFT_RULES['unreadable-trust'].says,
  majority: null,
  here: null,
  statement: undefined,
}

function placed(
  deviation: Deviation,
  role: Entity,
  group: AlikeGroup,
  { severities }: DriftConfig,
): readonly GroupDeviation[] {
  const { rule, isLooser, statement } = deviation
  const severity = severities.get(rule) ?? DRIFT_RULES[rule][isLooser ? 'looser' : 'stricter']
  if (severity === 'off' || group.ignore.includes(rule)) return []
  const { trustPolicy, arn, account } = role
  const line = statement === undefined ? trustPolicy?.lines?.[0] : trustPolicy?.lines?.[statement]
  const file = trustPolicy?.file
  return [
    {
      ...deviation,
      severity,
      arn,
      account,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    },
  ]
}

function formOfMember(member: Member, isShared: (text: string) => boolean): Formed {
  const neutral = neutralFor(member, isShared)
  const { role } = member
  return {
    ...member,
    statements: formsOf(role.trustPolicy?.document, neutral),
    boundary: role.boundaryArn === undefined ? '' : neutral(role.boundaryArn),
    attached: role.attached.map(({ arn }) => neutral(arn)).sort(),
  }
}

/**
 * A text that roles of several accounts have means the same account to all of them: the central one that all trust, of which
 * one of them may be a role itself. There the account is not the role's own.
 */
function sharedTexts(members: readonly Member[]): (text: string) => boolean {
  const accounts = new Map<string, string>()
  const shared = new Set<string>()
  for (const { role } of members) {
    const note = (text: string): string => {
      const before = accounts.get(text)
      if (before === undefined) accounts.set(text, role.account)
      else if (before !== role.account) shared.add(text)
      return text
    }
    formsOf(role.trustPolicy?.document, note)
    for (const text of [role.boundaryArn, ...role.attached.map(({ arn }) => arn)]) if (text !== undefined) note(text)
  }
  return (text) => shared.has(text)
}

/** What may differ from role to role is put aside: longer texts first, so that a part does not hide the whole. */
function neutralFor({ role, holes }: Member, isShared: (text: string) => boolean): Neutral {
  const own: readonly (readonly [string, string])[] = [
    [role.account, '{account}'] as const,
    [role.name, '{role}'] as const,
    ...[...holes].map(([name, text]) => [text, `{${name}}`] as const),
  ].toSorted(([a], [b]) => b.length - a.length)
  return (text) =>
    own.reduce(
      (rest, [from, to]) => (from === role.account && isShared(text) ? rest : replaceWord(rest, from, to)),
      text,
    )
}

/** Whole words only: a team called `a` must not eat the letters of others. */
function replaceWord(text: string, word: string, by: string): string {
  if (word.length < 2) return text
  let result = ''
  let from = 0
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const end = at + word.length
    if (isLetter(text.charAt(at - 1)) || isLetter(text.charAt(end))) continue
    result += text.slice(from, at) + by
    from = end
  }
  return result + text.slice(from)
}

const isLetter = (sign: string): boolean => sign !== '' && /[A-Za-z0-9]/.test(sign)

/** The one that stands most often; of several the first. */
function mostCommon<T>(
  all: readonly T[],
  text: (one: T) => string,
): { readonly mode: T | undefined; readonly count: number; readonly isTied: boolean } {
  const counts = new Map<string, { readonly one: T; count: number }>()
  for (const one of all) {
    const known = counts.get(text(one)) ?? { one, count: 0 }
    known.count++
    counts.set(text(one), known)
  }
  const [first, second] = [...counts.values()].toSorted((a, b) => b.count - a.count)
  return { mode: first?.one, count: first?.count ?? 0, isTied: second !== undefined && second.count === first?.count }
}

const textDeviation = (
  rule: 'permissions-boundary',
  majority: string,
  here: string,
  isLooser: boolean,
): readonly Deviation[] =>
  majority === here
    ? []
    : [
        {
          rule,
          isLooser,
          message:
            here === ''
              ? 'has no permissions boundary'
              : majority === ''
                ? 'has a permissions boundary'
                : 'has another permissions boundary',
          majority: majority === '' ? null : majority,
          here: here === '' ? null : here,
          statement: undefined,
        },
      ]

function listDeviation(majority: readonly string[], here: readonly string[]): readonly Deviation[] {
  if (majority.join('\n') === here.join('\n')) return []
  return [
    {
      rule: 'attached-policies',
      isLooser: here.some((one) => !majority.includes(one)),
      message: 'other managed policies are attached',
      majority: majority.join(', ') || null,
      here: here.join(', ') || null,
      statement: undefined,
    },
  ]
}
