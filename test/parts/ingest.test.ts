/** `ingest` from S3 and from a queue, on an AWS-compatible server. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { denytrace } from '../cli/run-cli.ts'
import { configOf } from './estate.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-ingest-'))
const BUCKET = 'example-trail'
const PREFIX = 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/04/27'

const record = (eventID: string) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
  eventTime: '2026-04-27T10:03:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  errorCode: 'AccessDenied',
  requestParameters: { bucketName: 'b', key: 'k' },
  requestID: `r-${eventID}`,
  eventID,
  recipientAccountId: '111122223333',
})
const file = (...ids: string[]): Buffer => gzipSync(JSON.stringify({ Records: ids.map(record) }))

describe('ingest from S3 and SQS', { skip: noMoto ?? false }, () => {
  let moto: Moto
  let s3: S3Client
  let sqs: SQSClient
  let queue = ''
  const store = `duckdb:${join(folder, 'store.duckdb')}`

  before(async () => {
    moto = await startMoto()
    const config = configOf(moto.url)
    s3 = new S3Client({ ...config, forcePathStyle: true })
    sqs = new SQSClient(config)
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'trail' }))
    queue = QueueUrl
  })
  after(() => {
    moto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const put = (name: string, Body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: name.includes('/') ? name : `${PREFIX}/${name}`, Body }))

  const ingest = async (...paths: string[]) => {
    const { code, out, err } = await denytrace(['ingest', ...paths, '--store', store, '--format', 'json'], {
      env: motoEnv(moto.url),
    })
    assert.equal(code, 0, err)
    const { bad, schemaVersion: _, skipped: __, ...counts } = JSON.parse(out) as Record<string, unknown>
    return { counts, bad: bad as { path: string; reason: string }[] }
  }

  test('a prefix is read once; sums and findings beside the events are not; what is broken is named', async () => {
    await put('a.json.gz', file('s-1', 's-2'))
    await put('b.json.gz', file('s-2', 's-3'))
    await put('cut.json.gz', file('s-9').subarray(0, 150))
    await put(`${PREFIX.replace('CloudTrail', 'CloudTrail-Digest')}/d.json.gz`, gzipSync('{}'))
    const first = await ingest(`s3://${BUCKET}/AWSLogs/`)
    assert.deepEqual(first.counts, { files: 3, records: 4, denials: 4, new: 3, duplicates: 1, quarantined: 1 })
    assert.deepEqual(first.bad, [{ path: `s3://${BUCKET}/${PREFIX}/cut.json.gz`, reason: 'its gzip is cut short' }])
    const again = await ingest(`s3://${BUCKET}/AWSLogs/`)
    assert.deepEqual(again.counts, { files: 0, records: 0, denials: 0, new: 0, duplicates: 0, quarantined: 0 })
  })

  test('a queue of notifications is read and emptied; its test message is dropped, poison stays', async () => {
    const attributes = async () => {
      const names = ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...names] }),
      )
      return Attributes
    }
    const { QueueArn = '' } = await attributes()
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: BUCKET,
        NotificationConfiguration: { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }] },
      }),
    )
    await put('c.json.gz', file('q-1', 's-1'))
    await put('with space+plus.json.gz', file('q-2'))
    const event = { 'detail-type': 'AWS API Call via CloudTrail', detail: record('q-3') }
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(event) }))
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify(event) }))
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'poison' }))
    const { counts, bad } = await ingest(queue)
    assert.deepEqual(counts, { files: 2, records: 5, denials: 5, new: 3, duplicates: 2, quarantined: 1 })
    assert.equal(bad.length, 1)
    const left = await attributes()
    assert.equal(Number(left.ApproximateNumberOfMessages) + Number(left.ApproximateNumberOfMessagesNotVisible), 1)
  })

  test('what AWS refuses is said, with the exit code of AWS', async () => {
    const { code, err } = await denytrace(['ingest', 's3://no-such-bucket/x', '--store', store], {
      env: motoEnv(moto.url),
    })
    assert.deepEqual([code, /^aws\/call-failed: .*NoSuchBucket/.test(err)], [5, true], err)
  })
})
