import { S3_OPERATIONS, S3_VERSIONED, s3SubresourceAction } from '#iam/api-operations.ts'
import { field, textField, textOf, listOf } from '../cloudtrail/loose-record.ts'

/** An action and which of the call's objects it is needed on, where the call has two. */
export interface NeededAction {
  readonly action: string
  readonly on?: 'source' | 'destination'
}

/**
 * S3 operations to actions (R-CT-23, G-04, G-61, G-63). CloudTrail's names are partly not those of the API: with and
 * without `Bucket`, with and without `Configuration`, in other letter case.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 */
export function s3Actions(operation: string, parameters?: unknown): readonly NeededAction[] | undefined {
  const name = operation.toLowerCase()
  const versioned = textField(parameters, 'versionId') !== undefined
  const actions = COPIES.has(name)
    ? copyActions(name, parameters)
    : (objectActions(name, versioned) ?? S3_OPERATIONS.get(name)?.map(action) ?? subresource(name))
  if (actions === undefined || !WRITES.has(name)) return actions
  return [...actions, ...extrasOfWrite(parameters)]
}

function subresource(name: string): readonly NeededAction[] | undefined {
  const found = s3SubresourceAction(name)
  return found === undefined ? undefined : [action(found)]
}

const action = (name: string): NeededAction => ({ action: `s3:${name}` })

const COPIES = new Set(['copyobject', 'uploadpartcopy'])

const WRITES = new Set([
  'putobject',
  'createmultipartupload',
  'initiatemultipartupload',
  'copyobject',
  'postobject',
  'post',
])

function objectActions(name: string, versioned: boolean): readonly NeededAction[] | undefined {
  const pair = S3_VERSIONED.get(name)
  if (pair !== undefined) return [action(versioned ? pair[1] : pair[0])]
  if (name === 'getobjectattributes') {
    const names = versioned ? ['GetObjectVersion', 'GetObjectVersionAttributes'] : ['GetObject', 'GetObjectAttributes']
    return names.map(action)
  }
  if (name !== 'deleteobject' && name !== 'deleteobjects') return undefined
  return versioned ? [action('DeleteObjectVersion'), action('DeleteObject')] : [action('DeleteObject')]
}

/** Needs rights on two objects; tags are read where the source has any and the request does not replace them (G-04). */
function copyActions(name: string, parameters: unknown): readonly NeededAction[] {
  const source = textOf(listOf(field(parameters, 'x-amz-copy-source'))[0]) ?? ''
  const read = /[?&]versionId=/i.test(source) ? 's3:GetObjectVersion' : 's3:GetObject'
  const needed: NeededAction[] = [
    { action: 's3:PutObject', on: 'destination' },
    { action: read, on: 'source' },
  ]
  const directive = textOf(listOf(field(parameters, 'x-amz-tagging-directive'))[0])?.toUpperCase()
  if (name === 'copyobject' && directive !== 'REPLACE') needed.push({ action: 's3:GetObjectTagging', on: 'source' })
  return needed
}

/** Headers of a write that need an action of their own (G-63). */
const WRITE_HEADERS: readonly (readonly [header: string, action: string])[] = [
  ['x-amz-tagging', 's3:PutObjectTagging'],
  ['x-amz-acl', 's3:PutObjectAcl'],
  ['x-amz-object-lock-mode', 's3:PutObjectRetention'],
  ['x-amz-object-lock-legal-hold', 's3:PutObjectLegalHold'],
]

const extrasOfWrite = (parameters: unknown): readonly NeededAction[] =>
  WRITE_HEADERS.flatMap(([header, action]) =>
    field(parameters, header) === undefined ? [] : [{ action, on: 'destination' as const }],
  )
