import { parseArn } from '#iam/arn.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import { field, isObject, listField, textField } from '../fields.ts'

/** Facts that a policy document says of itself: whether it names principals, and what it is attached to. */
export interface DocumentFacts {
  readonly hasPrincipal: boolean
  /** Of a policy with principals: `trust`, `bucket`, `key` … as far as its actions and resources tell. */
  readonly kind?: string
  /** The service that it is about, as actions name it; left out: several, or all. */
  readonly service?: string
  /** The one resource that its statements are about. */
  readonly arn?: string
}

/** Whether a value is written as a policy document: statements with an effect. */
export function isDocument(value: unknown): boolean {
  if (!isObject(value)) return false
  const statements = statementsOf(value)
  return (
    statements.length > 0 &&
    statements.every((statement) => isObject(statement) && field(statement, 'Effect') !== undefined)
  )
}

/** Facts of a policy document; a text of JSON, URL-encoded or not, is read. */
export function documentFacts(document: unknown): DocumentFacts {
  const value = typeof document === 'string' ? parsed(document) : document
  const statements = statementsOf(value)
  const hasPrincipal = statements.some(
    (statement) => field(statement, 'Principal') !== undefined || field(statement, 'NotPrincipal') !== undefined,
  )
  if (!hasPrincipal) return { hasPrincipal }
  const actions = statements.flatMap((statement) => textsOf(field(statement, 'Action')))
  if (actions.length > 0 && actions.every((name) => name.toLowerCase().startsWith('sts:')))
    return { hasPrincipal, kind: 'trust' }
  const arns = new Set(holdersNamed(statements))
  const [arn] = arns
  const service = serviceOf(arns, actions)
  const kind = isOfAccessPoint(arn) ? 'access-point' : KINDS.get(service ?? '')
  return {
    hasPrincipal,
    ...(service === undefined || service === '*' ? {} : { service }),
    ...(kind === undefined ? {} : { kind }),
    ...(arns.size === 1 && arn !== undefined ? { arn } : {}),
  }
}

/** ARNs of the resources that a document names without a pattern, of an object its bucket; a document that cannot be read names none. */
export const resourcesNamedIn = (document: unknown): readonly string[] =>
  holdersNamed(statementsOf(typeof document === 'string' ? parsed(document) : document))

const holdersNamed = (statements: readonly unknown[]): readonly string[] =>
  statements
    .flatMap((statement) => textsOf(field(statement, 'Resource')))
    .flatMap((text) => policyHolderArn(text) ?? [])

/** Effect and action elements of a statement; `notActions` where it lists what it leaves out. */
export interface StatementActions {
  readonly isDeny: boolean
  readonly actions: readonly string[]
  readonly notActions?: readonly string[]
}

/** Effect and action elements of the statements of a document; undefined: it cannot be read. */
export function statementActions(document: unknown): readonly StatementActions[] | undefined {
  const value = typeof document === 'string' ? parsed(document) : document
  if (!isDocument(value)) return undefined
  return statementsOf(value).map((statement) => {
    const notAction = field(statement, 'NotAction')
    return {
      isDeny: textField(statement, 'Effect') === 'Deny',
      actions: textsOf(field(statement, 'Action')),
      ...(notAction === undefined ? {} : { notActions: textsOf(notAction) }),
    }
  })
}

function parsed(text: string): unknown {
  for (const one of [text, decoded(text)])
    try {
      return JSON.parse(one)
    } catch {
      // The other form is tried.
    }
  return undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function statementsOf(document: unknown): readonly unknown[] {
  const list = listField(document, 'Statement')
  const one = field(document, 'Statement')
  return list ?? (isObject(one) ? [one] : [])
}

const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter((one) => typeof one === 'string')

/** Kinds of resources with a policy of their own, by what IAM calls their service (docs/snapshot.md). */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['s3', 'bucket'],
  ['kms', 'key'],
  ['sqs', 'queue'],
  ['sns', 'topic'],
  ['lambda', 'function'],
  ['secretsmanager', 'secret'],
  ['ecr', 'repository'],
  ['execute-api', 'api'],
  ['events', 'event-bus'],
])

function serviceOf(arns: ReadonlySet<string>, actions: readonly string[]): string | undefined {
  const services = new Set([...arns].map((arn) => parseArn(arn)?.service))
  const found = services.size > 0 ? services : new Set(actions.map((action) => action.split(':', 1)[0]?.toLowerCase()))
  const [service] = found
  return found.size === 1 ? service : undefined
}

/** What holds the policy of a resource, such as the bucket of `bucket/*`; anything else with a wildcard names no resource. */
const policyHolderArn = (text: string): string | undefined =>
  parseArn(text) === undefined ? undefined : policyHolderArns(text).findLast((arn) => !/[*?$]/.test(arn))

const isOfAccessPoint = (text: string | undefined): boolean => {
  const arn = parseArn(text ?? '')
  return arn?.service === 's3' && arn.resource.startsWith('accesspoint/')
}
