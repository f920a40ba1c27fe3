import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-input-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const MESSAGE =
  'An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/a.zip" because no identity-based policy allows the s3:PutObject action'

const actionsOf = (out: string): unknown[] =>
  (JSON.parse(out) as { denials: { action: unknown }[] }).denials.map(({ action }) => action)

const parse = ['parse', '--format', 'json']

test('no file, `-` and a file name read the same', async () => {
  const path = file('message.txt', MESSAGE)
  const runs = await Promise.all([
    denytrace(parse, { stdin: MESSAGE }),
    denytrace([...parse, '-'], { stdin: MESSAGE }),
    denytrace([...parse, path]),
  ])
  for (const { code, out } of runs) {
    assert.equal(code, 0)
    assert.deepEqual(actionsOf(out), ['s3:PutObject'])
  }
})

test('gzip is read as what is in it, from a file and from a pipe', async () => {
  const packed = gzipSync(readFileSync(join(ROOT, EXAMPLE, 'denial.json')))
  const runs = await Promise.all([
    denytrace([...parse, file('events.json.gz', packed)]),
    denytrace(parse, { stdin: packed }),
  ])
  for (const { code, out } of runs) {
    assert.equal(code, 0)
    assert.deepEqual(actionsOf(out), ['s3:PutObject'])
  }
})

test('a byte order mark and UTF-16 do not hide the denial', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(MESSAGE, 'utf16le')])
  const runs = await Promise.all([denytrace(parse, { stdin: utf16 }), denytrace(parse, { stdin: `\uFEFF${MESSAGE}` })])
  for (const { out } of runs) assert.deepEqual(actionsOf(out), ['s3:PutObject'])
})

test('several files are read one after the other', async () => {
  const path = file('one.txt', MESSAGE)
  const { code, out } = await denytrace([...parse, path, join(EXAMPLE, 'denial.json')])
  assert.equal(code, 0)
  assert.deepEqual(actionsOf(out), ['s3:PutObject', 's3:PutObject'])
})

const FAULTS: readonly (readonly [string, () => readonly string[], string, string])[] = [
  ['an empty input', () => ['parse'], ' \n', 'input/empty'],
  ['a file that is not there', () => ['parse', 'no-such-file.json'], '', 'input/not-found'],
  ['a directory', () => ['parse', folder], '', 'input/unreadable'],
  ['broken gzip', () => ['parse', file('broken.gz', new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2]))], '', 'input/unreadable'],
  [
    'a record without errorCode',
    () => ['diagnose'],
    JSON.stringify({ eventVersion: '1.11', eventSource: 's3.amazonaws.com', eventName: 'PutObject', userIdentity: {} }),
    'input/no-denial',
  ],
  ['a snapshot that is not there', () => ['diagnose', '--snapshot', folder], MESSAGE, 'snapshot/not-found'],
  ['a scenario that is not there', () => ['evaluate', 'no-such-scenario.json'], '', 'scenario/not-found'],
  ['a scenario that is no JSON', () => ['evaluate', file('bad.json', '{"request": ')], '', 'scenario/unreadable'],
  ['JSON that is no scenario', () => ['evaluate', file('other.json', '{"hello": 1}')], '', 'scenario/not-a-scenario'],
  [
    'an account id that is a number',
    () => [
      'evaluate',
      file(
        'number.yaml',
        'request:\n  principal: anonymous\n  action: s3:GetObject\n  resource: "*"\n  resourceAccount: 111122223333\n',
      ),
    ],
    '',
    'scenario/account-id-without-quotes',
  ],
  [
    'a scenario without a request',
    () => ['evaluate', file('empty.json', '{"policies": {}}')],
    '',
    'request/wrong-form',
  ],
]

for (const [what, args, stdin, name] of FAULTS)
  test(`${what} exits with 3, a code and a hint, and nothing on standard output`, async () => {
    const { code, out, err } = await denytrace(args(), { stdin })
    assert.match(err, new RegExp(`^${name}: .+\nhint: .+\n$`))
    assert.equal(out, '')
    assert.equal(code, 3)
  })

test('text that is no denial says what it is instead, and exits with 3', async () => {
  const stdin =
    'An error occurred (SignatureDoesNotMatch) when calling the GetObject operation: The request signature we calculated does not match'
  const { code, out, err } = await denytrace(parse, { stdin })
  assert.equal(code, 3)
  assert.match(err, /^input\/no-denial: .+\nhint: it is another kind of error/)
  assert.equal((JSON.parse(out) as { denials: { kind: string }[] }).denials[0]?.kind, 'aws-authentication')
})

test('fifty megabytes of noise are read to the end, and the denial in them is found', async () => {
  const line = '2026-04-27T10:00:00Z INFO worker heartbeat ok {"queue":"a","depth":12}\n'
  const noise = line.repeat(Math.ceil((50 * 1024 * 1024) / line.length))
  const { code, out } = await denytrace([...parse, file('noise.log', `${noise}${MESSAGE}\n`)])
  assert.equal(code, 0)
  assert.deepEqual(actionsOf(out), ['s3:PutObject'])
})

test('control characters of a log do not reach the terminal', async () => {
  const stdin = MESSAGE.replaceAll('prod-artifacts', 'prod\u001b]0;owned\u0007-artifacts')
  const { out, err } = await denytrace(['parse'], { stdin })
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(out + err, /[\u0000-\u0009\u000b-\u001f]/)
})
