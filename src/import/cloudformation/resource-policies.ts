import { parseArn } from '#iam/arn.ts'
import { DEFAULT_ENDPOINT_POLICY } from '../default-policies.ts'
import { accountIn, addResource, type ResourceDraft } from '../draft.ts'
import { FURTHER_PERMISSIONS, statementOfPermission } from '../lambda-permission.ts'
import { documentOf } from '../policy-document.ts'
import { isUnknown, unknown, type Unknown } from '../unknown.ts'
import { arnOf, attributeOf } from './attributes.ts'
import { entriesOf } from './buckets.ts'
import { CARRIERS, type PolicyCarrier } from './policy-carriers.ts'
import { ofType, policyProperty, type Stack, tell } from './principals.ts'
import { own, property, type TemplateResource, textProperty } from './template.ts'

/** A new key has the aliases of the template, and no grants yet. */
const NEW_KEY: readonly (readonly [string, unknown])[] = [
  ['keyManager', 'CUSTOMER'],
  ['aliases', []],
  ['kmsGrants', []],
]

/** Resources that have a policy, and the policies that stand apart. */
export function readResourcePolicies(stack: Stack): void {
  for (const carrier of CARRIERS) {
    for (const resource of ofType(stack, carrier.type)) addCarrier(stack, carrier, resource)
    for (const { type, of, policy } of carrier.apart ?? [])
      for (const resource of ofType(stack, type)) addPolicy(stack, carrier, resource, of, policy)
  }
  for (const resource of ofType(stack, 'AWS::KMS::Alias')) addAlias(stack, resource)
}

function addCarrier(stack: Stack, carrier: PolicyCarrier, resource: TemplateResource): void {
  const { template, draft, account } = stack
  const arn = arnOf(template, resource)
  if (arn === undefined) {
    const region = template.region === undefined ? ' and `--region REGION`' : ''
    tell(stack, resource, `its ARN is not known before the deploy: give \`--parameters ${resource.id}=NAME\`${region}`)
    return
  }
  const made = addResource(
    draft,
    { arn, account, service: carrier.service, kind: carrier.kind },
    carrier.kind === 'key' ? NEW_KEY : [],
  )
  const policy = carrier.policy === undefined ? undefined : policyProperty(stack, resource, carrier.policy)
  // A table's policy stands one level deeper.
  const inner = own(policy, 'PolicyDocument') ?? policy
  made.policy = inner ?? carrier.byDefault?.(arn, account, template.partition) ?? null
}

function addPolicy(
  stack: Stack,
  carrier: PolicyCarrier,
  resource: TemplateResource,
  of: string,
  policyName: string,
): void {
  const policy = policyProperty(stack, resource, policyName)
  for (const target of entriesOf(stack, resource, of)) {
    const arn = typeof target === 'string' ? arnFrom(stack, carrier, target) : undefined
    const account = arn === undefined ? undefined : parseArn(arn)?.account
    if (arn === undefined || account === undefined)
      tell(stack, resource, `nothing says which ${carrier.kind} it belongs to`)
    else addResource(stack.draft, { arn, account, service: carrier.service, kind: carrier.kind }).policy = policy
  }
}

/** An ARN, the URL of a queue, or the name of a secret. */
function arnFrom({ template, account }: Stack, carrier: PolicyCarrier, text: string): string | undefined {
  if (text.startsWith('arn:')) return text
  if (template.region === undefined) return undefined
  const start = `arn:${template.partition}:${carrier.service}:${template.region}:${account}:`
  if (text.startsWith('https://')) return start + text.slice(text.lastIndexOf('/') + 1)
  if (carrier.kind === 'secret') return `${start}secret:${text}-??????`
  return carrier.named === undefined ? undefined : `${start}${carrier.named}${text}`
}

function addAlias(stack: Stack, resource: TemplateResource): void {
  const name = textProperty(stack.template, resource, 'AliasName')
  const target = textProperty(stack.template, resource, 'TargetKeyId')
  const { region, partition } = stack.template
  if (typeof name !== 'string' || typeof target !== 'string' || (region === undefined && !target.startsWith('arn:'))) {
    tell(stack, resource, 'its name or its key is not known before the deploy')
    return
  }
  const arn = target.startsWith('arn:') ? target : `arn:${partition}:kms:${region}:${stack.account}:key/${target}`
  const key = addResource(stack.draft, { arn, account: stack.account, service: 'kms', kind: 'key' })
  const before = key.attributes.get('aliases')
  key.attributes.set('aliases', [...(Array.isArray(before) ? (before as unknown[]) : []), name])
}

interface FunctionPolicy {
  readonly made: ResourceDraft
  readonly statements: unknown[]
}

/** `AWS::Lambda::Function` and `AWS::Lambda::Permission`: the permissions of a function are its policy. */
export function readFunctions(stack: Stack): void {
  const { template, draft, account } = stack
  const functions = new Map<string, FunctionPolicy>()
  for (const resource of ofType(stack, 'AWS::Lambda::Function')) {
    const arn = arnOf(template, resource)
    if (arn === undefined) {
      tell(stack, resource, `its ARN is not known before the deploy: give \`--parameters ${resource.id}=NAME\``)
      continue
    }
    const role = textProperty(template, resource, 'Role')
    const attributes = typeof role === 'string' ? [['roleArn', role] as const] : []
    const made = addResource(draft, { arn, account, service: 'lambda', kind: 'function' }, attributes)
    functions.set(arn, { made, statements: [] })
  }
  for (const resource of ofType(stack, 'AWS::Lambda::Permission')) {
    const arn = functionArn(stack, textProperty(template, resource, 'FunctionName'))
    if (arn === undefined) {
      tell(stack, resource, 'nothing says which function it belongs to')
      continue
    }
    const known = functions.get(arn) ?? unlisted(stack, arn, functions.has(plainArn(arn)))
    functions.set(arn, known)
    known.statements.push(permission(stack, resource, arn))
  }
  for (const { made, statements } of functions.values())
    made.policy =
      statements.length === 0
        ? null
        : documentOf({ Version: '2012-10-17', Id: 'default', Statement: statements }, made.arn)
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

function permission(stack: Stack, resource: TemplateResource, arn: string): unknown {
  if (resource.exists !== true) return `(not known: whether ${resource.id} is made)`
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
