/**
 * A policy document as written: an object, its text, or its URL-encoded text; an AWS managed policy by its ARN.
 * R-GRAM-01..03. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import type { Policy } from '#engine/scenario.ts'

export type Json = Readonly<Record<string, unknown>>
export interface Document {
  /** Whether `${…}` is a variable: only under Version 2012-10-17. */
  readonly variables: boolean
  readonly statements: readonly Json[]
}

const FULL_ACCESS: Json = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
const MANAGED = [
  'arn:aws:iam::aws:policy/AdministratorAccess',
  'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
]

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A string, number or boolean, or a list of them, as texts; anything else among them is left out (R-GRAM-05). */
export const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((v) => ['string', 'number', 'boolean'].includes(typeof v)).map(String)

const keysWritten = (text: string): number =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length

const keysKept = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, one) => sum + keysKept(one),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      )

/** A key that stands twice makes the text unreadable (R-GRAM-06). */
function parse(text: string): unknown {
  for (const read of [(t: string) => t, decodeURIComponent]) {
    try {
      const value: unknown = JSON.parse(read(text))
      return keysWritten(read(text)) === keysKept(value) ? value : undefined
    } catch {
      // the other spelling may do
    }
  }
  return undefined
}

/** The statement and what its lists of actions and resources hold; no policy that AWS keeps has so many (R-QUOTA-03). */
const withEntries = (statement: Json): unknown[] => [
  statement,
  ...['Action', 'NotAction', 'Resource', 'NotResource'].flatMap((element) =>
    Array.isArray(statement[element]) ? (statement[element] as unknown[]) : [],
  ),
]

/** What was read of a policy that is asked again. */
const read = new WeakMap<Policy, Document | 'unreadable'>()

/** Undefined: cannot be read, so it may allow or deny. */
export function readDocument(policy: Policy): Document | undefined {
  const known = read.get(policy) ?? readAnew(policy) ?? 'unreadable'
  read.set(policy, known)
  return known === 'unreadable' ? undefined : known
}

function readAnew(policy: Policy): Document | undefined {
  const isManaged = policy.document === undefined && policy.arn !== undefined && MANAGED.includes(policy.arn)
  const given = isManaged ? FULL_ACCESS : policy.document
  const document = typeof given === 'string' ? parse(given) : given
  if (!isObject(document) || document['Statement'] === undefined) return undefined
  const list = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']]
  if (!list.every(isObject) || list.flatMap(withEntries).length > 20_000) return undefined
  return { variables: document['Version'] === '2012-10-17', statements: list }
}
