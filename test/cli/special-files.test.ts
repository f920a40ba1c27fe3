/** Paths that are not files, or lead nowhere, are rejected with a hint, and nothing waits or reads forever. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { endingBytes } from '#app/files.ts'
import { filterOfQuery } from '#app/store/denials-query.ts'
import { PROGRAM, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-special-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const loop = join(folder, 'loop')
symlinkSync(loop, loop)
const pipe = join(folder, 'pipe')
execFileSync('mkfifo', [pipe])
const denial = join(folder, 'denial.txt')
const MESSAGE =
  'User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action'
writeFileSync(denial, MESSAGE)

const COMMANDS = (path: string): readonly (readonly string[])[] => [
  ['parse', path],
  ['diagnose', path],
  ['diagnose', denial, path],
  ['diagnose', denial, '--identity-policy', path],
  ['diagnose', denial, '--scenario', path],
  ['diagnose', denial, '--session-policy', path],
  ['compare', path, denial],
  ['test', path],
  ['drift', path],
  ['parse', '--batch', path],
  ['import', 'terraform', path],
  ['fix', denial, path],
]

describe('a path that is no file', { timeout: 120_000 }, () => {
  for (const [name, path, said] of [
    ['a named pipe that nobody writes to', pipe, /is a named pipe, not a file|there is no |cannot be read|holds no /],
    ['a device that never ends', '/dev/zero', /is a device, not a file|there is no |cannot be read|holds no /],
    ['a link to itself', loop, /leads back to itself|there is no |cannot be read/],
  ] as const)
    it(`is refused: ${name}`, async () => {
      for (const words of COMMANDS(path)) {
        const { code, out, err } = await denytrace(words)
        assert.deepEqual([code, out], [3, ''], `${words.join(' ')}: ${err}`)
        assert.match(err, said, words.join(' '))
        assert.match(err, /\nhint: /, words.join(' '))
      }
    })

  it('is read where it is a descriptor that a shell made, as `<(command)`, and empty where it is /dev/null', async () => {
    const [program, ...first] = PROGRAM
    const line = [program, ...first, 'parse', '--format', 'json'].map((word) => `'${word}'`).join(' ')
    const ran = spawnSync('bash', ['-c', `${line} <(cat '${denial}')`], { cwd: ROOT, encoding: 'utf8' })
    assert.equal(ran.status, 0, ran.stderr)
    assert.match(ran.stdout, /s3:GetObject/)
    const { err } = await denytrace(['parse', '/dev/null'])
    assert.match(err, /^input\/(?:empty|no-denial): /)
  })

  it('is given up where a stream does not end', async () => {
    const endless = (async function* () {
      for (;;) yield new Uint8Array(1000)
    })()
    let length = 0
    await assert.rejects(
      async () => {
        for await (const part of endingBytes(endless, 'standard input', 10_000)) length += part.length
      },
      { code: 'input/too-large' },
    )
    assert.equal(length, 10_000)
  })

  it('does not hold up a folder of logs', async () => {
    const logs = join(folder, 'logs')
    mkdirSync(logs)
    symlinkSync(join(logs, 'self.json'), join(logs, 'self.json'))
    execFileSync('mkfifo', [join(logs, 'pipe.json')])
    writeFileSync(join(logs, 'a.txt'), MESSAGE)
    const { code, err } = await denytrace(['ingest', logs, '--store', `duckdb:${join(folder, 'store')}`])
    assert.ok(code === 0 || code === 3, err)
  })
})

describe('a key that stands twice', () => {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }
  it('in an output of the AWS CLI beside the denial is an error that names the line', async () => {
    const file = join(folder, 'role-policy.json')
    writeFileSync(
      file,
      `{"RoleName": "r",\n"RoleName": "q", "PolicyName": "p", "PolicyDocument": ${JSON.stringify(document)}}`,
    )
    for (const words of [
      ['diagnose', denial, file],
      ['diagnose', denial, '--identity-policy', file],
    ]) {
      const { code, err } = await denytrace(words)
      assert.equal(code, 3)
      assert.match(
        err,
        /^input\/repeated-key: `.*role-policy\.json` has the key `RoleName` twice in one object, line 2\nhint: /,
      )
    }
  })
})

it('a filter with a NUL is a usage error, whatever the store', () => {
  for (const name of ['principal', 'resource', 'service', 'account', 'resource-family'])
    assert.throws(() => filterOfQuery({ [name]: 'a\0b' }, 0), { code: 'usage/not-a-value' }, name)
})
