import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readRecord, recordsIn } from '#intake/cloudtrail/read-record.ts'
import type { DenialRow } from './denial-row.ts'
import { principalKeyOf } from './principal-key.ts'
import { resourceFamily } from './resource-family.ts'
import { denialOf, rowOf } from './row-of-denial.ts'

const SOURCE = { kind: 'file', name: 'f', at: '2026-11-24T00:00:00Z' } as const
const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')

const records = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
  .filter((file) => /(?:denial|event)s?[^/]*\.json$/.test(file))
  .flatMap((file) => recordsIn(JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8'))))

test('a row gives back the denial that it was made of', () => {
  const denials = records.flatMap((record) => {
    const denial = readRecord(record)
    return denial?.kind === 'aws-access-denied' ? [{ denial, row: rowOf(denial, record, SOURCE) }] : []
  })
  assert.ok(denials.length > 3, `${denials.length} denials in the examples`)
  for (const { denial, row } of denials) assert.deepEqual(denialOf(row as DenialRow), denial)
})

test('a row that an older version stored is read as it was', () => {
  const denial = readRecord(RECORD)
  const row = denial && rowOf(denial, RECORD, SOURCE)
  assert.ok(row !== undefined)
  const evidence = { reader: 'cloudtrail', actionFrom: 'stated', resourceFrom: 'stated', span: null } as const
  const context = { 'aws:SourceVpc': null, 'aws:ViaAWSService': false }
  const old = { ...row, parserVersion: 1, rest: JSON.stringify({ context, evidence, snapshot: 's' }) }
  const read = denialOf(old)
  assert.deepEqual(read.context, { ...context, 'aws:CurrentTime': RECORD.eventTime })
  assert.deepEqual(read.evidence, evidence)
  const nothingSaid = { reader: 'error-code', span: [0, 9] as const }
  assert.deepEqual(
    denialOf({ ...old, resourceFrom: null, rest: JSON.stringify({ context, evidence: nothingSaid }) }).evidence,
    { ...nothingSaid, actionFrom: null, resourceFrom: null },
  )
  assert.deepEqual(denialOf({ ...old, rest: '{"noTime":true,"context":{}}' }).context, {})
})

test('a call in the console was made by no service, so what a person reads there is no probe of one', () => {
  const by = (invokedBy: string) => {
    const record = { ...RECORD, userIdentity: { ...RECORD.userIdentity, invokedBy } }
    const denial = readRecord(record)
    return denial && rowOf(denial, record, SOURCE)?.invokedBy
  }
  assert.deepEqual([by('signin.amazonaws.com'), by('config.amazonaws.com')], [null, 'config.amazonaws.com'])
})

test('evidence that is not the usual one is written', () => {
  const denial = readRecord(RECORD)
  assert.ok(denial !== undefined)
  const lean = { ...denial.evidence, actionFrom: null }
  const span = { from: 1, to: 2 } as unknown as typeof lean.span
  for (const evidence of [lean, { ...lean, actionFrom: 'stated' as const }, { ...denial.evidence, span }]) {
    const row = rowOf({ ...denial, evidence }, RECORD, SOURCE)
    assert.ok(row !== undefined)
    assert.deepEqual(denialOf(row).evidence, evidence)
  }
})

const RECORD = {
  eventVersion: '1.11',
  eventTime: '2026-04-27T10:03:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  errorCode: 'AccessDenied',
  userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
  requestParameters: { bucketName: 'b', key: 'k' },
}

test('an event without an id gets the same one each time, one without a time gives no row', () => {
  const denial = readRecord(RECORD)
  assert.ok(denial !== undefined)
  const first = rowOf(denial, RECORD, SOURCE)
  assert.match(first?.eventId ?? '', /^sha256:[0-9a-f]{64}$/)
  assert.equal(rowOf(denial, { ...RECORD }, SOURCE)?.eventId, first?.eventId)
  assert.equal(denialOf(first as DenialRow).eventId, null)
  const { eventTime: _, ...timeless } = RECORD
  const without = readRecord(timeless)
  assert.ok(without !== undefined)
  assert.equal(rowOf(without, timeless, SOURCE), undefined)
})

test('no credential is stored: not of the answer, not of the message', () => {
  const token = `IQoJb3JpZ2lu${'x'.repeat(40)}`
  const record = {
    ...RECORD,
    errorMessage: `User is not authorized to perform: s3:GetObject with X-Amz-Security-Token=${token}`,
    responseElements: { credentials: { sessionToken: token, secretAccessKey: 'k'.repeat(40) } },
  }
  const denial = readRecord(record)
  assert.ok(denial !== undefined)
  const text = JSON.stringify(rowOf(denial, record, SOURCE))
  assert.ok(!text.includes(token) && !text.includes('k'.repeat(40)))
})

test('a session stands for its role; everybody else for themselves', () => {
  assert.equal(principalKeyOf('arn:aws:sts::111122223333:assumed-role/r/s'), 'arn:aws:iam::111122223333:role/r')
  for (const same of [
    'arn:aws:iam::111122223333:user/x/ann',
    'arn:aws:sts::111122223333:federated-user/f',
    'anonymous',
  ])
    assert.equal(principalKeyOf(same), same)
})

// biome-ignore format: a table is read by its columns
const FAMILIES = [
  [null,                                                       null],
  ['*',                                                        '*'],
  ['arn:aws:s3:::b',                                           'arn:aws:s3:::b'],
  ['arn:aws:s3:::b/a/c.txt',                                   'arn:aws:s3:::b/*'],
  ['arn:aws:s3:eu-west-1:1:accesspoint/ap/object/k',           'arn:aws:s3:eu-west-1:1:accesspoint/ap/object/*'],
  ['arn:aws:iam::1:role/ci/deploy',                            'arn:aws:iam::1:role/ci/deploy'],
  ['arn:aws:kms:eu-west-1:1:key/1234abcd-12ab-34cd-56ef-1234567890ab', 'arn:aws:kms:eu-west-1:1:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
  ['arn:aws:ec2:eu-west-1:1:instance/i-0123456789abcdef0',     'arn:aws:ec2:eu-west-1:1:instance/*'],
  ['arn:aws:dynamodb:eu-west-1:1:table/t/index/i',             'arn:aws:dynamodb:eu-west-1:1:table/t/*'],
  ['arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:log-stream:x', 'arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:*'],
  ['arn:aws:lambda:eu-west-1:1:function:f:3',                  'arn:aws:lambda:eu-west-1:1:function:f:*'],
  ['arn:aws:sqs:eu-west-1:1:queue',                            'arn:aws:sqs:eu-west-1:1:queue'],
] as const

test('resources of one kind and place are one family', () => {
  for (const [resource, family] of FAMILIES) assert.equal(resourceFamily(resource), family, String(resource))
})
