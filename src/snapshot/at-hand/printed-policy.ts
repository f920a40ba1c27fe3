import type { Policy } from '#engine/scenario.ts'
import { field, isObject, listField } from '../fields.ts'
import { isReadable, readJson } from '../json-source.ts'
import { documentFacts, isDocument } from './document-facts.ts'
import { arnIn, settingsIn } from './output-settings.ts'
import type { Content, Piece } from './piece.ts'
import { Reader } from './reader.ts'
import { resourcePolicy } from './resource-forms.ts'

type Path = readonly (string | number)[]

const POLICY_FORM = 'a policy that the AWS CLI printed'
const SETTINGS_FORM = 'settings that the AWS CLI printed'

/**
 * The policies in an output of the AWS CLI whose form is not one of its own here: `get-resource-policy` of most services. Each
 * belongs to the resource whose ARN is next to it, or to the one that its statements name (R-EVID-13). Of an output without a
 * policy, the keys and tags that are next to the ARN of a resource.
 */
export function printedPolicies(name: string, text: string): readonly Piece[] {
  const source = readJson(name, text)
  if (!isReadable(source) || !isObject(source.value)) return []
  const { value } = source
  const reader = new Reader(source)
  const paths = policiesIn(value, [], { left: MOST_MEMBERS })
  const policies = joined(paths.map((path) => contentOf(reader, path)))
  if (policies.length > 0) return policies.map((content) => ({ ...content, file: name, form: POLICY_FORM }))
  return settingsIn(value).map((content) => ({ ...content, file: name, form: SETTINGS_FORM }))
}

const MOST_MEMBERS = 500
const DEEPEST = 4
const LONGEST = 100_000

/** The paths of the policy documents in a value, as objects or as texts. */
function policiesIn(value: unknown, path: Path, budget: { left: number }): readonly Path[] {
  if (budget.left-- <= 0 || path.length > DEEPEST) return []
  if (isDocument(typeof value === 'string' ? parsed(value) : value)) return [path]
  if (Array.isArray(value)) return value.flatMap((one, i) => policiesIn(one, [...path, i], budget))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, one]) => policiesIn(one, [...path, key], budget))
}

function parsed(text: string): unknown {
  if (!text.startsWith('{') || text.length > LONGEST) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function contentOf(reader: Reader, path: Path): Content {
  const policy = reader.policy(`policy in ${reader.fileName}`, ...path)
  if (!documentFacts(policy.document).hasPrincipal) return { is: 'identity-policy', policy }
  return resourcePolicy(policy, { arn: arnNextTo(reader, path) })
}

/** The ARN among the members next to the policy, or around them, that is not one of IAM. */
function arnNextTo(reader: Reader, path: Path): string | undefined {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const around = reader.at(...path.slice(0, depth))?.value
    const arn = isObject(around) ? arnIn(around) : undefined
    if (arn !== undefined) return arn
  }
  return undefined
}

/** Several policies of one resource all apply: their statements are those of one policy. */
function joined(contents: readonly Content[]): readonly Content[] {
  return contents.reduce<readonly Content[]>((before, content) => {
    const at = before.findIndex((other) => isOfSameResource(other, content))
    const both = at < 0 ? undefined : joinedPolicy(before[at], content)
    return both === undefined ? [...before, content] : before.with(at, both)
  }, [])
}

const isOfSameResource = (a: Content, b: Content): boolean =>
  a.is === 'resource' && b.is === 'resource' && a.arn === b.arn && a.kind === b.kind && a.name === b.name

/** Undefined: the version decides what a variable is, so statements of two versions stay apart. */
function joinedPolicy(a: Content | undefined, b: Content): Content | undefined {
  if (a?.is !== 'resource' || b.is !== 'resource' || !a.policy || !b.policy) return undefined
  const [first, second] = [documentOf(a.policy), documentOf(b.policy)]
  if (first === undefined || second === undefined || field(first, 'Version') !== field(second, 'Version'))
    return undefined
  const { lines: _, ...policy } = a.policy
  const version = field(first, 'Version')
  const lines = [...(a.policy.lines ?? []), ...(b.policy.lines ?? [])]
  const Statement = [...statementsOf(first), ...statementsOf(second)]
  const document = { ...(version === undefined ? {} : { Version: version }), Statement }
  return { ...a, policy: { ...policy, document, ...(lines.length === Statement.length ? { lines } : {}) } }
}

function documentOf({ document }: Policy): unknown {
  const value = typeof document === 'string' ? parsed(document) : document
  return isDocument(value) ? value : undefined
}

const statementsOf = (document: unknown): readonly unknown[] =>
  listField(document, 'Statement') ?? [field(document, 'Statement')]
