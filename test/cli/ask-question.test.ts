/** The question of a diagnosis, asked and answered on a terminal. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { denytrace, PROGRAM, ROOT } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-ask-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const HEADER = 's3:x-amz-server-side-encryption'
const error = join(folder, 'error.txt')
const scenario = join(folder, 'scenario.json')
writeFileSync(error, 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied')
const statement = (rest: object) => ({
  Version: '2012-10-17',
  Statement: [{ Action: 's3:PutObject', Resource: '*', ...rest }],
})
writeFileSync(
  scenario,
  JSON.stringify({
    request: {
      principal: 'arn:aws:iam::111122223333:user/dev',
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::files/a.txt',
      resourceAccount: '111122223333',
    },
    policies: {
      serviceControlPolicies: [
        {
          target: 'r-1',
          policies: [
            { name: 'full', document: statement({ Effect: 'Allow' }) },
            {
              name: 'guard',
              document: statement({
                Effect: 'Deny',
                Condition: { StringNotEquals: { [HEADER]: ['AES256', 'aws:kms'] } },
              }),
            },
          ],
        },
      ],
    },
  }),
)
const ARGS = ['diagnose', error, '--scenario', scenario]

/** Runs the program on a terminal of its own, types a line at every question, and prints what it wrote. */
const PTY = String.raw`
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
out, seen = b'', 0
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    out += data
    if out.count(b'skip > ') > seen:
        seen += 1
        os.write(fd, sys.argv[1].encode() + b'\n')
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(out)
sys.exit(os.waitstatus_to_exitcode(status))
`
const hasPython =
  spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode'], { stdio: 'ignore' }).status === 0

function onTerminal(typed: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { CI: _, ...rest } = process.env
  const { status, stdout } = spawnSync('python3', ['-c', PTY, typed, ...PROGRAM, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...rest, NO_COLOR: '1', COLUMNS: '200', ...env },
  })
  return { status, text: stdout.replaceAll('\r\n', '\n') }
}

const parts = (text: string): readonly string[] => text.split(/^DENIED/m).slice(1)

describe('on a terminal', { skip: hasPython ? false : 'python3 is not there, which makes the terminal' }, () => {
  test('an answer is a fact of the request, and the diagnosis is told again with it', () => {
    const { status, text } = onTerminal('y', ARGS)
    const [first = '', second = '', ...more] = parts(text)
    assert.equal(more.length, 0)
    assert.match(first, /most likely: policy guard/i)
    assert.match(first, new RegExp(`Was ${HEADER} AES256 or aws:kms\\? y or n, Enter: skip > `))
    assert.match(second, /no identity policy of user dev allows it/)
    assert.match(second, new RegExp(`Apply .*--context ${HEADER}=AES256`))
    assert.equal(status, 0)
  })

  test('no is a fact, too, and what was likely is certain', () => {
    const [, second = ''] = parts(onTerminal('n', ARGS).text)
    assert.match(
      second,
      new RegExp(`^Cause {4}Policy guard, statement 1 .*denies it because ${HEADER} was not sent\\.`, 'm'),
    )
    assert.match(second, new RegExp(`--context ${HEADER}= `))
  })

  test('Enter leaves it, and another word is asked again', () => {
    assert.equal(parts(onTerminal('', ARGS).text).length, 1)
    const { text } = onTerminal('perhaps', ARGS)
    assert.equal(parts(text).length, 1)
    assert.match(text, /^y, n or Enter\.$/m)
  })

  test('nobody is asked in a CI job, nor for JSON', () => {
    assert.doesNotMatch(onTerminal('y', ARGS, { CI: 'true' }).text, /skip > /)
    assert.doesNotMatch(onTerminal('y', [...ARGS, '--format', 'json']).text, /skip > /)
  })
})

test('where there is no terminal the question is told, and nobody is waited for', async () => {
  const { code, out, err } = await denytrace(ARGS, { stdin: 'y\n' })
  assert.equal(code, 0)
  assert.match(out, new RegExp(`^Check    Was ${HEADER} AES256 or aws:kms\\?`, 'm'))
  assert.equal(parts(out).length, 1)
  assert.doesNotMatch(err, /skip > /)
})
