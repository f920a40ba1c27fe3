import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A made-up trail on the disk: 650 events of about 1,250 bytes in a file, two of a hundred refused. */
export interface Trail {
  readonly folder: string
  readonly files: number
  readonly events: number
  readonly denials: number
  readonly rawBytes: number
}

const EVENTS = 650
const DENIED = 13

const SERVICES = [
  ['s3.amazonaws.com', 'GetObject', 's3:GetObject'],
  ['s3.amazonaws.com', 'PutObject', 's3:PutObject'],
  ['kms.amazonaws.com', 'Decrypt', 'kms:Decrypt'],
  ['sts.amazonaws.com', 'AssumeRole', 'sts:AssumeRole'],
  ['ec2.amazonaws.com', 'DescribeInstances', 'ec2:DescribeInstances'],
  ['dynamodb.amazonaws.com', 'GetItem', 'dynamodb:GetItem'],
] as const

/** The same trail each time for a number of files, made once and kept among the temporary files. */
export function makeTrail(files: number): Trail {
  const folder = join(tmpdir(), `denytrace-bench-trail-${files}`)
  const whole = join(folder, 'AWSLogs')
  const size = join(folder, 'bytes.txt')
  mkdirSync(whole, { recursive: true })
  let rawBytes = existsSync(size) && readdirSync(whole).length === files ? Number(readFileSync(size, 'utf8')) : 0
  if (rawBytes === 0) {
    for (let f = 0; f < files; f += 1) {
      const text = fileText(f)
      rawBytes += text.length
      writeFileSync(join(whole, `trail-${String(f).padStart(5, '0')}.json.gz`), gzipSync(text, { level: 6 }))
    }
    writeFileSync(size, String(rawBytes))
  }
  return { folder, files, events: files * EVENTS, denials: files * DENIED, rawBytes }
}

function fileText(f: number): string {
  const records: string[] = []
  for (let i = 0; i < EVENTS; i += 1) records.push(JSON.stringify(event(f * EVENTS + i, i % 50 === 7)))
  return `{"Records":[${records.join(',')}]}`
}

/** As AWS draws ids: nothing of one is found in another, so the files shrink to a seventh and not to a thirteenth. */
const hex = (n: number, length: number): string =>
  createHash('sha256').update(`${n} ${length}`).digest('hex').slice(0, length)

function event(n: number, isDenied: boolean): object {
  const [eventSource, eventName, action] = SERVICES[n % SERVICES.length] ?? SERVICES[0]
  const account = String(111_122_223_333 + (n % 120))
  const role = `role-${(n * 7) % 400}`
  const principal = `arn:aws:sts::${account}:assumed-role/${role}/session-${n % 97}`
  const minute = Math.floor(n / 600)
  const eventTime = new Date(Date.UTC(2026, 3, 1) + minute * 60_000 + (n % 60) * 1000).toISOString().slice(0, 19)
  const error = {
    errorCode: 'AccessDenied',
    errorMessage: `User: ${principal} is not authorized to perform: ${action} on resource: arn:aws:s3:::bucket-${n % 50}/data/${n % 1000} because no identity-based policy allows the ${action} action`,
  }
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${hex(n % 400, 16).toUpperCase()}:session-${n % 97}`,
      arn: principal,
      accountId: account,
      accessKeyId: `ASIA${hex(n, 16).toUpperCase()}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${hex(n % 400, 16).toUpperCase()}`,
          arn: `arn:aws:iam::${account}:role/team/${role}`,
          accountId: account,
          userName: role,
        },
        attributes: { creationDate: eventTime, mfaAuthenticated: 'false' },
      },
    },
    eventTime: `${eventTime}Z`,
    eventSource,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: `203.0.113.${n % 250}`,
    userAgent: '[aws-sdk-java/2.20.1 Linux/5.10 OpenJDK_64-Bit_Server_VM/17.0.8 Java/17.0.8 vendor/Amazon]',
    ...(isDenied ? error : {}),
    requestParameters: {
      bucketName: `bucket-${n % 50}`,
      key: `data/${n % 1000}/part-${hex(n, 24)}.parquet`,
      Host: `bucket-${n % 50}.s3.us-east-1.amazonaws.com`,
    },
    responseElements: isDenied ? null : { 'x-amz-server-side-encryption': 'aws:kms', versionId: hex(n, 32) },
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn: 0,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': hex(n, 60),
      bytesTransferredOut: n % 5000,
    },
    requestID: `${hex(n, 16).toUpperCase()}`,
    eventID: `${hex(n, 8)}-${String(n).padStart(12, '0')}`,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: false,
    recipientAccountId: account,
    eventCategory: 'Data',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `bucket-${n % 50}.s3.us-east-1.amazonaws.com`,
    },
  }
}
