import type { ConditionLine } from '#iam/condition/condition.ts'
import type { PrincipalEntry } from '#iam/principal-element.ts'
import type { Template } from '#iam/variables.ts'
import { arnSteps } from '#space/key-classes.ts'
import {
  DIGIT,
  foldCode,
  literalSteps,
  NAME_RUN,
  NO_SLASH,
  patternOf,
  RUN,
  SEGMENT_RUN,
  wildcardSteps,
  type Observer,
} from '#space/text-pattern.ts'

/** Principals of an account, as their ARNs have it. */
export type Kind = 'user' | 'role' | 'federated-user' | 'root'

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'] as const

/**
 * Shape of the ARN of a kind of principal, a role's for all its sessions (R-PRIN-02): in the partition asked for, then in
 * any.
 */
export const shapesOf = (kind: Kind, partition: string): readonly Observer[] =>
  partition === 'aws' ? [shapeOf(kind, PARTITIONS)] : [shapeOf(kind, [partition]), shapeOf(kind, PARTITIONS)]

const ANY_ACCOUNT: readonly number[] = Array.from({ length: 12 }, () => DIGIT)

const shapeOf = (kind: Kind, partitions: readonly string[], account = ANY_ACCOUNT): Observer =>
  partitions.map((partition) =>
    patternOf([
      ...literalSteps(`arn:${partition}:${kind === 'federated-user' ? 'sts' : 'iam'}::`),
      ...account,
      ...SHAPES[kind],
    ]),
  )

/** The ARNs that principals of one account may have, as an observer. */
export const shapeIn = (kind: Kind, partition: string, account: string): Observer =>
  shapeOf(kind, [partition], literalSteps(account))

const SHAPES: Readonly<Record<Kind, readonly number[]>> = {
  user: [...literalSteps(':user/'), RUN, NO_SLASH],
  role: [...literalSteps(':role/'), RUN, NO_SLASH],
  'federated-user': [...literalSteps(':federated-user/'), NAME_RUN, NO_SLASH],
  root: literalSteps(':root'),
}

/** Names of services (R-PM-08). */
export const SERVICE_SHAPE: Observer = ['.amazonaws.com', '.amazonaws.com.cn'].map((end) =>
  patternOf([SEGMENT_RUN, NO_SLASH, ...literalSteps(end)]),
)

/** Keys whose value is the name of whoever asks, or a part of it. */
const OF_ASKER: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'kms:calleraccount',
  'aws:username',
])

export const followsFromAsker = (key: string): boolean => OF_ASKER.has(key)

/**
 * Observers of the caller's ARN that a condition line comes to, on a key that follows from it such as `aws:PrincipalArn`;
 * none for others.
 */
export function lineObservers(line: ConditionLine): Observer[] {
  const key = line.key.toLowerCase()
  if (!OF_ASKER.has(key)) return []
  return valueSteps(line).map(({ steps, fold }): Observer => {
    switch (key) {
      case 'aws:principalarn':
        return [patternOf(steps(RUN), fold)]
      case 'aws:username':
        return [
          patternOf([...ANY_USER, ...steps(NAME_RUN)], fold),
          patternOf([...ANY_USER, RUN, 0x2f, ...steps(NAME_RUN)], fold),
        ]
      default:
        return [patternOf([...ANY_PRINCIPAL, ...steps(SEGMENT_RUN), 0x3a, RUN], fold)]
    }
  })
}

/** Observers of the name of a calling service that a condition line on `aws:PrincipalServiceName` comes to. */
export const serviceObservers = (line: ConditionLine): Observer[] =>
  line.key.toLowerCase() === 'aws:principalservicename'
    ? valueSteps(line).map(({ steps, fold }): Observer => [patternOf(steps(RUN), fold)])
    : []

interface ValueSteps {
  /** `run`: what a star stands for. */
  readonly steps: (run: number) => number[]
  readonly fold: boolean
}

function valueSteps({ use, values }: ConditionLine): ValueSteps[] {
  if (use === undefined) return []
  const { family, relation } = use.operator
  const fold = relation === 'equals-ignore-case'
  return values.map(({ template }) => ({
    fold,
    steps: (run) => {
      if (family === 'arn') return arnSteps(withRuns(template))
      return stepsOf(template, run, relation === 'like').map((step) => (fold && step >= 0 ? foldCode(step) : step))
    },
  }))
}

/** Steps of the pattern of a condition value; what is filled in for a policy variable may be anything. */
const stepsOf = ({ parts }: Template, run: number, like: boolean): number[] =>
  parts.flatMap((part) =>
    part.kind === 'variable'
      ? [run]
      : like && part.kind === 'pattern'
        ? wildcardSteps(part.text, run)
        : literalSteps(part.text),
  )

const withRuns = ({ parts }: Template): string =>
  parts.map((part) => (part.kind === 'variable' ? '*' : part.text)).join('')

/** Of the IAM or of STS, in any partition. */
const ANY_PRINCIPAL = [...literalSteps('arn:'), SEGMENT_RUN, 0x3a, SEGMENT_RUN, ...literalSteps('::')]
const ANY_USER = [
  ...literalSteps('arn:'),
  SEGMENT_RUN,
  ...literalSteps(':iam::'),
  SEGMENT_RUN,
  ...literalSteps(':user/'),
]

/**
 * Observers of the ARNs of a kind of principal that a `Principal` entry comes to: an account, by its id or its root user's
 * ARN, holds all its principals (R-PM-03); a session's ARN tells the role's name and not its path (R-PRIN-03); a user may
 * be the parent of any federated session of the account (R-PRIN-10); any other entry is a name.
 */
export function entryObserver({ type, value }: PrincipalEntry, kind: Kind): Observer[] {
  if (type !== 'AWS') return []
  const [, , service, , home = '', rest = ''] = value.split(':')
  const isParent = kind === 'federated-user' && service === 'iam' && rest.startsWith('user/')
  const account = rest === 'root' || isParent ? home : value
  if (/^\d{12}$/.test(account)) return [[patternOf([...ANY_PRINCIPAL, ...literalSteps(account), 0x3a, RUN])]]
  const session = sessionNamed(value)
  if (session === undefined) return [[patternOf(literalSteps(value))]]
  const [base, name] = [literalSteps(`${session.home}:role/`), literalSteps(session.role)]
  return [[patternOf([...base, ...name]), patternOf([...base, RUN, 0x2f, ...name])]]
}

/** The role session that an ARN names: `home` is the ARN up to the role, as IAM writes it. */
export function sessionNamed(
  value: string,
): { readonly home: string; readonly role: string; readonly name: string } | undefined {
  const [, partition = '', service, , account = '', rest = ''] = value.split(':')
  const [type, role = '', name = ''] = rest.split('/')
  if (service !== 'sts' || type !== 'assumed-role') return undefined
  return { home: `arn:${partition}:iam::${account}`, role, name }
}
