import { parseArn } from '#iam/arn.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { FURTHER_PERMISSIONS, statementOfPermission } from '../lambda-permission.ts'
import { documentOf } from '../policy-document.ts'
import { isUnknown, unknown } from '../unknown.ts'
import type { TerraformResource } from './plan.ts'
import { accountOf, linkOf, resourcesOf, type Source, tagsAttribute, tell, textOf, valueOf } from './source.ts'

interface FunctionPolicy {
  readonly draft: ResourceDraft
  readonly isNew: boolean
  readonly statements: unknown[]
}

/** `aws_lambda_function` and `aws_lambda_permission`: the permissions of a function are its policy. */
export function readFunctions(source: Source): void {
  const functions = new Map<string, FunctionPolicy>()
  for (const resource of resourcesOf(source, 'aws_lambda_function')) addFunction(source, resource, functions)
  for (const resource of resourcesOf(source, 'aws_lambda_permission')) addPermission(source, resource, functions)
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
  const plain = name.includes(':') ? (name.split(':function:')[1]?.split(':', 1)[0] ?? '') : name
  if (region === undefined) tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
  if (account === undefined || region === undefined || plain === '') return undefined
  return `arn:${partition}:lambda:${region}:${account}:function:${plain}`
}

function addPermission(source: Source, resource: TerraformResource, functions: Map<string, FunctionPolicy>): void {
  const target = linkOf(source, resource, 'function_name', (one) => one.address)
  if (target === undefined || isUnknown(target)) {
    tell(source, resource, 'nothing says which function it belongs to')
    return
  }
  const entry = functions.get(target) ?? outside(source, resource, target, functions)
  if (entry === undefined) return
  const text = (name: string) => textOf(source, resource, name)
  const qualifier = text('qualifier')
  if (isUnknown(qualifier)) {
    tell(source, resource, 'nothing says which version or alias it is for')
    return
  }
  const holder = qualifier === undefined ? entry : qualified(source, entry, qualifier, functions)
  const { partition } = source.placeOf(resource)
  holder.statements.push(
    statementOfPermission(
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
      holder.draft.arn,
      partition,
    ),
  )
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

/** A function that another file makes: it may have further permissions. */
function outside(
  source: Source,
  resource: TerraformResource,
  target: string,
  functions: Map<string, FunctionPolicy>,
): FunctionPolicy | undefined {
  if (target.startsWith('aws_lambda_') || target.startsWith('module.')) return undefined
  const arn = functionArn(source, resource, target)
  const account = arn === undefined ? undefined : parseArn(arn)?.account
  if (arn === undefined || account === undefined) return undefined
  const known = functions.get(arn)
  if (known !== undefined) return known
  const draft = addResource(source.draft, { arn, account, service: 'lambda', kind: 'function' })
  const entry: FunctionPolicy = { draft, isNew: false, statements: [] }
  functions.set(arn, entry)
  return entry
}
