import { partitionOf } from '../cloudtrail/account-id.ts'
import type { Denial } from '../denial.ts'

/** A bucket or object that an S3 client names beside its error, and how it was written. */
export interface S3Location {
  readonly bucket: string
  /** Null: the bucket itself. */
  readonly key: string | null
  readonly text: string
  readonly partition: string
}

/** `upload failed: ./a.txt to s3://bucket/a.txt An error occurred (…) when calling the PutObject operation` */
const CLI =
  /\b(?:upload|download|copy|move|delete|make_bucket|remove_bucket) failed: (?<paths>[^\n]{1,1300}?)\s(?:An error occurred|A client error) \([\w.]{1,80}\)(?: occurred)? when calling the \w{1,80} operation(?:: \w{1,20})?$/
/** PHP: `Error executing "PutObject" on "https://bucket.s3.eu-west-1.amazonaws.com/a.txt"` */
const PHP = /Error executing "\w{1,80}" on "(?<url>https?:\/\/[^"\s?]{1,1300})/g
/** Hadoop asks for the object and for what lies below it: `s3a://bucket/a: getFileStatus on s3a://bucket/a` */
const HADOOP = /\bs3[an]?:\/\/(?<path>[^\s:]{1,1200}): getFileStatus on s3/

/** Apache Arrow: `When reading information for key 'a.txt' in bucket 'bucket': AWS Error ACCESS_DENIED during …` */
const ARROW =
  /\b(?:(?:for|under) (?:key|object) '(?<key>[^'\n]{0,1024})' in |(?:of|for) )bucket '(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])': AWS Error [A-Z_]{3,40} during \w{1,80} operation$/

/**
 * Terraform, OpenTofu and their S3 backend, in front of Go's error: `putting S3 Bucket (bucket) Policy: operation error S3: `,
 * `uploading S3 Object (a.zip) to Bucket (bucket): …`, `Unable to access object "a" in S3 bucket "bucket": …`.
 */
const TERRAFORM =
  /\b(?:S3 Object \((?<written>[^()\n]{1,1024})\) to Bucket|object "(?<read>[^"\n]{1,1024})" in S3 bucket|S3 [Bb]ucket) [("](?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])[)"][^\n():"]{0,60}(?:"[^"\n]{0,200}")?: $/
const GO = 'operation error S3: '

/** Where such words begin that end `left`, in front of Go's error; undefined: none do. */
export const terraformStart = (left: string): number | undefined =>
  left.endsWith(': ') ? TERRAFORM.exec(left)?.index : undefined

/** The CDK prints the parameters of a call: `Call failed: headObject({"Bucket":"bucket","Key":"a.zip"}) => `. */
const PARAMETERS =
  /\bCall failed: \w{1,80}\(\{"Bucket":"(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"(?:,"Key":"(?<key>[^"\n\\]{1,1024})")?[^\n]{0,1000}$/

const WRITES = /^(?:PutObject|CreateMultipartUpload|UploadPart|CompleteMultipartUpload|AbortMultipartUpload)/
const COPIES = /^(?:CopyObject|UploadPartCopy)$/
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** The bucket or object of a refused operation, where the text left of its error names it. */
export function readS3Location(left: string, operation: string | null): S3Location | undefined {
  if (operation === null) return undefined
  const paths = / operation(?:: \w{1,20})?$/.test(left.slice(-40)) ? CLI.exec(left)?.groups?.['paths'] : undefined
  if (paths !== undefined) return COPIES.test(operation) ? undefined : ofCli(paths, operation)
  const uploaded = WRITES.test(operation) ? ofBoto(left) : undefined
  if (uploaded !== undefined) return uploaded
  const call = left.lastIndexOf(GO)
  const named = ARROW.exec(left) ?? (call < 0 ? PARAMETERS.exec(left) : TERRAFORM.exec(left.slice(0, call)))
  const { bucket, written, read, key = written ?? read } = named?.groups ?? {}
  if (bucket !== undefined) return { bucket, key: key ?? null, text: key ?? bucket, partition: 'aws' }
  const url = [...left.matchAll(PHP)].at(-1)?.groups?.['url']
  return url === undefined ? undefined : placeOfUrl(url)
}

/** Both requests that Hadoop makes to look at a path; which one was refused, it does not say. */
export function hadoopCandidates(left: string): Denial['candidates'] {
  const path = HADOOP.exec(left)?.groups?.['path']
  const place = path === undefined ? undefined : ofPath(path, `s3://${path}`, 'aws')
  if (place === undefined) return []
  const bucket = { action: 's3:ListBucket', resource: arnOf({ ...place, key: null }) }
  return place.key === null ? [bucket] : [{ action: 's3:GetObject', resource: arnOf(place) }, bucket]
}

/** The ARN an action is needed on: object actions have `Object` in their name, but for the two of an upload's parts. */
export function arnForAction(place: S3Location, action: string): string | null {
  if (!/Object|MultipartUploadParts|AbortMultipartUpload/.test(action)) return arnOf({ ...place, key: null })
  return place.key === null ? null : arnOf(place)
}

const arnOf = ({ partition, bucket, key }: S3Location): string =>
  `arn:${partition}:s3:::${bucket}${key === null ? '' : `/${key}`}`

function ofCli(paths: string, operation: string): S3Location | undefined {
  const middle = paths.lastIndexOf(' to ')
  const source = middle < 0 ? paths : paths.slice(0, middle)
  const target = middle < 0 ? paths : paths.slice(middle + 4)
  const text = (WRITES.test(operation) ? target : source).trim()
  return text.startsWith('s3://') ? ofPath(text.slice(5), text, 'aws') : undefined
}

const ERROR = ': An error occurred ('
const UPLOAD = 'Failed to upload '

/** boto3: `Failed to upload ./a.txt to bucket/a.txt: An error occurred (…) when calling the PutObject operation`. */
function ofBoto(left: string): S3Location | undefined {
  const end = left.lastIndexOf(ERROR)
  const start = end < 0 ? -1 : left.lastIndexOf(UPLOAD, end)
  const words = start < 0 ? '' : left.slice(start + UPLOAD.length, end)
  // A name may have a ` to ` in it, and then nobody knows where the object's begins.
  const [, text, more] = words.split(' to ', 3)
  const isOne = text?.includes('/') === true && more === undefined && !words.includes('\n')
  return isOne ? ofPath(text, text, 'aws') : undefined
}

export function ofPath(path: string, text: string, partition: string): S3Location | undefined {
  const slash = path.indexOf('/')
  const bucket = slash < 0 ? path : path.slice(0, slash)
  const key = slash < 0 ? '' : path.slice(slash + 1)
  return BUCKET.test(bucket) ? { bucket, key: key === '' ? null : key, text, partition } : undefined
}

/** Virtual-hosted and path style. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
export function placeOfUrl(url: string): S3Location | undefined {
  const match =
    /^https?:\/\/(?:(?<bucket>[a-z0-9][a-z0-9.-]{1,62})\.)?s3(?:[.-](?:dualstack|fips|accelerate|external-1)){0,2}(?:[.-](?<region>[a-z]{2,4}-[a-z0-9-]{2,20}))?\.amazonaws\.com(?:\.cn)?(?:\/(?<path>.{0,1200}))?$/.exec(
      url,
    )
  const { bucket, region, path = '' } = match?.groups ?? {}
  if (match === null) return undefined
  const whole = bucket === undefined ? decoded(path) : `${bucket}/${decoded(path)}`
  return ofPath(whole, url, partitionOf(null, region))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
