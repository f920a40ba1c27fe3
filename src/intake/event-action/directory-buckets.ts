import { canonicalAction } from '#iam/facts/actions.ts'
import { parseArn } from '#iam/arn.ts'
import { field, listOf, textField, textOf } from '../cloudtrail/loose-record.ts'
import type { EventResources } from './event-resources.ts'
import { all } from './regional-arn.ts'
import { type NeededAction, s3Actions } from './s3-operations.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html; `xa`: an access point for one */
const DIRECTORY = /--xa?-s3$/

/**
 * Calls on a directory bucket's zonal endpoint: whichever it is, the session that it is made in is judged, on the bucket
 * (G-64). https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-APIs.html
 */
const ZONAL: ReadonlySet<string> = new Set(
  (
    'createsession headbucket listobjectsv2 listobjects listmultipartuploads getobject headobject getobjectattributes putobject ' +
    'copyobject deleteobject deleteobjects renameobject createmultipartupload initiatemultipartupload uploadpart ' +
    'uploadpartcopy completemultipartupload abortmultipartupload listparts'
  ).split(' '),
)

const SESSION = 's3express:CreateSession'

/** Undefined: the call is on no directory bucket, or is none that we know. */
export function directoryActions(
  service: string,
  name: string,
  parameters: unknown,
): readonly NeededAction[] | undefined {
  if (service === 's3' && !DIRECTORY.test(nameIn(parameters) ?? '')) return undefined
  const lower = name.toLowerCase()
  if (lower === 'listdirectorybuckets') return [{ action: 's3express:ListAllMyDirectoryBuckets' }]
  if (lower === 'copyobject' || lower === 'uploadpartcopy') {
    const read = DIRECTORY.test(copiedFrom(parameters) ?? '') ? SESSION : 's3:GetObject'
    return [
      { action: SESSION, on: 'destination' },
      { action: read, on: 'source' },
    ]
  }
  if (ZONAL.has(lower)) return [{ action: SESSION }]
  const [plain] = s3Actions(name) ?? []
  const known = canonicalAction(`s3express:${name}`) ?? canonicalAction(`s3express:${plain?.action.slice(3) ?? ''}`)
  return known === undefined ? undefined : [{ action: known }]
}

/** The directory bucket, or the access point for one; an object is never the resource. */
export function directoryBucket(event: EventResources): readonly string[] | undefined {
  const name = event.on === 'source' ? copiedFrom(event.parameters) : nameIn(event.parameters)
  const listed = event.listed.filter((arn) => {
    const { service, resource = '' } = parseArn(arn) ?? {}
    return service === 's3express' && /^(?:bucket|accesspoint)\/[^/]{1,63}$/.test(resource) && arn.endsWith(`/${name}`)
  })
  if (listed.length > 0 || name === undefined) return listed
  return all(event, 's3express', [name.endsWith('--xa-s3') ? `accesspoint/${name}` : `bucket/${name}`])
}

function nameIn(parameters: unknown): string | undefined {
  const given = textField(parameters, 'bucketName') ?? textField(parameters, 'bucket')
  const host = textOf(listOf(field(parameters, 'host'))[0]) ?? ''
  return given ?? HOST.exec(host)?.[1]
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-Regions-and-Zones.html */
const HOST = /^([a-z0-9-]{3,63})\.s3express-[a-z0-9.-]{4,60}\.amazonaws\.com(?:\.cn)?$/i

const copiedFrom = (parameters: unknown): string | undefined =>
  textOf(listOf(field(parameters, 'x-amz-copy-source'))[0])
    ?.replace(/^\//, '')
    .split('/')[0]
