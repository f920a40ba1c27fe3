import { parseArn } from '#iam/arn.ts'
import { addResource, givePolicy, givePolicyApart, type ResourceDraft } from '../draft.ts'
import { policyIn } from './documents.ts'
import { givenTo, type ResolvedReference, resolveReference } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import { asGiven, type Names, type PolicyHolderType } from './policy-holder.ts'
import { POLICY_HOLDERS } from './policy-holders.ts'
import { REGION_POLICIES, SERVICE_POLICY_HOLDERS } from './service-policy-holders.ts'
import { accountOf, beforeOf, isDefault, resourcesOf, type Source, tagsAttribute, tell, textOf } from './source.ts'

const ALL: readonly PolicyHolderType[] = [...POLICY_HOLDERS, ...SERVICE_POLICY_HOLDERS]

/** Every type that is read here. */
export const POLICY_HOLDER_TYPES: readonly string[] = [
  ...ALL.flatMap(({ type, apart }) => (apart === undefined ? [type] : [type, apart.type])),
  ...REGION_POLICIES.map(({ type }) => type),
]

/** Resources that have a policy, and the policies that stand apart. */
export function readResourcePolicies(source: Source): void {
  for (const holder of ALL) {
    const known = new Map<string, ResourceDraft>()
    for (const resource of resourcesOf(source, holder.type)) addHolder(source, holder, resource, known)
    const { apart } = holder
    if (apart === undefined) continue
    // A resource that exists still shows the policy that the plan takes away or changes.
    for (const gone of beforeOf(source, apart.type)) {
      const target = namesIn(source, gone, apart.of)
      if (typeof target === 'string') delete known.get(target)?.policy
    }
    for (const one of resourcesOf(source, apart.type)) addPolicy(source, holder, apart, one, known)
  }
  readRegionPolicies(source)
}

function readRegionPolicies(source: Source): void {
  for (const { type, ...holder } of REGION_POLICIES)
    for (const resource of resourcesOf(source, type)) {
      const arn = composed(source, { ...holder, type, name: '' }, resource, '')
      const account = arn === undefined ? undefined : parseArn(arn)?.account
      const policy = policyIn(source, resource, holder.policy)
      if (arn === undefined || account === undefined || policy === undefined) continue
      addResource(source.draft, { arn, account, service: holder.service, kind: holder.kind }).policy = policy
    }
}

/** The name that several attributes make together; unknown where one of them is. */
function namesIn(source: Source, resource: TerraformResource, names: Names): unknown {
  const texts = (typeof names === 'string' ? [names] : names).map((name) => textOf(source, resource, name))
  return texts.find((text) => typeof text !== 'string') ?? (texts.includes(undefined) ? undefined : texts.join('/'))
}

function addHolder(
  source: Source,
  holder: PolicyHolderType,
  resource: TerraformResource,
  known: Map<string, ResourceDraft>,
): void {
  const said = textOf(source, resource, holder.arnIn ?? 'arn')
  const name = namesIn(source, resource, holder.name)
  const arn = typeof said === 'string' ? said : composed(source, holder, resource, name)
  const account = accountOf(source, resource)
  if (arn === undefined || account === undefined) return
  const draft = addResource(
    source.draft,
    { arn, account, service: holder.service, kind: holder.kind },
    tagsAttribute(source, resource),
  )
  for (const name of [resource.address, arn]) known.set(name, draft)
  for (const text of [textOf(source, resource, 'id'), textOf(source, resource, 'url'), name])
    if (typeof text === 'string') known.set(text, draft)
  readOwnPolicy(source, holder, resource, draft)
}

function readOwnPolicy(
  source: Source,
  holder: PolicyHolderType,
  resource: TerraformResource,
  draft: ResourceDraft,
): void {
  const { policy: attribute, byDefault } = holder
  const isNew = resource.lifecycle === 'created'
  if (attribute === undefined || isDefault(source, resource, attribute)) {
    if (isNew) draft.policy = byDefault?.(draft.arn, draft.account) ?? null
    // A resource that exists shows its policy, '' where it has none.
    else if (attribute !== undefined && resource.values[attribute] === '') draft.policy = null
    return
  }
  const policy = policyIn(source, resource, attribute)
  if (policy === undefined) return
  if (isNew) givePolicy(draft, policy)
  // What one shows that exists may come from a resource of its own, which the plan may replace.
  else draft.policy = policy
}

function composed(
  source: Source,
  holder: PolicyHolderType,
  resource: TerraformResource,
  name: unknown,
): string | undefined {
  const location = source.placeOf(resource)
  if (typeof name !== 'string') {
    tell(
      source,
      resource,
      `its name is not known before apply: give \`--parameters ${resource.address}.${parameterOf(holder.name)}=NAME\``,
    )
    return undefined
  }
  if (location.account === undefined) return undefined
  if (location.region === undefined) {
    tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
    return undefined
  }
  return holder.arn(name, { ...location, account: location.account })
}

const parameterOf = (names: Names): string => (typeof names === 'string' ? names : names.join('=NAME --parameters '))

function addPolicy(
  source: Source,
  holder: PolicyHolderType,
  apart: NonNullable<PolicyHolderType['apart']>,
  resource: TerraformResource,
  known: ReadonlyMap<string, ResourceDraft>,
): void {
  const { type, kind } = holder
  const policy = policyIn(source, resource, apart.policy ?? 'policy')
  const said =
    typeof apart.of === 'string'
      ? resolveReference(source, resource, apart.of, { types: [type], known, word: kind, ...namedByMaker(holder) })
      : namedBySeveral(source, resource, apart.of, known)
  if (typeof said !== 'object') {
    const draft = said === undefined ? undefined : (known.get(said) ?? outside(source, holder, resource, said))
    if (draft !== undefined && policy !== undefined) givePolicyApart(draft, policy)
    return
  }
  givenTo(source, said, resource, policy)
}

function namedByMaker(holder: PolicyHolderType): { readonly arnOf?: (one: ResourceDraft) => string } {
  const { hasRandomId = holder.name === 'id' || holder.arn === asGiven } = holder
  return hasRandomId ? {} : { arnOf: ({ arn }) => arn }
}

/** Of several attributes of which one is not known, any thing of the kind may be meant. */
function namedBySeveral(
  source: Source,
  resource: TerraformResource,
  names: Names,
  known: ReadonlyMap<string, ResourceDraft>,
): string | ResolvedReference<ResourceDraft> | undefined {
  const text = namesIn(source, resource, names)
  if (typeof text === 'string' || text === undefined) return text
  tell(source, resource, 'nothing says what it belongs to, so it may be any')
  return { found: [...new Set(known.values())], isSure: false }
}

/** A policy of something that another file makes: named by ARN, name or the URL of a queue. */
function outside(
  source: Source,
  holder: PolicyHolderType,
  resource: TerraformResource,
  target: string,
): ResourceDraft | undefined {
  const name = target.startsWith('https://') ? target.slice(target.lastIndexOf('/') + 1) : target
  const arn = target.startsWith('arn:') ? target : composed(source, holder, resource, name)
  const account = arn === undefined ? undefined : parseArn(arn)?.account
  if (arn === undefined) return undefined
  if (account === undefined || account === '') {
    tell(source, resource, `\`${target}\` is no ARN`)
    return undefined
  }
  return addResource(source.draft, { arn, account, service: holder.service, kind: holder.kind })
}
