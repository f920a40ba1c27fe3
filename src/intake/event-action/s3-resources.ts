import type { ActionFacts } from '#iam/facts/actions.ts'
import { parseArn } from '#iam/arn.ts'
import { field, listOf, textField, textOf } from '../cloudtrail/loose-record.ts'
import type { EventResources, FoundResources } from './event-resources.ts'

/** Bucket, object or access point of an S3 call (R-CT-31, R-CT-31b). */
export function s3Resources(facts: ActionFacts | undefined, event: EventResources): FoundResources | undefined {
  const types = facts?.resourceTypes.map(({ name }) => name) ?? []
  const onObject = types.includes('object')
  if (!onObject && !types.includes('bucket')) return undefined
  if (event.on === 'source') return one(copySource(event), 'derived')
  const listed = event.listed.filter((arn) => isObjectArn(arn) === onObject && parseArn(arn)?.service.startsWith('s3'))
  if (listed.length === 1) return { resources: listed, from: 'derived' }
  const bucket = bucketArn(event)
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

function bucketArn(event: EventResources): string | undefined {
  const name = textField(event.parameters, 'bucketName') ?? textField(event.parameters, 'bucket')
  if (name !== undefined) return name.startsWith('arn:') ? name : `arn:${event.partition}:s3:::${name}`
  return fromHost(firstText(event, 'host'), event)
}

function objectArn(bucket: string, key: string): string {
  return parseArn(bucket)?.resource.startsWith('accesspoint/') === true ? `${bucket}/object/${key}` : `${bucket}/${key}`
}

/**
 * `bucket.s3.region.amazonaws.com`, `name-account.s3-accesspoint.region.amazonaws.com`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
function fromHost(host: string | undefined, event: EventResources): string | undefined {
  const parts = /^([a-z0-9.-]{3,200}?)\.s3(-accesspoint)?(?:[.-]([a-z0-9-]{4,30}))?\.amazonaws\.com(?:\.cn)?$/i.exec(
    host ?? '',
  )
  if (parts === null) return undefined
  const [, name = '', accessPoint, region] = parts
  if (accessPoint === undefined) return `arn:${event.partition}:s3:::${name}`
  const split = /^([a-z0-9-]{3,50})-(\d{12})$/.exec(name)
  const where = region ?? event.region
  if (split === null || where === null) return undefined
  return `arn:${event.partition}:s3:${where}:${split[2] ?? ''}:accesspoint/${split[1] ?? ''}`
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
