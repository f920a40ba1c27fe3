import { parseArn } from '#iam/arn.ts'
import type { JsonObject } from '#snapshot/fields.ts'
import { DEFAULT_ENDPOINT_POLICY } from '../default-policies.ts'
import { accountIn, addResource, givePolicyApart, type ResourceDraft } from '../draft.ts'
import { FURTHER_PERMISSIONS, statementOfPermission } from '../lambda-permission.ts'
import { documentOf, notKnown, perhaps } from '../policy-document.ts'
import { sealedAs } from '../seal.ts'
import { isUnknown, unknown, type Unknown } from '../unknown.ts'
import { arnOf, attributeOf } from './attributes.ts'
import { entriesOf } from './buckets.ts'
import { addMade, giveOwnPolicy, isNameless, mayBeOfAny } from './made.ts'
import { POLICY_HOLDERS, type PolicyHolderType } from './policy-holders.ts'
import { ofType, policyProperty, type Stack, tell, whetherMade } from './principals.ts'
import { resourceDigest } from './expression-digest.ts'
import { property, type TemplateResource, textProperty, written } from './template.ts'

/** A new key has the aliases of the template, and no grants yet. */
const NEW_KEY: readonly (readonly [string, unknown])[] = [
  ['keyManager', 'CUSTOMER'],
  ['aliases', []],
  ['kmsGrants', []],
]

/** Resources that have a policy, and the policies that stand apart. */
export function readResourcePolicies(stack: Stack): void {
  for (const holder of POLICY_HOLDERS) {
    for (const resource of ofType(stack, holder.type)) addHolder(stack, holder, resource)
    for (const { type, of, policy } of holder.apart ?? [])
      for (const resource of ofType(stack, type)) addPolicy(stack, holder, resource, of, policy)
  }
  const open = ofType(stack, 'AWS::KMS::Alias').flatMap((resource) => addAlias(stack, resource))
  for (const key of open) key.attributes.delete('aliases')
}

function addHolder(stack: Stack, holder: PolicyHolderType, resource: TemplateResource): void {
  const { template, account } = stack
  const arn = arnOf(template, resource)
  if (arn === undefined) {
    const region = template.region === undefined ? ' and `--region REGION`' : ''
    tell(stack, resource, `its ARN is not known before the deploy: give \`--parameters ${resource.id}=NAME\`${region}`)
    return
  }
  const made = addMade(
    stack,
    resource,
    { arn, account, service: holder.service, kind: holder.kind },
    holder.kind === 'key' ? NEW_KEY : [],
  )
  const policy = holder.policy === undefined ? undefined : policyProperty(stack, resource, holder.policy)
  giveOwnPolicy(made, policy, holder.byDefault?.(arn, account, template.partition))
}

function addPolicy(
  stack: Stack,
  holder: PolicyHolderType,
  resource: TemplateResource,
  of: string,
  policyName: string,
): void {
  const policy = policyProperty(stack, resource, policyName)
  const targets = entriesOf(stack, resource, of)
  const raw = written(resource, of)
  for (const [index, target] of targets.entries()) {
    const arn = typeof target === 'string' ? arnFrom(stack, holder, target) : undefined
    const account = arn === undefined ? undefined : parseArn(arn)?.account
    if (arn === undefined || account === undefined) {
      // An entry that came to nothing moves those behind it.
      const entry: unknown = Array.isArray(raw) ? (raw.length === targets.length ? raw[index] : undefined) : raw
      mayBeOfAny(stack, resource, entry, holder)
    } else {
      const { service, kind } = holder
      givePolicyApart(addResource(stack.draft, { arn, account, service, kind }), policy)
    }
  }
}

/** An ARN, the URL of a queue, or the name of a secret. */
function arnFrom({ template, account }: Stack, holder: PolicyHolderType, text: string): string | undefined {
  if (text.startsWith('arn:')) return text
  if (template.region === undefined) return undefined
  const start = `arn:${template.partition}:${holder.service}:${template.region}:${account}:`
  if (text.startsWith('https://')) return start + text.slice(text.lastIndexOf('/') + 1)
  if (holder.kind === 'secret') return `${start}secret:${text}-??????`
  return holder.named === undefined ? undefined : `${start}${holder.named}${text}`
}

/** Gives the keys whose aliases are not known for it. */
function addAlias(stack: Stack, resource: TemplateResource): readonly ResourceDraft[] {
  const name = textProperty(stack.template, resource, 'AliasName')
  const target = textProperty(stack.template, resource, 'TargetKeyId')
  const { region, partition } = stack.template
  const isSure = typeof name === 'string' && resource.exists === true
  if (typeof name !== 'string') tell(stack, resource, 'its name is not known before the deploy')
  if (typeof target !== 'string' || (region === undefined && !target.startsWith('arn:'))) {
    const isOwn = isNameless(stack, written(resource, 'TargetKeyId'))
    tell(stack, resource, `nothing says which key it belongs to${isOwn ? '' : ', so it may be any'}`)
    return isOwn
      ? []
      : [...accountIn(stack.draft, stack.account).resources.values()].filter(({ kind }) => kind === 'key')
  }
  const arn = target.startsWith('arn:') ? target : `arn:${partition}:kms:${region}:${stack.account}:key/${target}`
  const key = addResource(stack.draft, { arn, account: stack.account, service: 'kms', kind: 'key' })
  if (!isSure) return [key]
  const before = key.attributes.get('aliases')
  key.attributes.set('aliases', [...(Array.isArray(before) ? (before as unknown[]) : []), name])
  return []
}

interface FunctionPolicy {
  readonly made: ResourceDraft
  readonly statements: unknown[]
}

/** `AWS::Lambda::Function` and `AWS::Lambda::Permission`: the permissions of a function are its policy. */
export function readFunctions(stack: Stack): void {
  const functions = new Map<string, FunctionPolicy>()
  for (const resource of ofType(stack, 'AWS::Lambda::Function')) addFunction(stack, resource, functions)
  // What may be for any of them comes last, when all of them are known.
  const open = ofType(stack, 'AWS::Lambda::Permission').filter((one) => !addPermission(stack, one, functions))
  for (const resource of open) {
    if (isNameless(stack, written(resource, 'FunctionName'))) {
      tell(stack, resource, 'the name of its function is not known before the deploy')
      continue
    }
    tell(stack, resource, 'nothing says which function it belongs to, so it may be any')
    for (const { made, statements } of functions.values()) {
      const statement = permission(stack, resource, made.arn)
      const what = sealedAs(`${resource.id} is for ${made.arn}`, resourceDigest(stack.template, resource))
      statements.push(typeof statement === 'string' ? statement : perhaps(statement, resource.id, what))
    }
  }
  for (const { made, statements } of functions.values())
    made.policy =
      statements.length === 0
        ? null
        : documentOf({ Version: '2012-10-17', Id: 'default', Statement: statements }, made.arn)
}

function addFunction(stack: Stack, resource: TemplateResource, functions: Map<string, FunctionPolicy>): void {
  const { template, account } = stack
  const arn = arnOf(template, resource)
  if (arn === undefined) {
    tell(stack, resource, `its ARN is not known before the deploy: give \`--parameters ${resource.id}=NAME\``)
    return
  }
  const role = textProperty(template, resource, 'Role')
  const attributes = typeof role === 'string' ? [['roleArn', role] as const] : []
  const made = addMade(stack, resource, { arn, account, service: 'lambda', kind: 'function' }, attributes)
  functions.set(arn, functions.get(arn) ?? { made, statements: [] })
}

/** Whether the template says of which function. */
function addPermission(stack: Stack, resource: TemplateResource, functions: Map<string, FunctionPolicy>): boolean {
  const arn = functionArn(stack, textProperty(stack.template, resource, 'FunctionName'))
  if (arn === undefined) return false
  const known = functions.get(arn) ?? unlisted(stack, arn, functions.has(plainArn(arn)))
  functions.set(arn, known)
  known.statements.push(permission(stack, resource, arn))
  return true
}

/** A function of another stack, or a version or alias: a permission for one counts for that ARN alone (R-OTH-14). */
function unlisted({ draft, account }: Stack, arn: string, isOfThisStack: boolean): FunctionPolicy {
  const kind = arn === plainArn(arn) ? 'function' : 'function-alias'
  const made = addResource(draft, { arn, account: parseArn(arn)?.account ?? account, service: 'lambda', kind })
  return { made, statements: isOfThisStack ? [] : [FURTHER_PERMISSIONS] }
}

/** `arn:…:function:name`, without version or alias. */
const plainArn = (arn: string): string => arn.split(':', 7).join(':')

/** From a name, an ARN, or either with version or alias. */
function functionArn({ template, account }: Stack, name: string | Unknown | undefined): string | undefined {
  if (typeof name !== 'string') return undefined
  if (parseArn(name) !== undefined) return name
  const plain = name.includes(':function:') ? name.slice(name.indexOf(':function:') + 10) : name
  if (template.region === undefined) return undefined
  return `arn:${template.partition}:lambda:${template.region}:${account}:function:${plain}`
}

function permission(stack: Stack, resource: TemplateResource, arn: string): JsonObject | string {
  if (resource.exists !== true) return notKnown(whetherMade(stack, resource))
  const text = (name: string) => textProperty(stack.template, resource, name)
  return statementOfPermission(
    {
      sid: resource.id,
      action: text('Action') ?? unknown(`${resource.id}.Action`),
      principal: text('Principal') ?? unknown(`${resource.id}.Principal`),
      sourceArn: text('SourceArn'),
      sourceAccount: text('SourceAccount'),
      organizationId: text('PrincipalOrgID'),
      urlAuthType: text('FunctionUrlAuthType'),
      eventSourceToken: text('EventSourceToken'),
      invokedViaUrl: property(stack.template, resource, 'InvokedViaFunctionUrl'),
    },
    arn,
    stack.template.partition,
  )
}

/** `AWS::EC2::VPCEndpoint`; its logical id stands for the id it gets. */
export function readEndpoints(stack: Stack): void {
  for (const resource of ofType(stack, 'AWS::EC2::VPCEndpoint')) {
    const id = attributeOf(stack.template, resource.id, undefined)
    const vpc = textProperty(stack.template, resource, 'VpcId')
    const type = textProperty(stack.template, resource, 'VpcEndpointType')
    if (typeof id !== 'string') continue
    accountIn(stack.draft, stack.account).endpoints.set(id, {
      id,
      ...(typeof vpc === 'string' ? { vpc } : {}),
      type: isUnknown(type) || type === undefined ? 'Gateway' : type,
      document: policyProperty(stack, resource, 'PolicyDocument') ?? DEFAULT_ENDPOINT_POLICY,
    })
  }
}
