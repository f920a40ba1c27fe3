/** The SNS sink against an AWS-compatible server: what is published arrives in a queue that subscribes to the topic. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { snsPublisher } from '#collect/aws/publish.ts'
import { snsSink } from '#notify/sns-sink.ts'
import { mailText } from '#report/alert-bodies.ts'
import { MESSAGE, SPIKE } from '../conformance/alert-sinks.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

let moto: Moto
const kept = { ...process.env }

interface Arrived {
  readonly Subject: string
  readonly Message: string
  readonly MessageAttributes: Readonly<Record<string, { readonly Value: string }>>
}

describe('alerts by SNS', { skip: noMoto ?? false }, () => {
  before(async () => {
    moto = await startMoto()
    Object.assign(process.env, motoEnv(moto.url))
  })
  after(() => {
    moto?.stop()
    process.env = kept
  })

  const config = () => ({
    endpoint: moto.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' },
  })
  const sinkTo = (topicArn: string, endpoint = moto.url) =>
    snsSink({ topicArn, publish: snsPublisher({ endpoint }), textOf: mailText })

  async function topicWithQueue(
    fifo: boolean,
  ): Promise<{ readonly topicArn: string; readonly read: () => Promise<Arrived[]> }> {
    const [sns, sqs] = [new SNSClient(config()), new SQSClient(config())]
    const suffix = fifo ? '.fifo' : ''
    const fifoAttributes = fifo ? { Attributes: { FifoTopic: 'true' } } : {}
    const fifoQueue = fifo ? { Attributes: { FifoQueue: 'true' } } : {}
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `alerts${suffix}`, ...fifoAttributes }))
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `mail${suffix}`, ...fifoQueue }))
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes?.['QueueArn'] ?? '' }))
    const read = async (): Promise<Arrived[]> => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      return Messages.map(({ Body = '{}' }) => JSON.parse(Body) as Arrived)
    }
    return { topicArn: TopicArn, read }
  }

  test('an alert arrives with a subject for people, a body for programs, and attributes to filter by', async () => {
    const { topicArn, read } = await topicWithQueue(false)
    assert.deepEqual(await sinkTo(topicArn).send(MESSAGE), { outcome: 'sent' })
    const [arrived, ...more] = await read()
    assert.deepEqual(more, [])
    assert.match(arrived?.Subject ?? '', /^denytrace high: 400 AccessDenied, 0.25 expected: 40 principals/)
    assert.ok((arrived?.Subject.length ?? 101) <= 100)
    assert.ok(arrived?.Message.includes(SPIKE.id))
    assert.deepEqual(
      [arrived?.MessageAttributes['severity']?.Value, arrived?.MessageAttributes['dedupeKey']?.Value],
      ['high', MESSAGE.dedupeKey],
    )
  })

  test('a topic that keeps order gets each revision once, however often it is sent', async () => {
    const { topicArn, read } = await topicWithQueue(true)
    const sink = sinkTo(topicArn)
    for (let i = 0; i < 3; i++) assert.deepEqual(await sink.send(MESSAGE), { outcome: 'sent' })
    assert.equal((await read()).length, 1)
  })

  test('a topic that is not there is not asked again, and a server that is down is', async () => {
    const gone = await sinkTo('arn:aws:sns:eu-west-1:123456789012:nowhere').send(MESSAGE)
    assert.equal(gone.outcome, 'refused')
    const down = await sinkTo('arn:aws:sns:eu-west-1:123456789012:alerts', 'http://127.0.0.1:9').send(MESSAGE)
    assert.equal(down.outcome, 'retry')
  })
})
