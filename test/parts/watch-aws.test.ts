/** A round of watch on AWS: the trail's bucket is read, and the alert arrives by SNS. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { burst, deniedRecord, everyday } from '../cli/cloudtrail-history.ts'
import { denytrace } from '../cli/run-cli.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-watch-aws-'))
let moto: Moto

describe('watch on AWS', { skip: noMoto ?? false }, () => {
  before(async () => {
    moto = await startMoto()
  })
  after(() => {
    moto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('reads the bucket of a trail, and tells a topic; the second round finds nothing new', async () => {
    const config = {
      endpoint: moto.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
    }
    const s3 = new S3Client({ ...config, forcePathStyle: true })
    const [sns, sqs] = [new SNSClient(config), new SQSClient(config)]
    await s3.send(new CreateBucketCommand({ Bucket: 'trail' }))
    const calls = [
      ...everyday(Date.parse('2026-06-01T00:00:00Z'), 20),
      ...burst(Date.parse('2026-06-18T10:00:00Z'), 15),
    ]
    const Body = JSON.stringify({ Records: calls.map(deniedRecord) })
    await s3.send(new PutObjectCommand({ Bucket: 'trail', Key: 'AWSLogs/1/CloudTrail/a.json', Body }))
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }))
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'mail' }))
    const Endpoint = `arn:aws:sqs:us-east-1:${TopicArn.split(':')[4]}:mail`
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }))

    const round = async () => {
      const args = ['watch', '--once', '--store', `duckdb:${join(folder, 'd.duckdb')}`, '--tell-since', '2026-06-01']
      const more = ['--sink', `sns=${TopicArn}`, '--format', 'json', 's3://trail/AWSLogs/']
      const { code, out, err } = await denytrace([...args, ...more], { env: motoEnv(moto.url) })
      assert.equal(code, 0, err)
      return JSON.parse(out) as {
        ingest: { new: number }
        alerts: { id: string }[]
        deliveries: { outcome: string }[]
      }
    }
    const first = await round()
    assert.deepEqual(
      [first.ingest.new, first.alerts.length, first.deliveries.map(({ outcome }) => outcome)],
      [calls.length, 1, ['sent']],
    )
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    assert.equal(Messages.length, 1)
    assert.ok(Messages[0]?.Body?.includes(first.alerts[0]?.id ?? 'none'))
    const second = await round()
    assert.deepEqual([second.ingest.new, second.alerts, second.deliveries], [0, [], []])
  })
})
