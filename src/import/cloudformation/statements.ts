import { parseArn } from '#iam/arn.ts'
import { isObject } from '#snapshot/fields.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { joinedPolicies } from '../joined-policies.ts'
import { statementOfPermission } from '../lambda-permission.ts'
import { documentOf, notKnown } from '../policy-document.ts'
import { sealed, sealedAs } from '../seal.ts'
import { isUnknown, unknown, type Unknown } from '../unknown.ts'
import { arnOf } from './attributes.ts'
import { addMade, isNameless } from './made.ts'
import { ofType, policyProperty, type Stack, tell, whetherMade } from './principals.ts'
import { resourceDigest } from './expression-digest.ts'
import { own, property, type TemplateResource, textProperty, written } from './template.ts'

/** A type whose policy is made of statements, each of which is a resource of its own. */
interface StatementHolderType {
  readonly type: string
  readonly service: string
  readonly kind: string
  /** Its own property with a whole policy. */
  readonly policy?: string
  /** The type of the statements, and its property that says of what. */
  readonly apart: string
  readonly of: string
  /** The ARN by what that property says; undefined: it cannot be told. */
  readonly arn: (stack: Stack, said: string | undefined) => string | undefined
  readonly statement: (stack: Stack, resource: TemplateResource, arn: string) => unknown
}

const inRegion = ({ template, account }: Stack, service: string, rest: string): string | undefined =>
  template.region === undefined
    ? undefined
    : `arn:${template.partition}:${service}:${template.region}:${account}:${rest}`

const STATEMENT_HOLDERS: readonly StatementHolderType[] = [
  {
    type: 'AWS::Events::EventBus',
    service: 'events',
    kind: 'event-bus',
    policy: 'Policy',
    apart: 'AWS::Events::EventBusPolicy',
    of: 'EventBusName',
    // "If you omit this, the default event bus is used."
    arn: (stack, said = 'default') =>
      parseArn(said) === undefined ? inRegion(stack, 'events', `event-bus/${said}`) : said,
    statement: busStatement,
  },
  {
    type: 'AWS::Lambda::LayerVersion',
    service: 'lambda',
    kind: 'layer-version',
    apart: 'AWS::Lambda::LayerVersionPermission',
    of: 'LayerVersionArn',
    // A layer has no policy, only its versions have.
    arn: (_, said = '') => (/^layer:[^:]+:\d+$/.test(parseArn(said)?.resource ?? '') ? said : undefined),
    statement: layerStatement,
  },
  {
    type: 'AWS::Signer::SigningProfile',
    service: 'signer',
    kind: 'signing-profile',
    apart: 'AWS::Signer::ProfilePermission',
    of: 'ProfileName',
    arn: (stack, said) => (said === undefined ? undefined : inRegion(stack, 'signer', `/signing-profiles/${said}`)),
    statement: profileStatement,
  },
]

export const STATEMENT_TYPES: readonly string[] = STATEMENT_HOLDERS.flatMap(({ type, apart }) => [type, apart])

/** Draft of the resource that holds the statements, its own policy, and the statements that stand apart. */
interface HolderDraft {
  readonly draft: ResourceDraft
  readonly isNew: boolean
  readonly own: unknown
  readonly statements: unknown[]
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html */
export function readStatements(stack: Stack): void {
  for (const holder of STATEMENT_HOLDERS) {
    const held = new Map<string, HolderDraft>()
    for (const resource of ofType(stack, holder.type)) addHolder(stack, holder, resource, held)
    for (const resource of ofType(stack, holder.apart)) addStatement(stack, holder, resource, held)
    const open = ofType(stack, holder.apart).filter((one) => isOfAny(stack, holder, one))
    for (const { draft, isNew, own: whole, statements } of held.values()) {
      statements.push(...open.map((one) => whetherForIt(stack, one)))
      const made = documentOf({ Version: '2012-10-17', Statement: statements }, draft.arn)
      const documents = [whole, statements.length === 0 ? undefined : made].filter((one) => one !== undefined)
      const further = isNew ? undefined : `statements of this ${holder.kind} that are given elsewhere`
      draft.policy = documents.length === 0 && isNew ? null : joinedPolicies(documents, further)
    }
  }
}

const whetherForIt = ({ template }: Stack, resource: TemplateResource): string =>
  notKnown(sealedAs(`whether ${resource.id} is for it`, resourceDigest(template, resource)))

const isOfAny = (stack: Stack, { of }: StatementHolderType, resource: TemplateResource): boolean =>
  isUnknown(textProperty(stack.template, resource, of)) && !isNameless(stack, written(resource, of))

function addHolder(
  stack: Stack,
  { service, kind, policy }: StatementHolderType,
  resource: TemplateResource,
  held: Map<string, HolderDraft>,
): void {
  const arn = arnOf(stack.template, resource)
  if (arn === undefined) {
    tell(stack, resource, `its ARN is not known before the deploy: give \`--parameters ${resource.id}=NAME\``)
    return
  }
  const draft = addMade(stack, resource, { arn, account: stack.account, service, kind })
  const whole = policy === undefined ? undefined : policyProperty(stack, resource, policy)
  held.set(arn, { draft, isNew: true, own: whole, statements: [] })
}

function addStatement(
  stack: Stack,
  holder: StatementHolderType,
  resource: TemplateResource,
  held: Map<string, HolderDraft>,
): void {
  const { service, kind } = holder
  const said = textProperty(stack.template, resource, holder.of)
  const arn = isUnknown(said) ? undefined : holder.arn(stack, said)
  const account = arn === undefined ? undefined : parseArn(arn)?.account
  if (arn === undefined || account === undefined) {
    tell(
      stack,
      resource,
      `nothing says which ${kind} it belongs to${isOfAny(stack, holder, resource) ? ', so it may be any' : ''}`,
    )
    return
  }
  const before = held.get(arn)
  const entry = before ?? {
    draft: addResource(stack.draft, { arn, account, service, kind }),
    isNew: false,
    own: undefined,
    statements: [],
  }
  held.set(arn, entry)
  const isSure = resource.exists === true
  entry.statements.push(isSure ? holder.statement(stack, resource, arn) : notKnown(whetherMade(stack, resource)))
}

const required = (stack: Stack, resource: TemplateResource, name: string): string | Unknown =>
  textProperty(stack.template, resource, name) ?? unknown(`${resource.id}.${name}`)

/** An account id, an ARN, or `*`. */
function principalOf({ template }: Stack, principal: string | Unknown): unknown {
  if (isUnknown(principal) || principal === '*') return principal
  return { AWS: /^\d{12}$/.test(principal) ? `arn:${template.partition}:iam::${principal}:root` : principal }
}

/** A whole statement, or what PutPermission makes of an action, a principal and one condition. */
function busStatement(stack: Stack, resource: TemplateResource, arn: string): unknown {
  const { template } = stack
  const said = property(template, resource, 'Statement')
  const sid = textProperty(template, resource, 'StatementId')
  const named = typeof sid === 'string' ? { Sid: sid } : {}
  if (isUnknown(said)) return said
  if (said !== undefined && said !== null) {
    const statement = typeof said === 'string' ? documentOf(said, resource.id) : said
    return isObject(statement) ? { ...named, ...statement } : notKnown(sealed(`the statement of ${resource.id}`, said))
  }
  const condition = property(template, resource, 'Condition')
  return {
    ...named,
    Effect: 'Allow',
    Principal: principalOf(stack, required(stack, resource, 'Principal')),
    Action: textProperty(template, resource, 'Action') ?? 'events:PutEvents',
    Resource: arn,
    ...(condition === undefined || condition === null ? {} : { Condition: conditionOf(condition, resource) }),
  }
}

function conditionOf(condition: unknown, { id }: TemplateResource): unknown {
  const [type, key, value] = ['Type', 'Key', 'Value'].map((name) => own(condition, name))
  if (isUnknown(condition) || typeof type !== 'string' || typeof key !== 'string') return unknown(`${id}.Condition`)
  return { [type]: { [key]: value ?? unknown(`${id}.Condition.Value`) } }
}

function layerStatement(stack: Stack, resource: TemplateResource, arn: string): unknown {
  return statementOfPermission(
    {
      sid: resource.id,
      action: required(stack, resource, 'Action'),
      principal: required(stack, resource, 'Principal'),
      sourceArn: undefined,
      sourceAccount: undefined,
      organizationId: textProperty(stack.template, resource, 'OrganizationId'),
      urlAuthType: undefined,
      eventSourceToken: undefined,
      invokedViaUrl: undefined,
    },
    arn,
    stack.template.partition,
  )
}

/** As AddProfilePermission: for one version, or for all of the profile. */
function profileStatement(stack: Stack, resource: TemplateResource, arn: string): unknown {
  const version = textProperty(stack.template, resource, 'ProfileVersion')
  return {
    Sid: required(stack, resource, 'StatementId'),
    Effect: 'Allow',
    Principal: principalOf(stack, required(stack, resource, 'Principal')),
    Action: required(stack, resource, 'Action'),
    Resource: version === undefined ? arn : isUnknown(version) ? version : `${arn}/${version}`,
  }
}
