import { isAccountId } from '#iam/arn.ts'
import { field, isObject, listField, textField } from '#snapshot/fields.ts'
import { type Draft, type NodeDraft, type OrganizationDraft, unread } from '../draft.ts'
import { safeName } from '../draft-files.ts'
import type { Folder } from './tree.ts'

interface Node {
  readonly where: string
  readonly id: string
  readonly value: unknown
  readonly parent: string | undefined
}

/** `organizations/<id>/`: accounts.json and the metadata of OUs and policies. Without a root nothing can be placed. */
export function readOrganization(draft: Draft, folders: readonly Folder[]): void {
  const own = folders.find(({ steps }) => steps.length === 0)
  const metadata = own?.files.get('metadata')
  const units = folders.filter(({ steps }) => steps[0] === 'ous' && steps.length === 2)
  const root = rootIn(metadata) ?? units.map(({ steps }) => steps[1] ?? '').find((id) => id.startsWith('r-'))
  const where = own?.path ?? folders[0]?.path ?? 'organizations'
  if (root === undefined) {
    unread(draft, where, 'it does not name the root of the organization')
    return
  }
  const rootValue = units.find(({ steps }) => steps[1] === root)?.files.get('metadata')
  const nodes = [...units.filter(({ steps }) => steps[1] !== root).map(unitOf), ...accountsIn(own, where)]
  const placed = new Map<string, NodeDraft>([[root, nodeDraft(root, rootValue)]])
  place(draft, nodes, placed)
  const id = textField(metadata, 'id') ?? own?.organization
  const management = textField(metadata, 'masterAccountId') ?? textField(metadata, 'managementAccountId')
  const top = placed.get(root)
  draft.organization = {
    ...(id === undefined ? {} : { id }),
    ...(management === undefined ? {} : { managementAccount: management }),
    ...policiesIn(folders),
    roots: top === undefined ? [] : [top],
  }
}

/** `r-ab12`, alone or at the end of an ARN. */
function rootIn(metadata: unknown): string | undefined {
  if (!isObject(metadata)) return undefined
  const texts = Object.values(metadata).flatMap((value) => (isObject(value) ? Object.values(value) : [value]))
  for (const text of texts) {
    const last = typeof text === 'string' ? text.slice(text.lastIndexOf('/') + 1) : ''
    if (/^r-[a-z0-9]{4,32}$/.test(last)) return last
  }
  return undefined
}

const PARENTS = ['parent', 'parentId', 'parentOu', 'parentOuId', 'parentArn', 'ou', 'ouId', 'parentOU']

const parentOf = (value: unknown): string | undefined => {
  const texts = PARENTS.flatMap((name) => textField(value, name) ?? textField(field(value, name), 'id') ?? [])
  const last = texts[0]?.slice(texts[0].lastIndexOf('/') + 1)
  return last === undefined || last === '' ? undefined : last
}

const unitOf = (folder: Folder): Node => {
  const value = folder.files.get('metadata')
  return { where: folder.path, id: textField(value, 'id') ?? folder.steps[1] ?? '', value, parent: parentOf(value) }
}

/** A list of accounts, or an object of them by id. */
function accountsIn(own: Folder | undefined, where: string): readonly Node[] {
  const accounts = own?.files.get('accounts')
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(accounts)
    ? accounts.map((account) => [textField(account, 'id') ?? textField(account, 'accountId') ?? '', account] as const)
    : isObject(accounts)
      ? Object.entries(accounts)
      : []
  return entries
    .filter(([id]) => isAccountId(id))
    .map(([id, value]) => ({ where: `${where}/accounts.json ${id}`, id, value, parent: parentOf(value) }))
}

function place(draft: Draft, nodes: readonly Node[], placed: Map<string, NodeDraft>): void {
  let open = nodes
  for (let before = -1; open.length > 0 && open.length !== before; ) {
    before = open.length
    open = open.filter((node) => {
      const parent = node.parent === undefined ? undefined : placed.get(node.parent)
      if (parent === undefined) return true
      if (placed.has(node.id)) return false
      const made = nodeDraft(node.id, node.value)
      placed.set(node.id, made)
      ;(isAccountId(node.id) ? parent.accounts : parent.ous).push(made)
      return false
    })
  }
  for (const { where } of open) unread(draft, where, 'its place in the organization is not known')
}

function nodeDraft(id: string, value: unknown): NodeDraft {
  const name = textField(value, 'name')
  return {
    id,
    ...(name === undefined ? {} : { name }),
    scps: idsIn(value, ['scps', 'SCPs', 'serviceControlPolicies']),
    rcps: idsIn(value, ['rcps', 'RCPs', 'resourceControlPolicies']),
    ous: [],
    accounts: [],
  }
}

/** Ids of policies, from ids, ARNs or objects; undefined where there is no list or one of them cannot be read. */
function idsIn(value: unknown, names: readonly string[]): Set<string> | undefined {
  const list = names.map((name) => listField(value, name)).find((found) => found !== undefined)
  const ids = list?.map((entry) =>
    typeof entry === 'string' ? entry : (textField(entry, 'id') ?? textField(entry, 'arn')),
  )
  if (ids === undefined || ids.includes(undefined)) return undefined
  return new Set(ids.map((id) => policyId(id ?? '')))
}

const policyId = (text: string): string =>
  safeName(text.slice(text.lastIndexOf('/') + 1))
    .replace(/^p-fullawsaccess$/i, 'p-FullAWSAccess')
    .replace(/^p-rcpfullawsaccess$/i, 'p-RCPFullAWSAccess')

function policiesIn(folders: readonly Folder[]): Pick<OrganizationDraft, 'policies' | 'documents'> {
  const policies: OrganizationDraft['policies'] = new Map()
  const documents = new Map<string, unknown>()
  for (const { steps, files } of folders) {
    const [kind, folder = ''] = steps
    if ((kind !== 'scps' && kind !== 'rcps') || steps.length !== 2) continue
    const metadata = files.get('metadata')
    const arn = textField(metadata, 'arn')
    const id = policyId(textField(metadata, 'id') ?? arn ?? folder)
    const type = kind === 'scps' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY'
    policies.set(id, { name: textField(metadata, 'name') ?? id, arn, type })
    const document = files.get('policy')
    if (document !== undefined) documents.set(id, document)
  }
  return { policies, documents }
}
