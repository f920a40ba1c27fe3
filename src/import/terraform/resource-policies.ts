import { parseArn } from '#iam/arn.ts'
import { defaultTopicPolicy } from '../default-policies.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { isUnknown } from '../unknown.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import type { Place } from './places.ts'
import {
  accountOf,
  beforeOf,
  isDefault,
  linkOf,
  resourcesOf,
  type Source,
  tagsAttribute,
  tell,
  textOf,
} from './source.ts'

/** A type whose resources have a policy: how the ARN follows from the name, and which resource holds the policy apart. */
interface PolicyCarrier {
  readonly type: string
  readonly service: string
  readonly kind: string
  /** The attribute with the name. */
  readonly name: string
  readonly arn: (name: string, place: Place & { readonly account: string }) => string
  /** The policy attribute of the resource itself. */
  readonly policy?: string
  /** The type that only holds the policy, and its attribute that says of what: ARN, name, id or URL. */
  readonly apart?: { readonly type: string; readonly of: string }
  readonly byDefault?: (arn: string, account: string) => unknown
}

const inRegion =
  (service: string, prefix = '') =>
  (name: string, { partition, region, account }: Place & { readonly account: string }): string =>
    `arn:${partition}:${service}:${region ?? ''}:${account}:${prefix}${name}`

const CARRIERS: readonly PolicyCarrier[] = [
  {
    type: 'aws_sqs_queue',
    service: 'sqs',
    kind: 'queue',
    name: 'name',
    arn: inRegion('sqs'),
    policy: 'policy',
    apart: { type: 'aws_sqs_queue_policy', of: 'queue_url' },
  },
  {
    type: 'aws_sns_topic',
    service: 'sns',
    kind: 'topic',
    name: 'name',
    arn: inRegion('sns'),
    policy: 'policy',
    apart: { type: 'aws_sns_topic_policy', of: 'arn' },
    byDefault: defaultTopicPolicy,
  },
  {
    type: 'aws_secretsmanager_secret',
    service: 'secretsmanager',
    kind: 'secret',
    name: 'name',
    // Six characters that AWS adds; until then the wildcards stand for them, as in policies (R-RES-10).
    arn: (name, place) => `${inRegion('secretsmanager', 'secret:')(name, place)}-??????`,
    policy: 'policy',
    apart: { type: 'aws_secretsmanager_secret_policy', of: 'secret_arn' },
  },
  {
    type: 'aws_ecr_repository',
    service: 'ecr',
    kind: 'repository',
    name: 'name',
    arn: inRegion('ecr', 'repository/'),
    apart: { type: 'aws_ecr_repository_policy', of: 'repository' },
  },
  {
    type: 'aws_dynamodb_table',
    service: 'dynamodb',
    kind: 'table',
    name: 'name',
    arn: inRegion('dynamodb', 'table/'),
    apart: { type: 'aws_dynamodb_resource_policy', of: 'resource_arn' },
  },
]

/** Every type that is read here. */
export const CARRIER_TYPES: readonly string[] = CARRIERS.flatMap(({ type, apart }) =>
  apart === undefined ? [type] : [type, apart.type],
)

/** Queues, topics, secrets, repositories and tables, and their policies. */
export function readResourcePolicies(source: Source): void {
  for (const carrier of CARRIERS) {
    const known = new Map<string, ResourceDraft>()
    for (const resource of resourcesOf(source, carrier.type)) addCarrier(source, carrier, resource, known)
    const { apart } = carrier
    if (apart === undefined) continue
    // A resource that exists still shows the policy that the plan takes away or changes.
    for (const gone of beforeOf(source, apart.type)) {
      const target = textOf(source, gone, apart.of)
      if (typeof target === 'string') delete known.get(target)?.policy
    }
    for (const one of resourcesOf(source, apart.type)) addPolicy(source, carrier, apart.of, one, known)
  }
}

function addCarrier(
  source: Source,
  carrier: PolicyCarrier,
  resource: TerraformResource,
  known: Map<string, ResourceDraft>,
): void {
  const said = textOf(source, resource, 'arn')
  const arn =
    typeof said === 'string' ? said : composed(source, carrier, resource, textOf(source, resource, carrier.name))
  const account = accountOf(source, resource)
  if (arn === undefined || account === undefined) return
  const draft = addResource(
    source.draft,
    { arn, account, service: carrier.service, kind: carrier.kind },
    tagsAttribute(source, resource),
  )
  for (const name of [resource.address, arn]) known.set(name, draft)
  for (const attribute of ['id', 'url', carrier.name]) {
    const text = textOf(source, resource, attribute)
    if (typeof text === 'string') known.set(text, draft)
  }
  readOwnPolicy(source, carrier, resource, draft)
}

function readOwnPolicy(
  source: Source,
  carrier: PolicyCarrier,
  resource: TerraformResource,
  draft: ResourceDraft,
): void {
  const { policy: attribute, byDefault } = carrier
  const isNew = resource.lifecycle === 'created'
  if (attribute === undefined || isDefault(source, resource, attribute)) {
    if (isNew) draft.policy = byDefault?.(draft.arn, draft.account) ?? null
    // A resource that exists shows its policy, '' where it has none.
    else if (attribute !== undefined && resource.values[attribute] === '') draft.policy = null
    return
  }
  const policy = policyIn(source, resource, attribute)
  if (policy !== undefined) draft.policy = policy
}

function composed(
  source: Source,
  carrier: PolicyCarrier,
  resource: TerraformResource,
  name: unknown,
): string | undefined {
  const place = source.placeOf(resource)
  if (typeof name !== 'string') {
    tell(source, resource, `its name is not known before apply: give \`--parameters ${resource.address}.name=NAME\``)
    return undefined
  }
  if (place.account === undefined) return undefined
  if (place.region === undefined) {
    tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
    return undefined
  }
  return carrier.arn(name, { ...place, account: place.account })
}

function addPolicy(
  source: Source,
  carrier: PolicyCarrier,
  of: string,
  resource: TerraformResource,
  known: ReadonlyMap<string, ResourceDraft>,
): void {
  const target = linkOf(source, resource, of, (one) => one.address)
  const policy = policyIn(source, resource, 'policy')
  if (target === undefined || isUnknown(target)) {
    tell(source, resource, `nothing says which ${carrier.kind} it belongs to`)
    return
  }
  const draft = known.get(target) ?? outside(source, carrier, resource, target)
  if (draft !== undefined && policy !== undefined) draft.policy = policy
}

/** A policy of something that another file makes: named by ARN, name or the URL of a queue. */
function outside(
  source: Source,
  carrier: PolicyCarrier,
  resource: TerraformResource,
  target: string,
): ResourceDraft | undefined {
  if (target.startsWith(carrier.type) || target.startsWith('module.')) return undefined
  const name = target.startsWith('https://') ? target.slice(target.lastIndexOf('/') + 1) : target
  const arn = target.startsWith('arn:') ? target : composed(source, carrier, resource, name)
  const account = arn === undefined ? undefined : parseArn(arn)?.account
  if (arn === undefined || account === undefined || account === '') return undefined
  return addResource(source.draft, { arn, account, service: carrier.service, kind: carrier.kind })
}
