import { listField, textField } from '#snapshot/fields.ts'
import { documentOf } from '../policy-document.ts'
import { addOrganization, isPlaceable, type OrganizationNode } from '../organization-draft.ts'
import { isUnknown, unknown } from '../unknown.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import { linkOf, resourcesOf, type Source, tell, textOf } from './source.ts'

const NODES = { aws_organizations_organizational_unit: 'ou', aws_organizations_account: 'account' } as const
const POLICY = 'aws_organizations_policy'

/** `aws_organizations_*`: the tree, its policies and what they are attached to. */
export function readOrganization(source: Source): void {
  const [own] = resourcesOf(source, 'aws_organizations_organization')
  const data = source.file.resources.find(
    (resource) => resource.isData && resource.type === 'aws_organizations_organization',
  )
  const organization = own ?? data
  const nodes = resourcesOf(source, ...Object.keys(NODES))
  const policies = resourcesOf(source, POLICY)
  const attachments = resourcesOf(source, 'aws_organizations_policy_attachment')
  if (organization === undefined && nodes.length + policies.length + attachments.length === 0) return
  if (organization === undefined) {
    for (const one of [...nodes, ...policies, ...attachments])
      tell(source, one, 'the organization itself is not in this file, so that nobody knows where it stands')
    return
  }
  const rootId = rootOf(organization)
  const idOf = (target: TerraformResource): string | undefined => nodeId(source, target, rootId)
  const id = textOf(source, organization, 'id')
  const management = textOf(source, organization, 'master_account_id')
  addOrganization(source.draft, {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof management === 'string' ? { managementAccount: management } : {}),
    root: { id: rootId, isNew: own?.lifecycle === 'created' },
    nodes: nodes.flatMap((node) => nodeFrom(source, node, rootId, idOf)),
    policies: policies.map((policy) => policyFrom(source, policy)),
    attachments: attachments.map((attachment) => ({
      where: attachment.address,
      policy: known(linkOf(source, attachment, 'policy_id', policyId)),
      target: known(linkOf(source, attachment, 'target_id', idOf)),
    })),
  })
}

const known = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const rootOf = (organization: TerraformResource): string =>
  textField(listField(organization.values, 'roots')?.[0], 'id') ?? `r-(${organization.address})`

const policyId = (resource: TerraformResource): string | undefined =>
  resource.type === POLICY
    ? (textField(resource.values, 'id') ?? (resource.isData ? undefined : `p-(${resource.address})`))
    : undefined

function nodeId(source: Source, resource: TerraformResource, rootId: string): string | undefined {
  // A reference to the organization can only mean one of its roots, and there is one.
  if (resource.type === 'aws_organizations_organization') return rootId
  if (!Object.hasOwn(NODES, resource.type)) return undefined
  const id = textOf(source, resource, 'id')
  if (typeof id === 'string' || resource.isData) return typeof id === 'string' ? id : undefined
  return resource.type === 'aws_organizations_organizational_unit' ? `ou-(${resource.address})` : undefined
}

function nodeFrom(
  source: Source,
  resource: TerraformResource,
  rootId: string,
  idOf: (target: TerraformResource) => string | undefined,
): readonly OrganizationNode[] {
  const id = idOf(resource)
  const name = textOf(source, resource, 'name')
  const parent = linkOf(source, resource, 'parent_id', idOf)
  const kind = resource.type === 'aws_organizations_account' ? 'account' : 'ou'
  const isRoots = kind === 'account' && isUnknown(parent) && resource.lifecycle === 'created'
  const node: OrganizationNode = {
    where: resource.address,
    kind,
    id: id ?? '',
    ...(typeof name === 'string' ? { name } : {}),
    parent: known(parent) ?? (parent === undefined || isRoots ? rootId : undefined),
    isNew: resource.lifecycle === 'created',
  }
  if (id !== undefined && isPlaceable(node)) return [node]
  tell(source, resource, 'its account id is not known before apply')
  return []
}

function policyFrom(source: Source, resource: TerraformResource) {
  const arn = textOf(source, resource, 'arn')
  const name = textOf(source, resource, 'name')
  const type = textOf(source, resource, 'type')
  const document = policyIn(source, resource, 'content') ?? documentOf(unknown(`${resource.address}.content`), '')
  return {
    id: policyId(resource) ?? '',
    name: typeof name === 'string' ? name : resource.address,
    ...(typeof arn === 'string' ? { arn } : {}),
    type: typeof type === 'string' ? type : 'SERVICE_CONTROL_POLICY',
    document,
  }
}
