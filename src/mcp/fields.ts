import { chain, comparedKind, documents, evidence, expectPrincipal, files, scenario } from '#schemas/bodies.ts'
import { is, object, SHOWN, string } from '#schemas/described.ts'
import { Request } from '#schemas/scenario.ts'
import { z } from 'zod'
import type { Fields } from './tool.ts'

/**
 * A field that shows the form of a schema, and takes whatever JSON there is, or its text: its reader takes AWS's spellings, too, and
 * says more of what is wrong.
 */
function shown(schema: z.ZodType, description: string): z.ZodType {
  const form = compact(z.toJSONSchema(schema, { io: 'input' }), 0) as Readonly<Record<string, unknown>>
  const isJson = (value: unknown): boolean => typeof value === 'string' || (typeof value === 'object' && value !== null)
  const { anyOf, description: _, ...only } = form
  const ways = Array.isArray(anyOf) ? (anyOf as readonly unknown[]) : [only]
  const isText = ways.some((way) => (way as { readonly type?: unknown }).type === 'string')
  return z
    .unknown()
    .refine(isJson, { error: 'expected JSON, or its text' })
    .meta({ description, anyOf: [...ways, ...(isText ? [] : [{ type: 'string' }])] })
}

/** Levels of a schema that are described; a model reads every word of it in every conversation. */
const DESCRIBED = 4

/** Words of JSON Schema that say nothing here, and fields of a policy that serve citing alone. */
const LEFT_OUT = ['examples', '$schema', 'propertyNames', 'file', 'lines', 'otherVersions', 'group']

/** A schema without examples, and without words on what lies deep. */
function compact(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.map((inner) => compact(inner, depth))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, inner]) =>
      !LEFT_OUT.includes(key) && !(key === 'description' && typeof inner === 'string' && depth > DESCRIBED),
  )
  return Object.fromEntries(entries.map(([key, inner]) => [key, compact(inner, depth + 1)]))
}

export const EVIDENCE: Fields = {
  text: is(string, 'the error message or log, as it was printed').optional(),
  record: shown(evidence.record.unwrap(), 'a CloudTrail record instead of the text').optional(),
  records: shown(
    evidence.records.unwrap(),
    'several CloudTrail records, successful ones too: they are evidence',
  ).optional(),
}

const named = is(string, 'name of a snapshot the server was started with (list_snapshots); left out: the first')

export const SNAPSHOT: Fields = { snapshot: named.optional() }

const SCENARIO = shown(scenario, 'request and policies instead of a snapshot, or the text of their file, JSON or YAML')

export const HELD: Fields = {
  ...SNAPSHOT,
  scenario: SCENARIO.optional(),
  files: shown(files, 'policies as AWS prints them: documents, outputs of the AWS CLI, a plan, a template').optional(),
}

export const DIAGNOSED: Fields = { ...EVIDENCE, ...HELD, expectPrincipal: expectPrincipal.optional() }

export const PART: Fields = {
  part: is(
    string,
    'a part that an answer left out, as its `left` names it (diagnoses/0/steps); `all`: the whole answer, which may be long',
  ).optional(),
}

export const EVALUATED: Fields = {
  request: shown(Request, 'the request, judged against a snapshot').optional(),
  ...HELD,
  chain: chain.optional(),
}

export const VERIFIED: Fields = {
  ...DIAGNOSED,
  fix: is(string, 'id of a proposed fix').optional(),
  after: shown(
    z.union([object, z.string()]),
    'the scenario after the change, of the form of `scenario`, which is the one before',
  ).optional(),
}

export const COMPARED: Fields = {
  old: shown(documents('Before'), 'a policy document, a list of them, or a scenario'),
  new: shown(documents('After'), 'the same, after the change'),
  kind: comparedKind.optional(),
}

export const WHO_CAN: Fields = {
  action: is(string, 'the IAM action, such as s3:GetObject', SHOWN.action),
  resource: is(string, 'the ARN', SHOWN.resource),
  resourceAccount: is(string, 'account that owns the resource, where its ARN has none', SHOWN.account).optional(),
  ...SNAPSHOT,
  ...PART,
}

export const WHAT_CAN: Fields = {
  principal: is(string, 'ARN of a user or role of the snapshot', SHOWN.role),
  ...SNAPSHOT,
  ...PART,
}

export const COMPARED_SNAPSHOTS: Fields = {
  old: is(string, 'name of the snapshot before', 'yesterday'),
  new: is(string, 'name of the snapshot after', 'today'),
  ...PART,
}

export const TESTED: Fields = {
  tests: shown(
    z.union([z.string(), object]),
    'the file of access tests, YAML or JSON (denytrace://schemas/access-tests): who must be allowed what, and who must not',
  ),
  ...SNAPSHOT,
  ...PART,
}

export const WAITED: Fields = {
  token: is(string, 'the token that a call was answered with which was not done yet'),
  ...PART,
}
