import { parseArn } from '#iam/arn.ts'
import type { JsonObject } from '#snapshot/fields.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { FURTHER_PERMISSIONS, statementOfPermission } from '../lambda-permission.ts'
import { documentOf, perhaps } from '../policy-document.ts'
import { sealedAs } from '../seal.ts'
import { isUnknown, unknown } from '../unknown.ts'
import { linksOf } from './links.ts'
import { type ResolvedReference, resolveReference } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import { accountOf, resourcesOf, type Source, tagsAttribute, tell, textOf, valueOf } from './source.ts'

const FUNCTION = 'aws_lambda_function'

interface FunctionPolicy {
  readonly draft: ResourceDraft
  readonly isNew: boolean
  readonly statements: unknown[]
}

/** `aws_lambda_function` and `aws_lambda_permission`: the permissions of a function are its policy. */
export function readFunctions(source: Source): void {
  const functions = new Map<string, FunctionPolicy>()
  for (const resource of resourcesOf(source, FUNCTION)) addFunction(source, resource, functions)
  // What may be for any of them comes last, when all of them are known.
  const open = resourcesOf(source, 'aws_lambda_permission').filter(
    (one) => !addPermission(source, one, functions, true),
  )
  for (const resource of open) addPermission(source, resource, functions, false)
  for (const { draft, isNew, statements } of new Set(functions.values())) {
    if (!isNew) statements.push(FURTHER_PERMISSIONS)
    const document = { Version: '2012-10-17', Id: 'default', Statement: statements }
    if (statements.length > 0) draft.policy = documentOf(document, draft.arn)
    else draft.policy = null
  }
}

function addFunction(source: Source, resource: TerraformResource, functions: Map<string, FunctionPolicy>): void {
  const name = textOf(source, resource, 'function_name')
  const arn = typeof name === 'string' ? functionArn(source, resource, name) : undefined
  const account = accountOf(source, resource)
  if (typeof name !== 'string') tell(source, resource, 'its name is not known before apply')
  if (typeof name !== 'string' || arn === undefined || account === undefined) return
  const role = textOf(source, resource, 'role')
  const draft = addResource(source.draft, { arn, account, service: 'lambda', kind: 'function' }, [
    ...(typeof role === 'string' ? [['roleArn', role] as const] : []),
    ...tagsAttribute(source, resource),
  ])
  const entry = { draft, isNew: resource.lifecycle === 'created', statements: [] }
  for (const key of [resource.address, name, arn]) functions.set(key, entry)
}

/** The ARN without version or alias. `name` may be a name, a partial ARN or an ARN. */
function functionArn(source: Source, resource: TerraformResource, name: string): string | undefined {
  const { account, region, partition } = source.placeOf(resource)
  const arn = parseArn(name)
  if (arn !== undefined) {
    const [type = '', plain = ''] = arn.resource.split(':', 2)
    return `arn:${arn.partition}:lambda:${arn.region}:${arn.account}:${type}:${plain}`
  }
  const [, partial = name] = name.split(':function:', 2)
  const [plain = ''] = partial.split(':', 1)
  if (region === undefined) tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
  if (account === undefined || region === undefined || plain === '') return undefined
  return `arn:${partition}:lambda:${region}:${account}:function:${plain}`
}

function addPermission(
  source: Source,
  resource: TerraformResource,
  functions: Map<string, FunctionPolicy>,
  onlySure: boolean,
): boolean {
  const { found, isSure, told = '' } = holdersOf(source, resource, functions)
  if (onlySure && !isSure) return false
  for (const holder of found) {
    const statement = statementFor(source, resource, holder.draft.arn)
    const what = sealedAs(`${resource.address} is for ${holder.draft.arn}`, told)
    holder.statements.push(isSure ? statement : perhaps(statement, resource.address, what))
  }
  return true
}

function statementFor(source: Source, resource: TerraformResource, arn: string): JsonObject {
  const text = (name: string) => textOf(source, resource, name)
  return statementOfPermission(
    {
      sid: text('statement_id'),
      action: text('action') ?? unknown(`${resource.address}.action`),
      principal: text('principal') ?? unknown(`${resource.address}.principal`),
      sourceArn: text('source_arn'),
      sourceAccount: text('source_account'),
      organizationId: text('principal_org_id'),
      urlAuthType: text('function_url_auth_type'),
      eventSourceToken: text('event_source_token'),
      invokedViaUrl: valueOf(source, resource, 'invoked_via_function_url'),
    },
    arn,
    source.placeOf(resource).partition,
  )
}

/** The functions, versions and aliases that a permission may be for: each has a policy of its own (R-OTH-14). */
function holdersOf(
  source: Source,
  resource: TerraformResource,
  functions: Map<string, FunctionPolicy>,
): ResolvedReference<FunctionPolicy> {
  const said = functionsOf(source, resource, functions)
  const qualifier = textOf(source, resource, 'qualifier')
  if (isUnknown(qualifier)) {
    tell(source, resource, 'nothing says which version or alias it is for')
    const plain = said.found.map(({ draft }) => draft.arn)
    const isOne = ({ draft }: FunctionPolicy): boolean => plain.some((arn) => draft.arn.startsWith(`${arn}:`))
    return { found: [...said.found, ...new Set([...functions.values()].filter(isOne))], isSure: false }
  }
  if (qualifier === undefined) return said
  return { ...said, found: said.found.map((one) => qualified(source, one, qualifier, functions)) }
}

function functionsOf(
  source: Source,
  resource: TerraformResource,
  functions: Map<string, FunctionPolicy>,
): ResolvedReference<FunctionPolicy> {
  const links = isUnknown(textOf(source, resource, 'function_name'))
    ? (linksOf(source.file, resource, 'function_name') ?? [])
    : []
  const [link] = links
  return link?.resource.type === ALIAS && links.length === 1 && link.attribute !== 'function_name'
    ? ofAlias(source, link.resource, functions)
    : unqualified(source, resource, functions)
}

function unqualified(
  source: Source,
  resource: TerraformResource,
  functions: Map<string, FunctionPolicy>,
): ResolvedReference<FunctionPolicy> {
  const said = resolveReference(source, resource, 'function_name', {
    types: [FUNCTION],
    known: functions,
    word: 'function',
    // The ARN of a function may go on to a version or an alias, each of which has a policy of its own (R-OTH-14).
    arnOf: ({ draft }) => draft.arn,
    hasParts: true,
  })
  if (typeof said === 'object') return said
  const entry = said === undefined ? undefined : byName(source, resource, said, functions)
  return { found: entry === undefined ? [] : [entry], isSure: true }
}

const ALIAS = 'aws_lambda_alias'

function ofAlias(
  source: Source,
  alias: TerraformResource,
  functions: Map<string, FunctionPolicy>,
): ResolvedReference<FunctionPolicy> {
  const of = unqualified(source, alias, functions)
  const name = textOf(source, alias, 'name')
  if (typeof name === 'string') return { ...of, found: of.found.map((one) => qualified(source, one, name, functions)) }
  tell(source, alias, 'its name is not known before apply')
  return { found: [], isSure: true }
}

/** A permission for a version or an alias counts for that ARN alone (R-OTH-14). */
function qualified(
  source: Source,
  { draft, isNew }: FunctionPolicy,
  qualifier: string,
  functions: Map<string, FunctionPolicy>,
): FunctionPolicy {
  const arn = `${draft.arn}:${qualifier}`
  const known = functions.get(arn)
  if (known !== undefined) return known
  const { account } = draft
  const made = addResource(source.draft, { arn, account, service: 'lambda', kind: 'function-alias' })
  const entry: FunctionPolicy = { draft: made, isNew, statements: [] }
  functions.set(arn, entry)
  return entry
}

/** By name, partial ARN or ARN, each with a version or alias or without. */
function byName(
  source: Source,
  resource: TerraformResource,
  name: string,
  functions: Map<string, FunctionPolicy>,
): FunctionPolicy | undefined {
  const arn = functionArn(source, resource, name)
  if (arn === undefined) return undefined
  const entry = functions.get(arn) ?? outside(source, arn, functions)
  const qualifier = qualifierIn(name)
  return entry === undefined || qualifier === undefined ? entry : qualified(source, entry, qualifier, functions)
}

/** `live` in `arn:…:function:resize:live`, `123456789012:function:resize:live` and `resize:live`. */
function qualifierIn(name: string): string | undefined {
  const at = name.indexOf(':function:')
  return name.slice(at < 0 ? 0 : at + ':function:'.length).split(':', 2)[1]
}

/** A function that another file makes: it may have further permissions. */
function outside(source: Source, arn: string, functions: Map<string, FunctionPolicy>): FunctionPolicy | undefined {
  const account = parseArn(arn)?.account
  if (account === undefined) return undefined
  const draft = addResource(source.draft, { arn, account, service: 'lambda', kind: 'function' })
  const entry: FunctionPolicy = { draft, isNew: false, statements: [] }
  functions.set(arn, entry)
  return entry
}
