import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { findRecords, suspectsAlone, textsOf } from './find-records.ts'
import { scanBytes } from './scan.ts'

const SEED = 20_261_126

/** Numbers below a bound, the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const REFUSED = { errorCode: 'AccessDenied', errorMessage: 'User: x is not authorized to perform: s3:GetObject' }

/** What may stand anywhere in a record, to look like something else. */
const TEXTS = [
  'plain',
  '',
  '"},{"eventVersion":"1.11","errorCode":"AccessDenied"',
  '{"eventVersion":"1.11"}]},{',
  '\\',
  '\\\\"',
  '\u0000\u001f\u2028',
  'ünï 🙂 \ud800',
  ']}]}',
  '[[[{{{',
  'errorCode',
  '"errorCode":"AccessDenied"',
  '{\\"errorCode\\":\\"AccessDenied\\"}',
  'not authorized to perform',
  'Not Authorized To Perform: s3:GetObject',
  'x'.repeat(70),
  `${'\\'.repeat(63)}"`,
  'aws:TokenIssueTime',
]

type Next = (below: number) => number
const pick = <T>(from: readonly T[], next: Next): T => from[next(from.length)] as T

function value(next: Next, depth: number): unknown {
  const kind = next(depth > 4 ? 5 : 9)
  if (kind === 0) return null
  if (kind === 1) return next(1000) - 500
  if (kind === 2) return next(2) === 0
  if (kind < 5) return pick(TEXTS, next)
  if (kind === 5) return Array.from({ length: next(4) }, () => value(next, depth + 1))
  if (kind === 6) return [{ a: 1 }, { eventVersion: '1.11', userIdentity: { type: 'Root' }, ...REFUSED }, { b: 2 }]
  return Object.fromEntries(Array.from({ length: next(4) }, () => [key(next), value(next, depth + 1)]))
}

/** Names of a parameter; some are those of a record. */
const key = (next: Next): string =>
  pick(['a', 'key', 'errorCode', 'eventVersion', 'errorMessage', 'Code', '{', ']', '"', '\\', 'mirror', 'err'], next)

function record(next: Next): Record<string, unknown> {
  const refusal = next(4)
  const said = pick([REFUSED.errorMessage, 'Not Authorized to perform: s3:GetObject', 'fine'], next)
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
    eventTime: '2026-04-27T10:03:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    ...(refusal === 0 ? REFUSED : refusal === 1 ? { errorMessage: said } : {}),
    ...(next(9) === 0 ? { ErrorCode: 'AccessDenied' } : {}),
    requestParameters: value(next, 0),
    responseElements: next(3) === 0 ? { message: said } : value(next, 0),
    eventID: String(next(1e9)),
  }
}

const denialsIn = (records: readonly unknown[]): readonly unknown[] =>
  records.map(readRecord).filter((denial) => denial?.kind === 'aws-access-denied')

/** JSON with a letter in a hundred written as its number; what the quick way begins with stays. */
const escaped = (text: string, next: Next): string =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, (string) =>
    string === '"Records"' || string === '"eventVersion"'
      ? string
      : string.replace(/\\u[0-9a-f]{4}|\\.|[A-Za-z ]/g, (letter) =>
          letter.length > 1 || next(100) > 0 ? letter : `\\u00${letter.charCodeAt(0).toString(16)}`,
        ),
  )

test('the walk finds what parsing all finds: every record, and every denial, whatever stands in them', () => {
  const next = random(SEED)
  for (let round = 0; round < 1500; round += 1) {
    const plain = JSON.stringify({ Records: Array.from({ length: 1 + next(12) }, () => record(next)) })
    const text = (next(4) === 0 ? escaped(plain, next) : plain) + pick(['', '\n', ' \r\n'], next)
    const all = recordsIn(JSON.parse(text))
    const found = findRecords(Buffer.from(text)) ?? assert.fail(`seed ${SEED}, round ${round}: not found`)
    assert.equal(found.count, all.length, `seed ${SEED}, round ${round}`)
    const texts = textsOf(found)
    for (const [i, { position }] of found.suspects.entries())
      assert.deepEqual(JSON.parse(texts[i] ?? ''), all[position], `seed ${SEED}, round ${round}`)
    const alone = suspectsAlone(found)
    assert.deepEqual(textsOf(alone), texts, `seed ${SEED}, round ${round}`)
    assert.equal(
      alone.bytes.length,
      texts.reduce((sum, one) => sum + Buffer.byteLength(one), 0),
    )
    const { count, records } = scanBytes(Buffer.from(text))
    assert.equal(count, all.length, `seed ${SEED}, round ${round}`)
    assert.deepEqual(denialsIn(records), denialsIn(all), `seed ${SEED}, round ${round}`)
  }
})

test('it is the same wherever the pieces are cut: a record as long as several pieces, and backslashes at every edge', () => {
  const next = random(SEED + 1)
  for (let round = 0; round < 40; round += 1) {
    const length = 128 * 1024 - 1200 + round * 61
    const filler = {
      ...record(next),
      requestParameters: { key: '\\'.repeat(length / 2), more: 'x'.repeat(next(300_000)) },
    }
    const records = [record(next), filler, { ...record(next), ...REFUSED }, record(next)]
    const text = JSON.stringify({ Records: records })
    const found = findRecords(Buffer.from(text))
    assert.equal(found?.count, 4, `seed ${SEED + 1}, round ${round}`)
    const { records: suspects } = scanBytes(Buffer.from(text))
    assert.deepEqual(denialsIn(suspects), denialsIn(records), `seed ${SEED + 1}, round ${round}`)
  }
})

test('a record may begin anywhere around the edge of a piece', () => {
  const first = JSON.stringify({ eventVersion: '1.11', more: '' })
  const second = JSON.stringify({ eventVersion: '1.11', eventName: 'GetObject', ...REFUSED })
  for (let at = 128 * 1024 - 70; at < 128 * 1024 + 70; at += 1) {
    const filler = first.replace('""', `"${'x'.repeat(at - '{"Records":['.length - first.length - 1)}"`)
    const text = `{"Records":[${filler},${second}]}`
    assert.equal(text.indexOf(second), at)
    const found = findRecords(Buffer.from(text)) ?? assert.fail(`${at}: not found`)
    assert.equal(found.count, 2, `${at}`)
    assert.deepEqual(textsOf(found), [second], `${at}`)
    assert.equal(found.suspects[0]?.position, 1, `${at}`)
  }
})

test('what is not as CloudTrail writes it is left to the long way, which reads it', () => {
  const refused = JSON.stringify({ ...record(random(1)), ...REFUSED, requestParameters: null, responseElements: null })
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [text: string, count: number, what: string])[] = [
    [`{ "Records": [${refused}]}`,                        1, 'a blank before the list'],
    [`{"Records":[ ${refused}]}`,                         1, 'a blank in the list'],
    [`{"Records":[${refused}, ${refused}]}`,              2, 'a blank between records'],
    [`{"Records":[${refused}],"more":[${refused}]}`,      1, 'another list'],
    [`{"Records":[${refused},null]}`,                     1, 'an entry that is none'],
    [`{"Records":[${refused},{"eventName":"x"}]}`,        1, 'a record that begins otherwise'],
    [`{"Records":[${refused}]}}`,                         0, 'a brace too many'],
    [`{"Records":[${refused},{"eventVersion":"1`,         1, 'a text that ends within a record'],
    [`{"Records":[${refused}${refused}]}`,                2, 'no comma between records'],
  ]
  for (const [text, count, what] of ROWS) {
    assert.equal(findRecords(Buffer.from(text)), undefined, what)
    assert.equal(scanBytes(Buffer.from(text)).records.length, count, what)
  }
})

test('a copy of an error inside a record refuses nothing, and forges no record', () => {
  const { errorCode: _, errorMessage: __, ...allowed } = { ...record(random(2)), ...REFUSED }
  const forged = [{ a: 1 }, { ...allowed, ...REFUSED, eventID: 'forged' }, { eventVersion: '1.11' }]
  const text = JSON.stringify({ Records: [{ ...allowed, requestParameters: forged, responseElements: null }] })
  const { count, records } = scanBytes(Buffer.from(text))
  assert.deepEqual([count, denialsIn(records)], [1, []])
})
