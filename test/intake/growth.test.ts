/**
 * Reading is linear in its input, and no expression sees more than a window of it. Work is counted, not timed: the
 * characters that regular expressions were given.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { readLongText } from '#intake/read-long-text.ts'
import { openDenials } from '#intake/stream/open.ts'

/** Units of hostile text: every anchor that leads nowhere, openings that never close, what each cleaning step looks for. */
const UNITS: Readonly<Record<string, string>> = {
  sentence: 'is not authorized to perform: ',
  'whole sentence':
    'User: arn:aws:iam::456789012345:user/ana is not authorized to perform: s3:GetObject with an explicit deny ',
  code: 'AccessDenied ',
  wrapper: 'An error occurred (AccessDenied) ',
  'wrapper of Go': 'operation error S3: GetObject, ',
  'unclosed object': '{"eventName":',
  'unclosed object in lines': '{ x\n',
  'closed objects': '{"eventName":"a"} ',
  escapes: '\\\\\\"\\n',
  entities: '&amp;amp;',
  'soft breaks': '=3D=\n',
  bars: 'app | \n',
  'prefixes of logs': '[10:00:00] ERROR #12 1.2 \n',
  boxes: '│ ║ x │\n',
  'entries of a list': '{"Key":"a" ',
  'lines of JSON': '{"code":"AccessDenied"}\n',
  padding: 'x          "arn:   \n',
  columns: `${'x '.repeat(40)}\n`,
  literals: '"" + "" \n',
  'CSV cells': 'eventname,errorcode\n"',
  CORS: 'blocked by CORS policy ',
  'Google Cloud': 'PERMISSION_DENIED does not have ',
  reason: 'because no identity-based policy allows the ',
  'encoded message': 'Encoded authorization failure message: abcdef1234567890abcdef\n',
  'debug lines': 'botocore Retry needed Found credentials in x\n',
  signature: 'AWS4-HMAC-SHA256 Credential=aaa ',
  throttling: 'throttl rateexceeded notfound ',
  Kubernetes: 'User "x" cannot ',
  'long word': 'A',
  'empty lines': '\n',
  bold: '**a',
  'long ARN': 'arn:aws:iam::',
  decoded: '{"DecodedMessage":"',
  struct: '{type={a=[{',
  'wrapper of Java': '(Service: S3, Status Code: 403, Request ID: aaaaaaaa) ',
  'wrapper of Go v1': 'x\nstatus code: 403, request id: abcdefgh\n',
  'wrapper of PHP': 'Error executing "PutObject" on "https://b.s3.amazonaws.com/x" ',
  XML: '<Error><Code>AccessDenied</Code></Error> ',
  transfer: 'upload failed: An error occurred (AccessDenied) when calling the PutObject operation ',
  'dialog of the console': 'User: User: Action: On resource(s): copy the following text and send it ',
  'records in lines': '{"eventName":"x","errorCode":"AccessDenied"}\n',
  'printed objects': "{'eventName': 'a'} ",
  'unclosed printed object': "{eventName: 'a', b: ",
  'unclosed printed string': "{'eventName': 'a",
  'numbered lines': '1. a\n2. b\n3. c\n4. d\n',
  'quoted resource':
    'User: arn:aws:iam::456789012345:user/a is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b\n',
}

const SIZE = 100_000
const WINDOW = 8192

/** What the expressions were given while `run` ran: all characters, and the longest text of one. */
function counted(run: () => void): { readonly total: number; readonly longest: number } {
  const patterns = RegExp.prototype
  const plain = patterns.exec
  let total = 0
  let longest = 0
  patterns.exec = function exec(text: string) {
    total += text.length
    longest = Math.max(longest, text.length)
    return plain.call(this, text)
  }
  try {
    run()
  } finally {
    patterns.exec = plain
  }
  return { total, longest }
}

const filled = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length))

for (const [name, unit] of Object.entries(UNITS))
  test(`twice the text is at most some twice the work: ${name}`, () => {
    const once = counted(() => readDenials(filled(unit, SIZE)))
    const twice = counted(() => readDenials(filled(unit, 2 * SIZE)))
    assert.ok(twice.total <= once.total * 2.3 + SIZE, `${once.total} → ${twice.total}`)
    assert.ok(twice.longest <= WINDOW, `an expression saw ${twice.longest} characters`)
  })

/** The same for an input that comes in parts and is longer than what is read at once. */
function streamed(text: string): void {
  const stream = openDenials({ whole: 10_000, piece: 30_000, ahead: 5000, document: 20_000 })
  for (let at = 0; at < text.length; at += 7777) stream.push(text.slice(at, at + 7777))
  stream.end()
}

for (const [name, unit] of Object.entries(UNITS))
  test(`a stream twice as long is at most some twice the work: ${name}`, () => {
    const once = counted(() => streamed(filled(unit, SIZE)))
    const twice = counted(() => streamed(filled(unit, 2 * SIZE)))
    assert.ok(twice.total <= once.total * 2.3 + SIZE, `${once.total} → ${twice.total}`)
    assert.ok(twice.longest <= WINDOW, `an expression saw ${twice.longest} characters`)
  })

const SENTENCE =
  'User: arn:aws:iam::456789012345:user/ana is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:456789012345:jobs because no identity-based policy allows the sqs:SendMessage action'

test('a long text gives piece by piece what it gives at once, spans included', () => {
  const text = Array.from({ length: 400 }, (_, i) =>
    i % 7 === 0 ? `line ${i}: ${SENTENCE.replace('jobs', `jobs-${i}`)}\n` : `line ${i} ${'.'.repeat(i * 3)}\n`,
  ).join('')
  const piecemeal = readLongText(text, 20_000)
  assert.ok(text.length > 100_000)
  assert.equal(piecemeal.length, 58)
  assert.deepEqual(piecemeal, readLongText(text, text.length))
})

test('a long text without any denial gives one entry that spans it', () => {
  const text = 'nothing to see here\n'.repeat(5000)
  assert.deepEqual(
    readLongText(text, 20_000).map(({ kind, evidence }) => [kind, evidence.span]),
    [['other', [0, text.length]]],
  )
})
