import { parseArn } from '#iam/arn.ts'
import { field, textField } from '#snapshot/fields.ts'
import { accountIn, addResource, type Draft, unread } from '../draft.ts'
import { type Imported, importedFrom, type NotImported } from '../imported.ts'
import type { ImportOptions } from '../options.ts'
import { documentOf } from '../policy-document.ts'
import { readOrganization } from './organization.ts'
import { readManagedPolicy, readPrincipal, tagsOf } from './principals.ts'
import { type Folder, foldersOf } from './tree.ts'

/**
 * A snapshot of what iam-collect wrote, read by its documented layout. `files`: path → text. A file whose name the
 * documentation does not give makes its principal one that may have further policies.
 */
export function importIamCollect(
  files: ReadonlyMap<string, string>,
  options: ImportOptions = {},
): Imported | NotImported {
  const { folders, broken } = foldersOf(files)
  if (folders.length === 0)
    return {
      problem: 'this is no tree of iam-collect: it has no `accounts/<account id>/`',
      hint: 'give the folder that its configuration names as `storage.path`, such as `./iam-data`',
    }
  return importedFrom('iam-collect', 'a tree of iam-collect', options, (draft) => {
    for (const { path } of broken) unread(draft, path, 'the file is no JSON')
    const organizations = new Map<string, Folder[]>()
    for (const folder of folders) {
      if (folder.account !== undefined) readFolder(draft, { ...folder, account: folder.account })
      else if (folder.organization !== undefined)
        organizations.set(folder.organization, [...(organizations.get(folder.organization) ?? []), folder])
    }
    const [first, ...others] = [...organizations.values()]
    if (first !== undefined) readOrganization(draft, first)
    for (const [other] of others)
      unread(draft, other?.path ?? '', 'a snapshot holds one organization; the first is taken')
    return undefined
  })
}

function readFolder(draft: Draft, folder: Folder & { readonly account: string }): void {
  const [service = '', type = ''] = folder.steps
  accountIn(draft, folder.account)
  if (!folder.files.has('metadata')) return
  if (service === 'iam') {
    if (type === 'role' || type === 'user' || type === 'group') readPrincipal(draft, folder, type)
    else if (type === 'policy') readManagedPolicy(draft, folder)
    return
  }
  if (service === 'ec2' && folder.steps.some((step) => step.includes('endpoint'))) readEndpoint(draft, folder)
  else readResource(draft, folder, service)
}

/** Services whose resource policies iam-collect downloads; of others a missing file says nothing. */
const WITH_POLICY = new Map([
  ['dynamodb', 'table'],
  ['ecr', 'repository'],
  ['kms', 'key'],
  ['lambda', 'function'],
  ['s3', 'bucket'],
  ['sns', 'topic'],
  ['sqs', 'queue'],
])

function readResource(draft: Draft, folder: Folder & { readonly account: string }, service: string): void {
  const kind = WITH_POLICY.get(service)
  const metadata = folder.files.get('metadata')
  const name = textField(metadata, 'name') ?? folder.steps.at(-1) ?? ''
  const arn = textField(metadata, 'arn') ?? (service === 's3' ? `arn:${folder.partition}:s3:::${name}` : undefined)
  if (kind === undefined) {
    if (folder.files.has('policy')) unread(draft, folder.path, `policies of ${service} are not read`)
    return
  }
  if (arn === undefined || parseArn(arn) === undefined) {
    unread(draft, folder.path, 'its metadata.json has no ARN')
    return
  }
  const tags = tagsOf(folder.files.get('tags'))
  const attributes = tags === undefined ? [] : [['tags', Object.fromEntries(tags)] as const]
  const resource = { arn, account: folder.account, service, kind: kindOf(arn, kind) }
  const made = addResource(draft, resource, attributes)
  const policy = folder.files.get('policy')
  // The file is there if the resource has a policy, says the documentation.
  made.policy = policy === undefined || policy === null ? null : documentOf(policy, name)
  const block = settingsOf(folder.files.get('bpa'))
  if (block !== undefined) made.attributes.set('blockPublicAccess', block)
  const key = textField(metadata, 'kmsKeyId') ?? textField(metadata, 'key')
  if (key?.startsWith('arn:') === true) made.attributes.set('kmsKeyArn', key)
}

const kindOf = (arn: string, kind: string): string =>
  parseArn(arn)?.resource.startsWith('accesspoint/') === true ? 'access-point' : kind

const SETTINGS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const

function settingsOf(value: unknown): unknown {
  const found = SETTINGS.map((name) => [name, field(value, name)] as const)
  return found.every(([, setting]) => typeof setting === 'boolean') ? Object.fromEntries(found) : undefined
}

function readEndpoint(draft: Draft, folder: Folder & { readonly account: string }): void {
  const metadata = folder.files.get('metadata')
  const id = textField(metadata, 'id') ?? textField(metadata, 'vpcEndpointId') ?? folder.steps.at(-1)
  const vpc = textField(metadata, 'vpc') ?? textField(metadata, 'vpcId')
  const policy = folder.files.get('policy')
  if (id === undefined || !id.startsWith('vpce-')) return
  accountIn(draft, folder.account).endpoints.set(id, {
    id,
    ...(vpc === undefined ? {} : { vpc }),
    type: textField(metadata, 'type') ?? 'Gateway',
    document: policy === undefined ? undefined : documentOf(policy, id),
  })
}
