/** `ingest` is killed between what it wrote and what it told AWS: what comes again adds nothing, and nothing is lost. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { openDuckdbStore } from '#store/duckdb/duckdb-store.ts'
import { deniedRecord } from '../cli/cloudtrail-history.ts'
import { denytrace, PROGRAM } from '../cli/run-cli.ts'
import { configOf } from './estate.ts'
import { type Proxy, startProxy } from './failing-proxy.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-crash-'))
const AT = Date.parse('2026-04-27T10:03:00Z')
const recordsOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    deniedRecord({ time: AT + i * 1000, role: 'deploy', bucket: 'artifacts' }, from + i),
  )

describe('ingest, killed', { skip: noMoto ?? false }, () => {
  let moto: Moto
  let proxy: Proxy
  let sqs: SQSClient
  let s3: S3Client

  before(async () => {
    moto = await startMoto()
    proxy = await startProxy(moto.url)
    const config = configOf(moto.url)
    sqs = new SQSClient(config)
    s3 = new S3Client({ ...config, forcePathStyle: true })
    await s3.send(new CreateBucketCommand({ Bucket: 'trail' }))
  })
  after(() => {
    proxy?.close()
    moto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const args = (path: string, store: string) => ['ingest', path, '--store', store, '--format', 'json']

  /** Runs until the call, and is killed before AWS sees it; gives what the call said. */
  const killedAt = async (path: string, store: string, stop: (target: string) => boolean): Promise<string> => {
    const [program, ...first] = PROGRAM
    const child = spawn(program, [...first, ...args(path, store)], {
      env: { ...process.env, ...motoEnv(proxy.url) },
      stdio: 'ignore',
    })
    let said = ''
    proxy.cutAt(stop, (body) => {
      said = body
      child.kill('SIGKILL')
    })
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    assert.equal(signal, 'SIGKILL', 'it came to the call')
    return said
  }

  const run = async (path: string, store: string) => {
    const { code, out, err } = await denytrace(args(path, store), { env: motoEnv(moto.url) })
    assert.equal(code, 0, err)
    return { answer: JSON.parse(out) as Record<string, number>, err }
  }

  const counted = async (file: string) => {
    const store = await openDuckdbStore(file)
    const sum = (await store.rollups({})).reduce((total, { n }) => total + n, 0)
    const found = [(await store.find({}, 1000)).length, sum, await store.ledger()] as const
    await store.close()
    return found
  }

  const left = async (queue: string): Promise<number> => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: [...names] }),
    )
    return names.reduce((sum, name) => sum + Number(Attributes[name]), 0)
  }

  test('between the commit and the deletion of the messages: they come again, and every count is exact', async () => {
    const { QueueUrl: queue = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'trail' }))
    for (const [i, key] of ['a', 'b'].entries()) {
      const Body = gzipSync(JSON.stringify({ Records: recordsOf(10 * i, 10) }))
      await s3.send(new PutObjectCommand({ Bucket: 'trail', Key: `AWSLogs/1/CloudTrail/${key}.json.gz`, Body }))
      const s3Event = {
        s3: { bucket: { name: 'trail' }, object: { key: `AWSLogs/1/CloudTrail/${key}.json.gz`, eTag: key } },
      }
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify({ Records: [s3Event] }) }))
    }
    for (const detail of recordsOf(100, 3)) {
      const MessageBody = JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', detail })
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody }))
    }
    const file = join(folder, 'queue.duckdb')
    const store = `duckdb:${file}`
    const through = queue.replace(moto.url, proxy.url)
    const said = await killedAt(through, store, (target) => target.endsWith('.DeleteMessageBatch'))
    assert.equal(await left(queue), 5, 'no message was deleted')
    const [events] = await counted(file)
    assert.ok(events > 0 && events <= 3, `${events} of the events in messages are in the store`)

    // Another run finds nothing to do: the messages are somebody's until their time is over.
    assert.deepEqual(await run(queue, store).then(({ answer }) => [answer['new'], answer['files']]), [20, 2])
    const { Entries } = JSON.parse(said) as { Entries: { ReceiptHandle: string }[] }
    for (const { ReceiptHandle } of Entries)
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout: 0 }))
    const { answer } = await run(queue, store)
    assert.deepEqual([answer['new'], answer['files'], answer['duplicates']], [3 - events, 0, events])
    assert.equal(await left(queue), 0)
    assert.deepEqual(await counted(file), [23, 23, { ready: 0, leased: 0, done: 2, dead: 0 }])
  })

  test('while it reads objects: nothing of them is counted, and the next run says what is held', async () => {
    const file = join(folder, 'objects.duckdb')
    await killedAt('s3://trail/AWSLogs/', `duckdb:${file}`, (target) => target.includes('/b.json.gz'))
    assert.deepEqual(await counted(file), [0, 0, { ready: 0, leased: 2, done: 0, dead: 0 }])
    const { answer, err } = await run('s3://trail/AWSLogs/', `duckdb:${file}`)
    assert.deepEqual([answer['new'], answer['held']], [0, 2])
    assert.match(err, /2 objects are being read by another run/)
  })

  test('what is no message of a trail goes to the dead-letter queue; a broken object is dead after three tries', async () => {
    const { QueueUrl: dead = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }))
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:123456789012:dead'
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 })
    const Attributes = { VisibilityTimeout: '0', RedrivePolicy }
    const { QueueUrl: queue = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'live', Attributes }))
    await s3.send(
      new PutObjectCommand({ Bucket: 'trail', Key: 'cut/a.json.gz', Body: gzipSync('{"Records":[]}').subarray(0, 20) }),
    )
    const cut = { Records: [{ s3: { bucket: { name: 'trail' }, object: { key: 'cut/a.json.gz', eTag: 'x' } } }] }
    for (const MessageBody of ['poison', JSON.stringify(cut), JSON.stringify({ detail: recordsOf(200, 1)[0] })])
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody }))
    const file = join(folder, 'dead.duckdb')
    // So that the test need not wait for the five minutes after which a message is given again.
    proxy.change((body) => body.replace('"VisibilityTimeout":300', '"VisibilityTimeout":0'))
    const { code, out, err } = await denytrace(args(queue.replace(moto.url, proxy.url), `duckdb:${file}`), {
      env: motoEnv(proxy.url),
    })
    assert.equal(code, 0, err)
    assert.equal((JSON.parse(out) as Record<string, number>)['new'], 1)
    assert.deepEqual([await left(queue), await left(dead)], [0, 1])
    assert.deepEqual(await counted(file), [1, 1, { ready: 0, leased: 0, done: 0, dead: 1 }])
  })
})
