import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { parseArn } from '#iam/arn.ts'
import { allButArnsOfSns, isTextMessage } from '#iam/phone-number.ts'
import { type Caller, isProviderName } from '#iam/caller.ts'
import type { Operation } from './operation.ts'
import { valueAt } from '#iam/json-pointer.ts'
import type { Conditions, GrantGoal } from './grant-goal.ts'

/** A statement as it stands in a document. */
export type StatementJson = Readonly<Record<string, unknown>>

/** The exact Allow that is wanted, with a Sid that tells what it is for (R-FIX-02). */
export function allowStatement(goal: GrantGoal, parts: StatementParts = {}): StatementJson {
  const conditions = merged(goal.conditions, parts.conditions ?? {})
  return {
    Sid: sidOf(goal, parts.principal !== undefined),
    Effect: 'Allow',
    ...(parts.principal === undefined ? {} : { Principal: parts.principal }),
    Action: goal.action,
    ...(parts.resource === null ? {} : resourceElement(goal, parts.resource ?? goal.resources)),
    ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
  }
}

function resourceElement({ action, input, resources }: GrantGoal, patterns: readonly string[]): StatementJson {
  const isForNumber = patterns === resources && patterns.every((pattern) => isTextMessage(action, pattern))
  return isForNumber ? { NotResource: allButArnsOfSns(input.caller.partition) } : { Resource: oneOrList(patterns) }
}

/** Elements of an Allow besides its action. */
export interface StatementParts {
  readonly principal?: Readonly<Record<string, string>> | '*'
  /** `null`: the document's statements have none (trust policies). */
  readonly resource?: readonly string[] | null
  readonly conditions?: Conditions
}

/** The value where there is one, else the list. */
export function oneOrList(values: readonly string[]): string | readonly string[] {
  const [only, ...more] = values
  return only === undefined || more.length > 0 ? values : only
}

function merged(a: Conditions, b: Conditions): Conditions {
  const all: Record<string, Readonly<Record<string, string | readonly string[]>>> = { ...a }
  for (const [operator, keys] of Object.entries(b)) all[operator] = { ...all[operator], ...keys }
  return all
}

/** Letters and digits only, as IAM asks (R-GRAM-04): `AllowDeployRolePutObject`. */
function sidOf({ action, input }: GrantGoal, named: boolean): string {
  // The address of a provider of tokens is no name that a person reads.
  const isUnnamed = input.caller.kind === 'identity-provider' || isUnnamedCaller(input.caller.roleArn ?? '')
  const who = named && !isUnnamed ? capitalized(shortName(input.caller)) : ''
  return `Allow${who}${capitalized(action.slice(action.indexOf(':') + 1))}`
}

export const shortName = (caller: Caller): string => {
  const text = caller.roleArn ?? caller.federatedBy ?? caller.arn
  return text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1)
}

const capitalized = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/**
 * The caller as a `Principal`, exactly: its user or role, never an account, never `*`. Undefined for callers that a policy
 * can only name by letting everyone in. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function principalOf({ caller, resource }: Named): Readonly<Record<string, string>> | undefined {
  switch (caller.kind) {
    case 'user':
    case 'root':
      return { AWS: caller.arn }
    case 'role-session':
      return caller.roleArn === undefined ? undefined : { AWS: caller.roleArn }
    case 'federated-session':
      return caller.federatedBy === undefined ? undefined : { AWS: caller.federatedBy }
    case 'service':
      return { Service: caller.arn }
    case 'identity-provider':
      return federated(caller.federatedBy, resource)
    default:
      return undefined
  }
}

type Named = Pick<EvaluationInput, 'caller' | 'resource'>

/** Any other provider is an entity of the role's account, and is named by its ARN; a token has its address only. */
function federated(
  provider: string | undefined,
  resource: EvaluationInput['resource'],
): { Federated: string } | undefined {
  if (provider === undefined) return undefined
  if (provider.startsWith('arn:') || isProviderName(provider)) return { Federated: provider }
  const role = resource.kind === 'arn' ? parseArn(resource.arn) : undefined
  if (role === undefined || role.account === '') return undefined
  return { Federated: `arn:${role.partition}:iam::${role.account}:oidc-provider/${provider}` }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

/** How many statements the document has; a lone statement counts as one. */
export const statementsOf = (document: unknown): readonly unknown[] => {
  const listed = valueAt(document, '/Statement')
  return listed === undefined ? [] : isList(listed) ? listed : [listed]
}

/** Puts statements behind the others; a lone statement becomes a list. A Sid that is taken gets a number. */
export function appended(document: unknown, statements: readonly StatementJson[]): readonly Operation[] {
  const listed = valueAt(document, '/Statement')
  const taken = new Set(statementsOf(document).map((statement) => valueAt(statement, '/Sid')))
  const fresh = statements.map((statement) => withFreshSid(statement, taken))
  if (document === null || listed === undefined)
    return [{ op: 'add', path: '', value: { Version: '2012-10-17', Statement: fresh } }]
  if (!isList(listed)) return [{ op: 'replace', path: '/Statement', value: [listed, ...fresh] }]
  return fresh.map((value) => ({ op: 'add', path: '/Statement/-', value }))
}

function withFreshSid(statement: StatementJson, taken: Set<unknown>): StatementJson {
  const sid = statement['Sid']
  let free = sid
  for (let i = 2; taken.has(free); i++) free = `${String(sid)}${i}`
  taken.add(free)
  return { ...statement, Sid: free }
}

/** Where the statement that `appended` put last stands. */
export const lastStatement = (document: unknown): string => `/Statement/${statementsOf(document).length - 1}`
