import { isObject, type JsonObject } from '#snapshot/fields.ts'
import { OPEN_KEY } from '#iam/open-value.ts'
import { documentOf, perhaps } from '../policy-document.ts'
import { sealed } from '../seal.ts'
import { isUnknown, withDigest, unknown, type Unknown } from '../unknown.ts'
import { expressionOf } from './configuration.ts'
import { linked } from './links.ts'
import type { TerraformResource } from './plan.ts'
import { type Source, textOf, valueOf } from './source.ts'

/**
 * The policy that an attribute holds, ready for a snapshot; undefined where the attribute is not set. One that is known only
 * after apply is put together from the `aws_iam_policy_document` it comes from, as far as that is known.
 */
export function policyIn(source: Source, resource: TerraformResource, name: string): unknown {
  const value = textOf(source, resource, name)
  if (value === undefined) return undefined
  if (!isUnknown(value)) return documentOf(value, resource.address)
  const targets = linked(source.file, resource, name)
  const [target] = targets ?? []
  const isDocument = target?.isData === true && target.type === 'aws_iam_policy_document'
  if (targets?.length !== 1 || target === undefined || !isDocument) return documentOf(value, resource.address)
  const document = documentOf(dataDocument(source, target), target.address)
  return source.options.plainReferences === true
    ? document
    : asReferredTo(document, resource, name, target, expressionOf(source.file.configuration, resource, name))
}

/**
 * A plan lists what an expression refers to and not how: `data.x.json` looks like a `jsonencode` that adds a Deny to the
 * statements of `data.x.json`. So what these allow may be denied before the text is known; what none of them has is denied.
 */
function asReferredTo(
  document: unknown,
  { address }: TerraformResource,
  name: string,
  data: TerraformResource,
  expression: unknown,
): unknown {
  if (!isObject(document)) return document
  const listed = document['Statement']
  const statements: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
  // What the document says stands beside it: only what else the expression refers to is not seen.
  const what = sealed(`${address}.${name} is more than ${data.address}.json`, expression)
  const denied = statements.flatMap((statement) => {
    // One with something open in it allows nothing for sure as it is.
    if (!isObject(statement) || statement['Effect'] !== 'Allow' || JSON.stringify(statement).includes(OPEN_KEY))
      return []
    // A Sid is unique in its policy.
    const rest = Object.fromEntries(Object.entries(statement).filter(([element]) => element !== 'Sid'))
    return [perhaps({ ...rest, Effect: 'Deny' }, `${address}.${name}`, what)]
  })
  return { ...document, Statement: [...statements, ...denied] }
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
function dataDocument(source: Source, data: TerraformResource): JsonObject | Unknown | string {
  const json = valueOf(source, data, 'json')
  if (typeof json === 'string') return json
  const statement = valueOf(source, data, 'statement') ?? []
  if (isUnknown(statement)) return statement
  const before = sources(source, data)
  if (isUnknown(before)) return before
  const own = (Array.isArray(statement) ? statement : [statement]).map(statementOf)
  const statements = [...before, ...own]
  const sids = statements.flatMap((statement) =>
    isObject(statement) && typeof statement['Sid'] === 'string' ? [statement['Sid']] : [],
  )
  // One of two with the same Sid replaces the other; which, depends on where they stand.
  if (new Set(sids).size < sids.length)
    return withDigest(unknown(`${data.address}.statement with a Sid that stands twice`), statements)
  const version = valueOf(source, data, 'version')
  return { Version: version ?? '2012-10-17', Statement: statements }
}

/** Statements that come from other documents; overriding ones replace statements, so with any nothing is known. */
function sources(source: Source, data: TerraformResource): readonly unknown[] | Unknown {
  const found: unknown[] = []
  for (const name of ['override_policy_documents', 'override_json']) {
    const value = valueOf(source, data, name)
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
    if (!isEmpty) return withDigest(unknown(`${data.address}.${name}`), value)
  }
  for (const name of ['source_json', 'source_policy_documents']) {
    const value = valueOf(source, data, name)
    if (value === undefined || value === '') continue
    for (const text of Array.isArray(value) ? value : [value]) {
      const document = isUnknown(text) ? text : documentOf(text, data.address)
      if (isUnknown(document) || !isObject(document)) return withDigest(unknown(`${data.address}.${name}`), value)
      const listed = document['Statement']
      found.push(...(Array.isArray(listed) ? listed : [listed]))
    }
  }
  return found
}

const LISTS = [
  ['Action', 'actions'],
  ['NotAction', 'not_actions'],
  ['Resource', 'resources'],
  ['NotResource', 'not_resources'],
] as const

function statementOf(block: unknown): unknown {
  if (isUnknown(block) || !isObject(block)) return block
  const found = new Map<string, unknown>()
  if (block['sid'] !== undefined && block['sid'] !== null && block['sid'] !== '') found.set('Sid', block['sid'])
  found.set('Effect', block['effect'] ?? 'Allow')
  addPrincipal(found, 'Principal', block['principals'])
  addPrincipal(found, 'NotPrincipal', block['not_principals'])
  for (const [element, name] of LISTS) {
    const value = block[name]
    if (isUnknown(value)) found.set(element, value)
    else if (Array.isArray(value) && value.length > 0) found.set(element, value.map(withVariables))
  }
  const condition = conditionOf(block['condition'])
  if (condition !== undefined) found.set('Condition', condition)
  return Object.fromEntries(found)
}

/** The provider writes policy variables as `&{…}`, since `${…}` is Terraform's own. */
const withVariables = (value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('&{', '${') : (value ?? unknown('an element of a list'))

function addPrincipal(found: Map<string, unknown>, element: string, blocks: unknown): void {
  if (isUnknown(blocks)) found.set(element, blocks)
  if (!Array.isArray(blocks) || blocks.length === 0) return
  const types = new Map<string, unknown[]>()
  for (const block of blocks) {
    const type: unknown = isObject(block) && !isUnknown(block) ? block['type'] : undefined
    const identifiers: unknown = isObject(block) ? block['identifiers'] : undefined
    if (typeof type !== 'string' || !Array.isArray(identifiers)) {
      found.set(element, withDigest(unknown(`${element} of a statement`), blocks))
      return
    }
    types.set(type, [...(types.get(type) ?? []), ...identifiers.map(withVariables)])
  }
  const anyone = types.size === 1 ? types.get('*') : undefined
  found.set(element, anyone?.length === 1 && anyone[0] === '*' ? '*' : Object.fromEntries(types))
}

function conditionOf(blocks: unknown): unknown {
  if (isUnknown(blocks)) return blocks
  if (!Array.isArray(blocks) || blocks.length === 0) return undefined
  const operators = new Map<string, Map<string, unknown[]>>()
  for (const block of blocks) {
    const { test, variable, values } = isObject(block) && !isUnknown(block) ? fieldsOf(block) : fieldsOf({})
    if (typeof test !== 'string' || typeof variable !== 'string')
      return withDigest(unknown('a condition of a statement'), blocks)
    const keys = operators.get(test) ?? new Map<string, unknown[]>()
    operators.set(test, keys)
    keys.set(variable, [
      ...(keys.get(variable) ?? []),
      ...(Array.isArray(values) ? values.map(withVariables) : [values]),
    ])
  }
  return Object.fromEntries([...operators].map(([operator, keys]) => [operator, Object.fromEntries(keys)]))
}

const fieldsOf = (
  block: JsonObject,
): { readonly test: unknown; readonly variable: unknown; readonly values: unknown } => ({
  test: block['test'],
  variable: block['variable'],
  values: block['values'],
})
