import { isAccountId } from '#iam/arn.ts'
import { type Draft, type NodeDraft, type OrganizationDraft, unread } from './draft.ts'
import { safeName } from './draft-files.ts'

/** An organization as a list of its parts: each names its parent. */
export interface OrganizationParts {
  readonly id?: string
  readonly managementAccount?: string
  readonly root: { readonly id: string; readonly isNew: boolean }
  readonly nodes: readonly OrganizationNode[]
  readonly policies: readonly OrganizationPolicy[]
  readonly attachments: readonly Attachment[]
}

export interface OrganizationNode {
  /** Its address in the file. */
  readonly where: string
  readonly kind: 'ou' | 'account'
  readonly id: string
  readonly name?: string
  /** Undefined: not known. */
  readonly parent: string | undefined
  /** A new one has what is attached here and what AWS attaches to every new one; an old one may have more. */
  readonly isNew: boolean
}

export interface OrganizationPolicy {
  readonly id: string
  readonly name: string
  readonly arn?: string
  readonly type: string
  readonly document: unknown
}

export interface Attachment {
  readonly where: string
  /** Undefined: not known. */
  readonly policy: string | undefined
  readonly target: string | undefined
}

const SCP = 'SERVICE_CONTROL_POLICY'
const RCP = 'RESOURCE_CONTROL_POLICY'

/** Stands for what may be attached without this file's knowing; its document is in no snapshot. */
const FURTHER = 'p-not-known-further-policies'

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html (R-GRAM-22) */
export function addOrganization(draft: Draft, parts: OrganizationParts): void {
  const policies: OrganizationDraft['policies'] = new Map()
  const documents = new Map<string, unknown>()
  for (const { id, name, arn, type, document } of parts.policies) {
    if (type !== SCP && type !== RCP) continue
    policies.set(safeName(id), { name, arn, type })
    documents.set(safeName(id), document)
  }
  const root = nodeDraft(parts.root.id, undefined, parts.root.isNew)
  const placed = new Map<string, NodeDraft>([[parts.root.id, root]])
  place(draft, parts.nodes, placed)
  for (const attachment of parts.attachments) attach(draft, parts, attachment, placed)
  draft.organization = {
    ...(parts.id === undefined ? {} : { id: parts.id }),
    ...(parts.managementAccount === undefined ? {} : { managementAccount: parts.managementAccount }),
    policies,
    roots: [root],
    documents,
  }
}

function nodeDraft(id: string, name: string | undefined, isNew: boolean): NodeDraft {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    scps: new Set(isNew ? ['p-FullAWSAccess'] : [FURTHER]),
    rcps: new Set(isNew ? ['p-RCPFullAWSAccess'] : [FURTHER]),
    ous: [],
    accounts: [],
  }
}

/** Puts every node below its parent, parents first; circles and unknown parents are left out and told. */
function place(draft: Draft, nodes: readonly OrganizationNode[], placed: Map<string, NodeDraft>): void {
  let open = nodes
  for (let before = -1; open.length > 0 && open.length !== before; ) {
    before = open.length
    open = open.filter((node) => {
      const parent = node.parent === undefined ? undefined : placed.get(node.parent)
      if (parent === undefined) return true
      if (placed.has(node.id)) return false
      const made = nodeDraft(node.id, node.name, node.isNew)
      placed.set(node.id, made)
      ;(node.kind === 'ou' ? parent.ous : parent.accounts).push(made)
      return false
    })
  }
  for (const { where } of open) unread(draft, where, 'its place in the organization is not known')
}

function attach(
  draft: Draft,
  parts: OrganizationParts,
  { where, policy, target }: Attachment,
  placed: ReadonlyMap<string, NodeDraft>,
): void {
  const known = parts.policies.find(({ id }) => id === policy)
  const node = target === undefined ? undefined : placed.get(target)
  // Of whom nobody knows it, it may be of any.
  const nodes = node === undefined ? (target === undefined ? [...placed.values()] : []) : [node]
  if (node === undefined) unread(draft, where, 'what it is attached to is not known, or not in this file')
  const type = known?.type ?? typeOfManaged(policy)
  for (const { scps, rcps } of nodes) {
    const id = node === undefined || policy === undefined ? FURTHER : safeName(policy)
    if (type === undefined || type === SCP) scps?.add(id)
    if (type === undefined || type === RCP) rcps?.add(id)
  }
}

/** Further policies may be attached anywhere. */
export function mayOrganizationHaveMore({ organization }: Draft): void {
  const open = [...(organization?.roots ?? [])]
  for (const { scps, rcps, ous, accounts } of open) {
    scps?.add(FURTHER)
    rcps?.add(FURTHER)
    open.push(...ous, ...accounts)
  }
}

const typeOfManaged = (policy: string | undefined): string | undefined =>
  policy === 'p-FullAWSAccess' ? SCP : policy === 'p-RCPFullAWSAccess' ? RCP : undefined

/** An account is in an organization under its id of twelve digits only. */
export const isPlaceable = (node: OrganizationNode): boolean => node.kind === 'ou' || isAccountId(node.id)
