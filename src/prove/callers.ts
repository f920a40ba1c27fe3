import { type Caller, readCaller } from '#iam/caller.ts'
import { rememberText } from '#iam/remember.ts'
import type { Request } from '#iam/request.ts'
import { arnSteps } from '#space/key-classes.ts'
import { textClasses } from '#space/text-classes.ts'
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
import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'

/** Who may ask, as the fields of a request. */
export interface Asker {
  readonly who: Pick<Request, 'principal' | 'principalDetails'>
  readonly caller: Caller
}

export interface Askers {
  readonly askers: readonly Asker[]
  readonly complete: boolean
}

const askerOf = (who: Asker['who']): Asker => ({
  who,
  caller: readCaller({ ...who, action: '', resource: null }),
})

interface Somebody {
  readonly user: Asker
  readonly session: Asker
}

/** Of each partition, somebody where nothing in the policies tells one principal of an account from another. */
const somebodyIn = rememberText(
  (partition): Somebody => ({
    user: askerOf({ principal: `arn:${partition}:iam::111122223333:user/alice` }),
    session: askerOf({
      principal: `arn:${partition}:sts::111122223333:assumed-role/app/session`,
      principalDetails: { roleArn: `arn:${partition}:iam::111122223333:role/app` },
    }),
  }),
)

/** Keys that follow from who asks. */
const OF_ASKER: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'kms:calleraccount',
  'aws:username',
])

export const followsFromAsker = (key: string): boolean => OF_ASKER.has(key)

/** Users and role sessions, one for each way that what the policies say of their names can come out. */
export function principalsOfAccounts(
  lines: readonly ConditionLine[],
  statements: readonly Statement[],
  partition: string,
): Askers {
  const entries = statements.flatMap((statement) => statement.principal?.entries ?? [])
  const observers = [
    ...lines.filter((line) => OF_ASKER.has(line.key.toLowerCase())).flatMap(observersOf),
    ...entries.flatMap(({ type, value }) => (type === 'AWS' ? [entryObserver(value)] : [])),
  ]
  if (observers.length === 0) {
    const { user, session } = somebodyIn(partition)
    return { askers: [user, session], complete: true }
  }
  const askers: Asker[] = []
  let complete = true
  for (const kind of ['user', 'role'] as const) {
    const shape: Observer = PARTITIONS.map((partition) => patternOf(shapeOf(partition, kind)))
    const found = textClasses([...observers, shape], { required: [observers.length] })
    complete &&= found.complete
    for (const { text } of found.classes) askers.push(kind === 'user' ? askerOf({ principal: text }) : sessionOf(text))
  }
  return { askers, complete }
}

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'] as const

const shapeOf = (partition: string, kind: 'user' | 'role'): number[] => [
  ...literalSteps(`arn:${partition}:iam::`),
  ...Array.from({ length: 12 }, () => DIGIT),
  ...literalSteps(`:${kind}/`),
  RUN,
  NO_SLASH,
]

function sessionOf(roleArn: string): Asker {
  const [, partition = '', , , account = '', ...rest] = roleArn.split(':')
  const name = rest.join(':').split('/').at(-1) ?? ''
  return askerOf({
    principal: `arn:${partition}:sts::${account}:assumed-role/${name}/session`,
    principalDetails: { roleArn },
  })
}

/** What a line says of the ARN of whoever asks. */
function observersOf(line: ConditionLine): Observer[] {
  const { use } = line
  if (use === undefined) return []
  const key = line.key.toLowerCase()
  const fold = use.operator.relation === 'equals-ignore-case'
  return line.values.map(({ template }): Observer => {
    const text = template.source
    if (use.operator.family === 'arn') return [patternOf(arnSteps(text))]
    const like = use.operator.relation === 'like'
    const within = (run: number): number[] =>
      (like ? wildcardSteps(text, run) : literalSteps(text)).map((step) => (fold && step >= 0 ? foldCode(step) : step))
    switch (key) {
      case 'aws:principalarn':
        return [patternOf(within(RUN), fold)]
      case 'aws:username':
        return [
          patternOf([...ANY_USER, ...within(NAME_RUN)], fold),
          patternOf([...ANY_USER, RUN, 0x2f, ...within(NAME_RUN)], fold),
        ]
      default:
        return [patternOf([...ANY_PRINCIPAL, ...within(SEGMENT_RUN), 0x3a, RUN], fold)]
    }
  })
}

const ANY_PRINCIPAL = [...literalSteps('arn:'), SEGMENT_RUN, ...literalSteps(':iam::')]
const ANY_USER = [...ANY_PRINCIPAL, SEGMENT_RUN, ...literalSteps(':user/')]

/** An account, by its id or its root user's ARN, holds all its principals; any other entry is a name (R-PM-03). */
function entryObserver(value: string): Observer {
  const account = value.endsWith(':root') ? value.split(':')[4] : value
  if (account !== undefined && /^\d{12}$/.test(account))
    return [patternOf([...ANY_PRINCIPAL, ...literalSteps(account), 0x3a, RUN])]
  return [patternOf(literalSteps(value))]
}

/** Who may ask under policies that name principals: besides those of accounts, services, providers and anybody. */
export function everyAsker(
  lines: readonly ConditionLine[],
  statements: readonly Statement[],
  partition: string,
): Askers {
  const entries = statements.flatMap((statement) => statement.principal?.entries ?? [])
  const askers: Asker[] = [askerOf({ principal: 'anonymous' }), askerOf({ principal: OTHER_SERVICE })]
  for (const { type, value } of entries) {
    if (type === 'Service') askers.push(askerOf({ principal: value, principalDetails: { type: 'service' } }))
    if (type === 'Federated')
      askers.push(askerOf({ principal: value, principalDetails: { type: 'web-identity', federatedBy: value } }))
    if (type === 'AWS') askers.push(...namedBy(value, partition))
  }
  const found = principalsOfAccounts(lines, statements, partition)
  return { askers: [...askers, ...found.askers], complete: found.complete }
}

const OTHER_SERVICE = 'events.amazonaws.com'

/** Askers that an entry names and that no name of a user or role stands for. */
function namedBy(value: string, ofPolicies: string): Asker[] {
  const parts = value.split(':')
  const [, partition = '', service, , account = '', rest = ''] = parts
  const { user, session } = somebodyIn(ofPolicies)
  if (service === 'sts' && rest.startsWith('assumed-role/'))
    return [
      askerOf({
        principal: value,
        principalDetails: { roleArn: `arn:${partition}:iam::${account}:role/${rest.split('/')[1] ?? ''}` },
      }),
    ]
  if (service === 'sts' && rest.startsWith('federated-user/')) return [askerOf({ principal: value })]
  if (rest === 'root' || /^\d{12}$/.test(value))
    return [askerOf({ principal: rest === 'root' ? value : `arn:${ofPolicies}:iam::${value}:root` })]
  if (value.startsWith('AIDA')) return [askerOf({ ...user.who, principalDetails: { userId: value } })]
  if (value.startsWith('AROA'))
    return [
      askerOf({
        ...session.who,
        principalDetails: { ...session.who.principalDetails, userId: `${value}:session` },
      }),
    ]
  return []
}
