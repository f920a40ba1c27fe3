import type { ActionFacts } from '#iam/facts/actions.ts'
import { parseArn } from '#iam/arn.ts'
import { field, listOf, textField, textOf } from '../cloudtrail/loose-record.ts'
import type { EventResources, FoundResources } from './event-resources.ts'
import { arnOfHost, type HostName, nameInHost } from './s3-hosts.ts'

/** Bucket, object or access point of an S3 call (R-CT-31, R-CT-31b). */
export function s3Resources(facts: ActionFacts | undefined, event: EventResources): FoundResources | undefined {
  const types = facts?.resourceTypes.map(({ name }) => name) ?? []
  const onObject = types.includes('object')
  if (!onObject && !types.includes('bucket')) return undefined
  if (event.on === 'source') return one(copySource(event), 'derived')
  const point = accessPointOf(event)
  const listed = event.listed.filter((arn) => isObjectArn(arn) === onObject && parseArn(arn)?.service.startsWith('s3'))
  if (listed.length === 1 && point === undefined) return { resources: listed, from: 'derived' }
  const bucket = point ?? bucketArn(event)
  if (bucket === undefined || !onObject) return one(bucket, isAlias(bucket) ? 'guessed' : 'derived')
  const key = firstText(event, 'key')
  if (key !== undefined) return one(objectArn(bucket, key), isAlias(bucket) ? 'guessed' : 'derived')
  // CloudTrail does not log the keys of DeleteObjects.
  return event.operation.toLowerCase() === 'deleteobjects' ? one(objectArn(bucket, '*'), 'guessed') : undefined
}

const one = (arn: string | undefined, from: 'derived' | 'guessed'): FoundResources | undefined =>
  arn === undefined ? undefined : { resources: [arn], from }

/** An access point's alias stands where a bucket's name would; which access point it is the record does not say. */
const isAlias = (bucket: string | undefined): boolean => bucket?.endsWith('-s3alias') === true

function isObjectArn(arn: string): boolean {
  const resource = parseArn(arn)?.resource ?? ''
  return resource.startsWith('accesspoint/') ? resource.includes('/object/') : resource.includes('/')
}

const firstText = (event: EventResources, name: string): string | undefined =>
  textOf(listOf(field(event.parameters, name))[0])

const bucketName = (event: EventResources): string | undefined =>
  textField(event.parameters, 'bucketName') ?? textField(event.parameters, 'bucket')

const hostOf = (event: EventResources): HostName | undefined => nameInHost(firstText(event, 'host') ?? '')

function bucketArn(event: EventResources): string | undefined {
  const name = bucketName(event)
  if (name !== undefined) return name.startsWith('arn:') ? name : `arn:${event.partition}:s3:::${name}`
  const host = hostOf(event)
  return host === undefined ? undefined : arnOfHost(host, event)
}

/**
 * The access point that the call went through, though the record names the bucket behind it: the host says so (R-CT-31b,
 * R-S3-07), or the record's resources where a bucket's name stands for it or no host is recorded. Both policies are asked
 * then, that of the bucket by the access point.
 */
function accessPointOf(event: EventResources): string | undefined {
  const host = hostOf(event)
  if (host !== undefined && 'accessPoint' in host) return arnOfHost(host, event)
  const source = copySource(event)
  const listed = [...new Set(event.listed)].filter(
    (arn) => ACCESS_POINT.test(parseArn(arn)?.resource ?? '') && source?.startsWith(`${arn}/`) !== true,
  )
  const hidden = isAlias(bucketName(event)) || firstText(event, 'host') === undefined
  return hidden && listed.length === 1 ? listed[0] : undefined
}

const ACCESS_POINT = /^accesspoint\/[^/]{3,63}$/

function objectArn(bucket: string, key: string): string {
  return parseArn(bucket)?.resource.startsWith('accesspoint/') === true ? `${bucket}/object/${key}` : `${bucket}/${key}`
}

/** `bucket/key?versionId=…` or an access point's ARN with `/object/key`, URL-encoded. */
function copySource(event: EventResources): string | undefined {
  const header = firstText(event, 'x-amz-copy-source')
  if (header === undefined) return undefined
  const bare = header.replace(/\?versionId=.{0,1100}$/i, '').replace(/^\//, '')
  const source = decoded(bare)
  if (source.startsWith('arn:')) return source
  return source.includes('/') ? `arn:${event.partition}:s3:::${source}` : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
