import { placeOfUrl, type S3Location } from './s3-location.ts'

/** The request that a message says was refused. */
export interface SdkRequest {
  readonly op: string
  readonly service: string
  readonly place: S3Location | undefined
}

/**
 * Databricks' build of the SDK for Java prints it behind the message: `; request: HEAD https://bucket.s3.amazonaws.com a/b.csv {}
 * …, com.amazonaws.services.s3.model.GetObjectMetadataRequest; Request ID: …`.
 */
const REQUEST =
  /^; request: (?:GET|HEAD|PUT|POST|DELETE) (?<host>https?:\/\/[^\s"]{1,300}) (?<key>[^\s{]{0,1200}) ?\{[^]{0,1500}?\bcom\.amazonaws\.services\.(?<service>\w{1,60})\.model\.(?<name>[A-Z]\w{1,80})Request[;,]/
const OPENING = '; request: '
const REACH = 3200

/** Calls that the SDK for Java names otherwise than the API. */
const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['GetObjectMetadata', 'HeadObject'],
  ['InitiateMultipartUpload', 'CreateMultipartUpload'],
  ['CopyPart', 'UploadPartCopy'],
])

/** The request printed directly behind a message, or in front of the code that closes the same one. */
export function readSdkRequest(left: string, right: string): SdkRequest | undefined {
  const start = left.lastIndexOf(OPENING)
  // What closes the message is in brackets: behind them another error begins.
  const same = start >= 0 && !left.slice(start).includes(')')
  const {
    host,
    key = '',
    service,
    name,
  } = REQUEST.exec(right.slice(0, REACH))?.groups ?? (same ? REQUEST.exec(left.slice(start))?.groups : undefined) ?? {}
  if (host === undefined || service === undefined || name === undefined) return undefined
  const place = service === 's3' ? placeOfUrl(key === '' ? host : `${host}/${key}`) : undefined
  return { op: OPERATIONS.get(name) ?? name, service, place }
}
