import { parseArn } from '#iam/arn.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { isUnknown } from '../unknown.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import { CARRIERS, type PolicyCarrier } from './policy-carriers.ts'
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

/** Every type that is read here. */
export const CARRIER_TYPES: readonly string[] = CARRIERS.flatMap(({ type, apart }) =>
  apart === undefined ? [type] : [type, apart.type],
)

/** Resources that have a policy, and the policies that stand apart. */
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
    for (const one of resourcesOf(source, apart.type)) addPolicy(source, carrier, apart, one, known)
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
    tell(
      source,
      resource,
      `its name is not known before apply: give \`--parameters ${resource.address}.${carrier.name}=NAME\``,
    )
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
  apart: NonNullable<PolicyCarrier['apart']>,
  resource: TerraformResource,
  known: ReadonlyMap<string, ResourceDraft>,
): void {
  const target = linkOf(source, resource, apart.of, (one) => one.address)
  const policy = policyIn(source, resource, apart.policy ?? 'policy')
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
