import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { httpSink } from '../../src/notify/http-sink.ts'
import { sinkName } from '../../src/notify/sink-name.ts'
import { emfLine, pagerdutyBody, slackBody, webhookBody } from '../../src/report/alert-bodies.ts'
import { MESSAGE, SPIKE, sinkConformance, startReceiver } from './alert-sinks.ts'

const SECRET = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`

sinkConformance('a webhook', (url, timeoutMs) =>
  httpSink({ name: sinkName('webhook', url), url, body: webhookBody, secret: SECRET, timeoutMs }),
)
sinkConformance('Slack', (url, timeoutMs) =>
  httpSink({ name: sinkName('slack', url), url, body: slackBody, timeoutMs }),
)
sinkConformance('PagerDuty', (url, timeoutMs) =>
  httpSink({ name: sinkName('pagerduty', url), url, body: pagerdutyBody('R0'), timeoutMs }),
)

/** As a principal or a resource may be called in somebody's log. */
const HOSTILE = '<!channel> & <http://evil.example|click> www.evil.example *bold* _it_ `x`'

describe('what a webhook gets', () => {
  it('is signed so that a receiver can check it as Standard Webhooks says', async () => {
    const receiver = await startReceiver()
    const seconds = 1_750_000_000
    await httpSink({
      name: 'webhook',
      url: receiver.url,
      body: webhookBody,
      secret: SECRET,
      now: () => seconds * 1000,
    }).send(MESSAGE)
    await receiver.stop()
    const [got] = receiver.received
    assert.equal(got?.headers['webhook-timestamp'], String(seconds))
    // What a receiver computes: HMAC-SHA256 with the decoded secret over "id.timestamp.body".
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
    const content = `${MESSAGE.dedupeKey}.${seconds}.${got?.body ?? ''}`
    assert.equal(got?.headers['webhook-signature'], `v1,${createHmac('sha256', key).update(content).digest('base64')}`)
    assert.deepEqual(JSON.parse(got?.body ?? ''), { type: 'denytrace.alert', timestamp: MESSAGE.at, data: SPIKE })
  })

  it('agrees with the example of the specification', async () => {
    // https://github.com/standard-webhooks/standard-webhooks: the vector that its libraries are tested with.
    const { signed } = await import('../../src/notify/standard-webhook.ts')
    const headers = signed(
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      '{"test": 2432232314}',
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      1_614_265_330,
    )
    assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it('in Slack calls nobody and breaks no markup, whatever a name holds', () => {
    const { text, blocks, mrkdwn } = slackBody({ ...MESSAGE, spike: { ...SPIKE, key: HOSTILE } })
    const sent = JSON.stringify({ text, blocks })
    for (const live of ['<!channel>', '<http', '://', 'www.evil']) assert.ok(!sent.includes(live), live)
    assert.ok(text.includes('&lt;!channel&gt; &amp;'))
    // https://docs.slack.dev/reference/block-kit/composition-objects/text-object: `*`, `_` and backticks are markup in mrkdwn.
    const objects = blocks.flatMap((block) => block.elements ?? [block.text])
    assert.deepEqual([mrkdwn, ...objects.map((one) => one?.type)], [false, 'plain_text', 'plain_text'])
    assert.ok(objects[0]?.text.includes('*bold* _it_ `x`'))
  })

  it('in PagerDuty holds no link of a stranger', () => {
    const cause = { ...SPIKE.cause, policyArn: 'http://evil.example/p' }
    const body = pagerdutyBody('R0')({ ...MESSAGE, spike: { ...SPIKE, key: `${HOSTILE}\u202e`, cause } })
    const sent = JSON.stringify(body.payload)
    for (const live of ['://', 'www.evil', '\u202e']) assert.ok(!sent.includes(live), live)
    assert.ok(sent.includes('http[:]//evil.example/p'))
  })

  it('in CloudWatch is a line whose metrics are numbers and whose dimensions are there', () => {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    const line = emfLine(MESSAGE)
    assert.ok(!line.includes('\n'))
    const event = JSON.parse(line) as Record<string, unknown> & {
      _aws: {
        Timestamp: number
        CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[]
      }
    }
    assert.equal(event._aws.Timestamp, Date.parse(MESSAGE.at))
    for (const { Dimensions, Metrics, Namespace } of event._aws.CloudWatchMetrics) {
      assert.match(Namespace, /^[\w./#:-]{1,255}$/)
      for (const name of Dimensions.flat()) assert.equal(typeof event[name], 'string', name)
      for (const { Name, Unit } of Metrics) assert.deepEqual([typeof event[Name], Unit], ['number', 'Count'], Name)
    }
  })

  it('in PagerDuty is one incident for all revisions, resolved when it is closed', () => {
    const body = pagerdutyBody('R0')
    const first = body(MESSAGE)
    const later = body({ ...MESSAGE, spike: { ...SPIKE, revision: 3, state: 'closed' } })
    assert.equal(first.dedup_key, later.dedup_key)
    assert.deepEqual([first.event_action, later.event_action], ['trigger', 'resolve'])
    assert.equal(first.payload.severity, 'critical')
  })
})
