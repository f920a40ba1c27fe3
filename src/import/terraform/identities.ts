import { parseArn } from '#iam/arn.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { joinedPolicies } from '../joined-policies.ts'
import { onlyPerhaps } from '../policy-document.ts'
import { sealedAs } from '../seal.ts'
import { policyIn } from './documents.ts'
import { resolveReference } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import { inRegion } from './policy-holder.ts'
import { accountOf, resourcesOf, type Source, tagsAttribute, tell, textOf } from './source.ts'

/** Each type of identity, and its attribute with the name. */
const IDENTITIES = [
  ['aws_ses_domain_identity', 'domain'],
  ['aws_ses_email_identity', 'email'],
  ['aws_sesv2_email_identity', 'email_identity'],
] as const

/** Each type that holds one of an identity's policies, and its attribute that names the identity. */
const POLICIES = [
  ['aws_ses_identity_policy', 'identity'],
  ['aws_sesv2_email_identity_policy', 'email_identity'],
] as const

export const IDENTITY_TYPES: readonly string[] = [...IDENTITIES, ...POLICIES].map(([type]) => type)

interface Identity {
  readonly draft: ResourceDraft
  /** All of its policies are in the file. */
  isNew: boolean
  readonly policies: unknown[]
}

/**
 * Identities of SES. One may have up to 20 policies, each a resource of its own, and all of them apply; one that exists, or
 * that another file makes, may have others.
 * https://docs.aws.amazon.com/ses/latest/dg/sending-authorization-policies.html
 */
export function readIdentities(source: Source): void {
  const known = new Map<string, Identity>()
  for (const [type, name] of IDENTITIES)
    for (const resource of resourcesOf(source, type)) addIdentity(source, resource, name, known)
  for (const [type, of] of POLICIES)
    for (const resource of resourcesOf(source, type)) addPolicy(source, resource, of, known)
  for (const { draft, isNew, policies } of new Set(known.values())) {
    if (policies.length > 0)
      draft.policy = joinedPolicies(policies, isNew ? undefined : 'policies of this identity that are given elsewhere')
    else if (isNew) draft.policy = null
  }
}

function addIdentity(
  source: Source,
  resource: TerraformResource,
  attribute: string,
  known: Map<string, Identity>,
): void {
  const name = textOf(source, resource, attribute)
  const arn = typeof name === 'string' ? identityArn(source, resource, name) : undefined
  const account = accountOf(source, resource)
  if (typeof name !== 'string')
    tell(
      source,
      resource,
      `its name is not known before apply: give \`--parameters ${resource.address}.${attribute}=NAME\``,
    )
  if (typeof name !== 'string' || arn === undefined || account === undefined) return
  const draft = addResource(
    source.draft,
    { arn, account, service: 'ses', kind: 'identity' },
    tagsAttribute(source, resource),
  )
  // A domain may stand in the file as an identity of SES and of its second API: that is one identity.
  const entry: Identity = known.get(arn) ?? { draft, isNew: true, policies: [] }
  if (resource.lifecycle !== 'created') entry.isNew = false
  for (const key of [resource.address, arn]) known.set(key, entry)
}

function identityArn(source: Source, resource: TerraformResource, name: string): string | undefined {
  if (parseArn(name) !== undefined) return name
  const { account, region, partition } = source.placeOf(resource)
  if (region === undefined) tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
  if (account === undefined || region === undefined) return undefined
  return inRegion('ses', 'identity/')(name, { account, region, partition })
}

function addPolicy(source: Source, resource: TerraformResource, of: string, known: Map<string, Identity>): void {
  const types = IDENTITIES.map(([type]) => type)
  const said = resolveReference(source, resource, of, {
    types,
    known,
    word: 'identity',
    arnOf: ({ draft }) => draft.arn,
  })
  const policy = policyIn(source, resource, 'policy')
  if (typeof said !== 'object') {
    const entry = said === undefined ? undefined : (known.get(said) ?? outside(source, resource, said, known))
    if (policy !== undefined) entry?.policies.push(policy)
    return
  }
  const { isSure, likely, told = '' } = said
  for (const entry of said.found)
    if (!isSure && likely === undefined) entry.isNew = false
    else if (policy !== undefined)
      entry.policies.push(
        isSure
          ? policy
          : possible(
              resource,
              policy,
              sealedAs(`${resource.address} is for ${entry.draft.arn}`, told),
              entry === likely,
            ),
      )
}

const possible = ({ address }: TerraformResource, policy: unknown, what: string, isLikely: boolean): unknown =>
  onlyPerhaps(policy, address, what, isLikely)

/** An identity that another file makes, named by itself or by its ARN. */
function outside(
  source: Source,
  resource: TerraformResource,
  target: string,
  known: Map<string, Identity>,
): Identity | undefined {
  const arn = identityArn(source, resource, target)
  const account = arn === undefined ? undefined : parseArn(arn)?.account
  if (arn === undefined || account === undefined) return undefined
  const before = known.get(arn)
  if (before !== undefined) return before
  const entry: Identity = {
    draft: addResource(source.draft, { arn, account, service: 'ses', kind: 'identity' }),
    isNew: false,
    policies: [],
  }
  known.set(arn, entry)
  return entry
}
