import { type Caller, readCaller } from '#iam/caller.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'
import type { PrincipalEntry } from '#iam/principal-element.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Request } from '#iam/request.ts'
import type { Budget } from '#space/budget.ts'
import { textClasses } from '#space/text-classes.ts'
import { literalSteps, patternOf, type Observer } from '#space/text-pattern.ts'
import {
  entryObserver,
  type Kind,
  lineObservers,
  SERVICE_SHAPE,
  serviceObservers,
  sessionNamed,
  shapeIn,
  shapesOf,
} from './asker-names.ts'

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

const SAMPLE = '111122223333'

/**
 * Representative callers of a partition, somebody of each kind, where nothing in the policies tells one principal of a kind
 * from another.
 */
export const somebodyIn = memoizeText(
  (partition): Readonly<Record<Kind, Asker>> => ({
    user: askerOf({ principal: `arn:${partition}:iam::${SAMPLE}:user/alice` }),
    role: sessionOf(`arn:${partition}:iam::${SAMPLE}:role/app`),
    'federated-user': federatedOf(
      `arn:${partition}:sts::${SAMPLE}:federated-user/bob`,
      `arn:${partition}:iam::${SAMPLE}:user/alice`,
    ),
    root: askerOf({ principal: `arn:${partition}:iam::${SAMPLE}:root` }),
  }),
)

/** A user of the name, of whom nothing else is told. */
export const userNamed = (name: string, partition: string): Asker =>
  askerOf({ principal: `arn:${partition}:iam::${SAMPLE}:user/${name}` })

/** Principals of accounts, of each of the kinds one for each way that what the policies say of their names can come out. */
export function principalsOfAccounts(
  kinds: readonly Kind[],
  lines: readonly ConditionLine[],
  statements: readonly Statement[],
  partition: string,
  budget?: Budget,
): Askers {
  const entries = entriesOf(statements)
  const ofLines = lines.flatMap(lineObservers)
  if (ofLines.length === 0 && entries.every(({ type }) => type !== 'AWS')) {
    const somebody = somebodyIn(partition)
    return { askers: kinds.map((kind) => somebody[kind]), complete: true }
  }
  const askers: Asker[] = []
  let complete = true
  for (const kind of kinds) {
    const observers = [...ofLines, ...entries.flatMap((entry) => entryObserver(entry, kind))]
    const seen = new Set<string>()
    for (const shape of shapesOf(kind, partition)) {
      const found = textClasses([...observers, shape], { required: [observers.length], budget })
      complete &&= found.complete
      for (const { text, holds } of found.classes) {
        if (!seen.has(holds.join())) askers.push(...askersNamed(kind, text, entries))
        seen.add(holds.join())
      }
    }
  }
  return { askers, complete }
}

const entriesOf = (statements: readonly Statement[]): readonly PrincipalEntry[] =>
  statements.flatMap((statement) => statement.principal?.entries ?? [])

function askersNamed(kind: Kind, arn: string, entries: readonly PrincipalEntry[]): readonly Asker[] {
  switch (kind) {
    case 'role':
      return [sessionOf(arn), ...namedSessions(arn, entries)]
    case 'federated-user':
      return parentsIn(arn, entries).map((parent) => federatedOf(arn, parent))
    default:
      return [askerOf({ principal: arn })]
  }
}

function sessionOf(roleArn: string, session = 'session'): Asker {
  const [, partition = '', , , account = '', ...rest] = roleArn.split(':')
  const name = rest.join(':').split('/').at(-1) ?? ''
  return askerOf({
    principal: `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`,
    principalDetails: { roleArn },
  })
}

/** Sessions of the role that entries name: an entry does not hold the role's path (R-PRIN-03). */
const namedSessions = (roleArn: string, entries: readonly PrincipalEntry[]): readonly Asker[] =>
  entries.flatMap(({ type, value }) => {
    const named = type === 'AWS' ? sessionNamed(value) : undefined
    const isOf = named !== undefined && roleArn.startsWith(`${named.home}:role/`) && roleArn.endsWith(`/${named.role}`)
    return isOf ? [sessionOf(roleArn, named.name)] : []
  })

/** Federated sessions of one account, by their ARNs: one for each way that what is said of their names can come out. */
export function federatedIn(
  account: string,
  partition: string,
  lines: readonly ConditionLine[],
  statements: readonly Statement[],
): readonly string[] {
  const kind = 'federated-user'
  const entries = entriesOf(statements)
  const observers = [...lines.flatMap(lineObservers), ...entries.flatMap((entry) => entryObserver(entry, kind))]
  const shape = shapeIn(kind, partition, account)
  return textClasses([...observers, shape], { required: [observers.length] }).classes.map(({ text }) => text)
}

const federatedOf = (principal: string, federatedBy: string): Asker =>
  askerOf({ principal, principalDetails: { federatedBy } })

/** Users who may have called GetFederationToken: those that entries name, and another one (R-PRIN-10). */
function parentsIn(arn: string, entries: readonly PrincipalEntry[]): readonly string[] {
  const home = `${arn.slice(0, arn.indexOf(':federated-user/')).replace(':sts:', ':iam:')}:user/`
  const named = entries.flatMap(({ type, value }) => (type === 'AWS' && value.startsWith(home) ? [value] : []))
  let other = `${home}parent`
  while (named.includes(other)) other += 'x'
  return [...new Set(named), other]
}

/** Who may ask under policies that name principals: besides those of accounts, services, providers and anybody. */
export function everyAsker(
  kinds: readonly Kind[],
  lines: readonly ConditionLine[],
  statements: readonly Statement[],
  partition: string,
  budget?: Budget,
): Askers {
  const entries = entriesOf(statements)
  const services = servicesAsking(lines, entries, budget)
  const askers: Asker[] = [askerOf({ principal: 'anonymous' }), ...services.askers]
  for (const { type, value } of entries) {
    if (type === 'Federated')
      askers.push(askerOf({ principal: value, principalDetails: { type: 'web-identity', federatedBy: value } }))
    if (type === 'AWS') askers.push(...namedById(value, partition))
  }
  const found = principalsOfAccounts(kinds, lines, statements, partition, budget)
  return { askers: [...askers, ...found.askers], complete: services.complete && found.complete }
}

/** Who assumes a role with a token of a provider is no principal yet, and has keys of its own. */
export const SOME_PROVIDER = askerOf({
  principal: 'accounts.google.com',
  principalDetails: { type: 'web-identity', federatedBy: 'accounts.google.com' },
})

const OTHER_SERVICE = 'events.amazonaws.com'

/** Services, one for each way that what is said of their names can come out: one that comes to mind, those that entries name, others. */
export function servicesAsking(
  lines: readonly ConditionLine[],
  entries: readonly PrincipalEntry[],
  budget?: Budget,
): Askers {
  const names = new Set([OTHER_SERVICE])
  const named: Observer[] = []
  for (const { type, value } of entries) {
    if (type !== 'Service' || names.has(value)) continue
    names.add(value)
    named.push([patternOf(literalSteps(value))])
  }
  const ofLines = lines.flatMap(serviceObservers)
  const observers = [...ofLines, ...named, SERVICE_SHAPE]
  const found = ofLines.length === 0 ? NO_NAMES : textClasses(observers, { required: [observers.length - 1], budget })
  for (const { text } of found.classes) names.add(text)
  const askers = [...names].map((principal) => askerOf({ principal, principalDetails: { type: 'service' } }))
  return { askers: askers.filter(({ caller }) => caller.kind === 'service'), complete: found.complete }
}

const NO_NAMES = { classes: [], complete: true } as const

/** Askers that an entry names by a unique id, and that no ARN stands for. */
function namedById(value: string, partition: string): readonly Asker[] {
  const { user, role } = somebodyIn(partition)
  if (value.startsWith('AIDA')) return [askerOf({ ...user.who, principalDetails: { userId: value } })]
  if (value.startsWith('AROA'))
    return [askerOf({ ...role.who, principalDetails: { ...role.who.principalDetails, userId: `${value}:session` } })]
  return []
}
