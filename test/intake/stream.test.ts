/** Inputs that come in parts: the same denials, records and spans as read at once, wherever the parts are cut. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { evidenceOf, type InputEvidence } from '#intake/parse-result.ts'
import { openDenials, type StreamOptions } from '#intake/stream/open.ts'

const SMALL: StreamOptions = { whole: 2000, piece: 20_000, ahead: 4000 }

function streamed(text: string, step: number, options: StreamOptions = SMALL): InputEvidence {
  const stream = openDenials(options)
  for (let at = 0; at < text.length; at += step) stream.push(text.slice(at, at + step))
  return stream.end()
}

/** As read at once. */
const whole = (text: string): InputEvidence => evidenceOf(readDenials(text))

const sentence = (i: number): string =>
  `User: arn:aws:sts::111122223333:assumed-role/app-${i}/run is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:jobs-${i} because no identity-based policy allows the sqs:SendMessage action`

const record = (i: number, more: object = {}): object => ({
  eventVersion: '1.09',
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/u${i}`, accountId: '111122223333' },
  eventTime: '2026-05-06T07:08:09Z',
  eventSource: 'sqs.amazonaws.com',
  eventName: 'SendMessage',
  awsRegion: 'eu-west-1',
  requestParameters: { queueUrl: `https://sqs.eu-west-1.amazonaws.com/111122223333/q"{}[]\\${i}` },
  resources: [{ ARN: `arn:aws:sqs:eu-west-1:111122223333:q${i}` }],
  eventID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  ...(i % 3 === 0 ? {} : { errorCode: 'AccessDenied', errorMessage: sentence(i) }),
  ...more,
})

const records = (count: number): object[] => Array.from({ length: count }, (_, i) => record(i))
const filler = (i: number): string => `${i} ${'lorem ipsum '.repeat((i * 7) % 40)}\n`

const FORMS: Readonly<Record<string, string>> = {
  'a log': Array.from({ length: 300 }, (_, i) => (i % 5 === 0 ? `${sentence(i)}\n` : filler(i))).join(''),
  'a log with wrapped sentences': Array.from({ length: 300 }, (_, i) =>
    i % 5 === 0 ? `${sentence(i).replaceAll(' on ', '\n  on ')}\n` : filler(i),
  ).join(''),
  'a log with records pasted into it': Array.from({ length: 200 }, (_, i) =>
    i % 9 === 0 ? `event: ${JSON.stringify(record(i))}\n` : i % 7 === 0 ? `${sentence(i)}\n` : filler(i),
  ).join(''),
  'a log with spread records': Array.from({ length: 120 }, (_, i) =>
    i % 5 === 0 ? `${JSON.stringify(record(i), null, 2)}\n` : filler(i),
  ).join(''),
  'a log that begins with a bracket': `[Container] 2026/05/06 07:08:09 Running command x\n${Array.from({ length: 200 }, (_, i) => (i % 5 === 0 ? `${sentence(i)}\n` : filler(i))).join('')}`,
  'a log file of CloudTrail': JSON.stringify({ Records: records(200) }),
  'a spread log file': JSON.stringify({ Records: records(200) }, null, 2),
  'a list of records': JSON.stringify(records(200)),
  'an answer of LookupEvents': JSON.stringify({
    NextToken: 'x',
    Events: records(100).map((one) => ({ EventId: 'x', Resources: [{ a: 1 }], CloudTrailEvent: JSON.stringify(one) })),
  }),
  'JSON Lines': records(200)
    .map((one) => JSON.stringify(one))
    .join('\n'),
  'a table': [
    'eventtime,eventsource,eventname,errorcode,errormessage,useridentity.arn',
    ...Array.from(
      { length: 200 },
      (_, i) =>
        `2026-05-06T07:08:09Z,sqs.amazonaws.com,SendMessage,AccessDenied,"${sentence(i).replace('because', '\nbecause ""')}",arn:aws:iam::111122223333:user/u${i}`,
    ),
  ].join('\n'),
}

for (const [form, text] of Object.entries(FORMS))
  for (const step of [1777, 50_000])
    test(`${form} gives in parts of ${step} what it gives at once`, () => {
      const expected = whole(text)
      assert.ok(text.length > 10_000)
      assert.ok(expected.denials.length > 10)
      assert.deepEqual(streamed(text, step), expected)
    })

test('a long document is read member by member', () => {
  for (const text of [
    JSON.stringify({ Records: records(200) }),
    JSON.stringify({ count: [1, [2]], Records: records(200), more: { Records: 1 } }, null, 1),
    JSON.stringify(records(200)),
    [1, 2].map(() => JSON.stringify({ Records: records(200) })).join(''),
  ])
    assert.deepEqual(streamed(text, 999, { ...SMALL, document: 3000 }), whole(text))
})

test('documents that follow each other without a line break are all read', () => {
  const text = [1, 2, 3].map((n) => JSON.stringify({ Records: records(20 * n) })).join('')
  assert.equal(readDenials(text).records.length, 120)
  assert.deepEqual(streamed(text, 999), whole(text))
})

test('of a document that was cut the whole members are read', () => {
  const text = JSON.stringify({ Records: records(30) })
  const { records: found } = readDenials(text.slice(0, text.length - 200))
  assert.equal(found.length, 29)
})

test('calls that are not asked for are not kept', () => {
  const text = FORMS['JSON Lines'] ?? ''
  for (const options of [SMALL, {}]) {
    const { denials, events } = streamed(text, 5000, { ...options, keepEvents: false })
    assert.equal(events.length, 0)
    assert.deepEqual(denials, readDenials(text).denials)
  }
})

test('a text without any denial gives one entry over all of it', () => {
  const text = 'nothing to see here\n'.repeat(5000)
  const { denials } = streamed(text, 3000)
  assert.deepEqual(
    denials.map(({ kind, evidence }) => [kind, evidence.span]),
    [['other', [0, text.length]]],
  )
})

test('what is no denial is told only where there is none', () => {
  const throttled = 'An error occurred (ThrottlingException) when calling the PutItem operation: Rate exceeded\n'
  const text = `${throttled}${'x\n'.repeat(30_000)}${sentence(1)}\n`
  assert.deepEqual(
    streamed(text, 3000).denials.map(({ kind }) => kind),
    ['aws-access-denied'],
  )
  assert.deepEqual(
    streamed(throttled + 'x\n'.repeat(30_000), 3000).denials.map(({ notes }) => notes[0]?.code),
    ['throttled'],
  )
})

test('a sentence is found once, wherever a border of pieces falls', () => {
  for (let shift = 0; shift < 400; shift += 41) {
    const text =
      `${'.'.repeat(98)}\n`.repeat(200) + '.'.repeat(shift) + `\n${sentence(7)}\n` + `${'.'.repeat(98)}\n`.repeat(300)
    const { denials } = streamed(text, 4096)
    assert.equal(denials.length, 1)
    const [from, to] = denials[0]?.evidence.span ?? [0, 0]
    assert.equal(text.slice(from, to), sentence(7))
  }
})
