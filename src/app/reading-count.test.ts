import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { occurrencesOf } from '#diagnose/occurrences.ts'
import type { AnswerProgress } from './answer-progress.ts'
import { isDenial, rawEvidence } from './inputs.ts'
import { ReadingCount } from './reading-count.ts'

const CALLER = 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci'
const KINDS = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'] as const
const SIZE = 3000

const timeOf = (i: number): string => new Date(Date.UTC(2026, 3, 27) + i * 1000).toISOString()
const actionOf = (i: number): string => KINDS[i % KINDS.length] ?? 's3:PutObject'
const sentenceOf = (i: number): string =>
  `User: ${CALLER} is not authorized to perform: ${actionOf(i)} on resource: "arn:aws:s3:::prod-artifacts/a.zip" because no identity-based policy allows the ${actionOf(i)} action`

const record = (i: number) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'AssumedRole', arn: CALLER, accountId: '111122223333' },
  eventTime: timeOf(i),
  eventSource: 's3.amazonaws.com',
  eventName: actionOf(i).slice(3),
  awsRegion: 'us-east-1',
  errorCode: 'AccessDenied',
  errorMessage: sentenceOf(i),
  requestParameters: { bucketName: 'prod-artifacts', key: 'a.zip' },
  eventID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
})

const many = (line: (i: number) => string): string => Array.from({ length: SIZE }, (_, i) => line(i)).join('')

/** Inputs as people paste them, each read by another reader. */
const INPUTS: Readonly<Record<string, string>> = {
  'a log of sentences': many((i) => `${timeOf(i)} ERROR upload failed: ${sentenceOf(i)}\n`),
  'a log of the AWS CLI': many(
    (i) =>
      `${timeOf(i)} ERROR An error occurred (AccessDenied) when calling the ${actionOf(i).slice(3)} operation: ${sentenceOf(i)}\n`,
  ),
  'a log of both': many((i) =>
    i % 2 === 0
      ? `${timeOf(i)} ERROR upload failed: ${sentenceOf(i)}\n`
      : `${timeOf(i)} ERROR An error occurred (AccessDenied) when calling the ${actionOf(i).slice(3)} operation: ${sentenceOf(i)}\n`,
  ),
  'a document of events': JSON.stringify({ Records: Array.from({ length: SIZE }, (_, i) => record(i)) }, null, 1),
  'lines of events': many((i) => `${JSON.stringify(record(i))}\n`),
  'documents one after the other': many((i) => `${JSON.stringify({ Records: [record(i)] }, null, 1)}\n`),
  'events in a log': many((i) => `${timeOf(i)} received ${JSON.stringify(record(i))}\n`),
  'prose with a sentence': `${'It failed again today. '.repeat(20_000)}${sentenceOf(0)}`,
}

describe('how far an input is read', () => {
  for (const [name, input] of Object.entries(INPUTS))
    test(`${name}: it only grows, and at the end it is all there is`, () => {
      const heard: AnswerProgress[] = []
      const count = new ReadingCount(input.length, (progress) => heard.push(progress))
      const evidence = rawEvidence(input, count.watch)
      assert.deepEqual(evidence, rawEvidence(input), 'who watches changes nothing')
      for (const [i, { done, of, denials, kinds }] of heard.entries()) {
        const before = heard[i - 1] ?? { done: 0, denials: 0, kinds: 0 }
        assert.ok(of === input.length && done <= of && done >= before.done)
        assert.ok(denials >= before.denials && kinds >= before.kinds)
      }
      const all = occurrencesOf(evidence.denials.filter(isDenial))
      const last = heard.at(-1)
      assert.deepEqual(
        [last?.denials, last?.kinds],
        [all.reduce((sum, occurrence) => sum + occurrence.count, 0), all.length],
      )
      // What is left is blank.
      assert.ok((last?.done ?? 0) > input.length * 0.99, `${last?.done} of ${input.length}`)
      if (name !== 'prose with a sentence') assert.ok(heard.length > 5)
    })

  test('an event that is there twice is one denial, and so is an error that is printed twice', () => {
    const heard: AnswerProgress[] = []
    const twice = JSON.stringify({ Records: [record(0), record(0), record(1)] })
    rawEvidence(twice, new ReadingCount(twice.length, (progress) => heard.push(progress)).watch)
    assert.deepEqual([heard.at(-1)?.denials, heard.at(-1)?.kinds], [2, 2])
    const printed = `Error: ${sentenceOf(0)}\n  message: '${sentenceOf(0)}'\n`
    rawEvidence(printed, new ReadingCount(printed.length, (progress) => heard.push(progress)).watch)
    assert.deepEqual([heard.at(-1)?.denials, heard.at(-1)?.kinds], [1, 1])
  })
})
