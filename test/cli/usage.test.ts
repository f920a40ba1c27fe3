import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { COMMANDS } from '../../src/cli/commands.ts'
import { commandHelp, GROUPS, programHelp } from '../../src/cli/help.ts'
import { EXAMPLE, PROGRAM, type Ran, ROOT, denytrace as startDenytrace } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const EVENT = `${EXAMPLE}/denial.json`
const SNAPSHOT = `${EXAMPLE}/snapshot`

/** docs/json.md, "Exit codes": one line `code: message`, one line `hint: …`, nothing on stdout. */
function assertFault({ code, out, err }: Ran, exit: number, name: string, hint?: string): void {
  assert.equal(out, '')
  const [first = '', second = '', ...rest] = err.split('\n')
  assert.ok(first.startsWith(`${name}: `), err)
  assert.ok(second.startsWith('hint: '), err)
  assert.deepEqual(rest, [''])
  if (hint !== undefined) assert.ok(second.includes(hint), err)
  assert.equal(code, exit)
}

test('an unknown option names the nearest one and exits with 2', async () => {
  assertFault(await denytrace(['diagnose', '--snapshto', 'x']), 2, 'usage/unknown-option', '--snapshot')
  assertFault(
    await denytrace(['diagnose', `-${'Encoded authorization '.repeat(2000)}`]),
    2,
    'usage/unknown-option',
    'diagnose --help',
  )
})

test('an unknown command names the nearest one and exits with 2', async () => {
  for (const run of [denytrace, startDenytrace])
    assertFault(await run(['diagnoze']), 2, 'usage/unknown-command', 'diagnose')
})

test('an option without its value is a usage error', async () => {
  assertFault(await denytrace(['parse', '--format']), 2, 'usage/missing-value')
  assertFault(await denytrace(['diagnose', '--snapshot', '--debug']), 2, 'usage/missing-value')
})

test('a full disk behind a standard stream is no bug of ours', { skip: !existsSync('/dev/full') }, () => {
  const ran = (to: string) =>
    spawnSync('sh', ['-c', `exec "$@" ${to}`, 'sh', ...PROGRAM, 'parse', '-'], { input: 'AccessDenied', cwd: ROOT })
  const { status, stderr } = ran('>/dev/full')
  assertFault({ code: status, out: '', err: stderr.toString() }, 3, 'output/not-written', 'make room')
  assert.match(stderr.toString(), /^output\/not-written: standard output cannot be written: ENOSPC\n/)
  assert.equal(ran('2>/dev/full').status, 0)
  assert.equal(ran('>/dev/full 2>/dev/full').status, 3)
})

test('a format that does not exist is a usage error', async () => {
  assertFault(await denytrace(['parse', '--format', 'xml']), 2, 'usage/not-a-value', 'json')
})

test('a context key without a value is a usage error with a hint', async () => {
  const args = [
    'evaluate',
    '--principal',
    'p',
    '--action',
    's3:GetObject',
    '--resource',
    '*',
    '--context',
    'aws:SourceIp',
  ]
  assertFault(await denytrace(args), 2, 'usage/not-a-value', 'aws:SourceIp=VALUE')
})

test('a snapshot and a scenario on one command line contradict each other', async () => {
  assertFault(await denytrace(['diagnose', '--snapshot', 'a', '--scenario', 'b']), 2, 'usage/conflicting-options')
})

test('a request without anything to hold it against is a usage error', async () => {
  const args = ['evaluate', '--principal', 'p', '--action', 's3:GetObject', '--resource', '*']
  assertFault(await denytrace(args), 2, 'usage/missing-option', '--snapshot')
})

test('an account id of eleven digits is a usage error', async () => {
  const args = [
    'evaluate',
    '--principal',
    'p',
    '--action',
    's3:GetObject',
    '--resource',
    '*',
    '--resource-account',
    '11112222333',
  ]
  assertFault(await denytrace(args), 2, 'usage/not-a-value', 'twelve digits')
})

test('every command takes --format (README, "Use")', () => {
  for (const { name, options } of COMMANDS) assert.ok(Object.hasOwn(options, 'format'), name)
})

test('an expected principal that is a name alone is a usage error wherever one is expected', async () => {
  for (const args of [['diagnose', EVENT], ['fix', EVENT, '--snapshot', SNAPSHOT], ['serve', '--port', '0'], ['mcp']]) {
    const ran = await denytrace([...args, '--expect-principal', 'deploy-role'])
    assertFault(ran, 2, 'usage/not-a-value', 'arn:aws:iam::')
  }
})

test('a budget that is no number of times is a usage error wherever one may be given', async () => {
  const commands = COMMANDS.filter(({ options }) => Object.hasOwn(options, 'budget')).map(({ name }) => name)
  for (const name of ['serve', 'mcp']) assert.ok(commands.includes(name), name)
  const asked = [['diagnose', EVENT], ['fix', EVENT, '--snapshot', SNAPSHOT], ['serve', '--port', '0'], ['mcp']]
  for (const args of asked)
    for (const budget of ['0', 'much', '10001', '1e3'])
      assertFault(await denytrace([...args, '--budget', budget]), 2, 'usage/not-a-value', 'a number up to 10000')
})

test('an action without its service and a resource that is no ARN are usage errors of evaluate', async () => {
  const asked = (action: string, resource: string) =>
    denytrace(['evaluate', '--snapshot', SNAPSHOT, '--principal', 'p', '--action', action, '--resource', resource])
  assertFault(await asked('PutObject', '*'), 2, 'usage/unknown-action', 's3:GetObject')
  assertFault(await asked('s3:PutObject', 'prod-artifacts'), 2, 'usage/not-an-arn', 'arn:aws:s3:::')
})

test('a batch and a file beside it contradict each other', async () => {
  for (const name of ['parse', 'diagnose', 'evaluate', 'compare'])
    assertFault(await denytrace([name, EVENT, '--batch', '-']), 2, 'usage/conflicting-options')
  assertFault(await denytrace(['parse', EVENT, '--reading', 'x=y']), 2, 'usage/not-a-value')
})

test('what is empty or missing is told with what that command takes', async () => {
  assertFault(await denytrace(['evaluate']), 3, 'input/empty', '`request` and `policies`')
  assertFault(await denytrace(['compare', '-', EVENT]), 3, 'input/empty', 'policy document')
  assertFault(await denytrace(['import', 'terraform', '-']), 3, 'input/empty', 'docs/import.md')
  assertFault(await denytrace(['snapshot', 'diff', 'nowhere', SNAPSHOT]), 3, 'snapshot/not-found', 'two snapshot')
  const { err } = await denytrace(['evaluate'], { stdin: '{"request": ' })
  assert.match(err, /^scenario\/unreadable: .*: no valid JSON: value expected at line 1\n/)
})

test('the help of the program lists every command, and without arguments it is shown too', async () => {
  const { code, out, err } = await denytrace(['--help'])
  assert.equal(code, 0)
  assert.equal(err, '')
  for (const { name, summary } of COMMANDS) {
    assert.ok(out.includes(name))
    assert.ok(out.replaceAll(/\s+/g, ' ').includes(summary))
  }
  assert.equal((await denytrace([])).out, out)
})

test('lists every command in one group of the help', () => {
  const listed = GROUPS.flatMap(([, names]) => names)
  assert.deepEqual([...new Set(listed)], listed)
  for (const { name } of COMMANDS) assert.ok(listed.includes(name), name)
})

test('the help of a command has its options, their environment variables and its examples', async () => {
  const { code, out } = await denytrace(['diagnose', '--help'])
  assert.equal(code, 0)
  for (const text of ['--snapshot DIR', 'DENYTRACE_SNAPSHOT', '--expect-principal ARN', 'Examples', 'Exit code'])
    assert.ok(out.includes(text), text)
})

test('the help is at most 80 columns wide, and that of diagnose about one screen', () => {
  const page = { columns: undefined, isTerminal: false, color: false }
  for (const columns of [undefined, 80, 200])
    for (const command of COMMANDS)
      for (const showsAll of [false, true])
        for (const line of commandHelp(command, { ...page, columns }, showsAll).split('\n'))
          assert.ok(line.length <= 80 || line.includes('://'), `${command.name}: ${line}`)
  const diagnose = COMMANDS.find(({ name }) => name === 'diagnose')
  assert.ok(diagnose !== undefined)
  assert.ok(commandHelp(diagnose, page).split('\n').length <= 47)
})

test('help leaves out advanced options of a long list, and `--help all` shows every option', async () => {
  const brief = (await denytrace(['diagnose', '--help'])).out
  assert.doesNotMatch(brief, /--runbook-execution/)
  assert.match(brief, /diagnose --help all/)
  for (const words of [
    ['diagnose', '--help', 'all'],
    ['diagnose', '--help=all'],
    ['help', 'diagnose', 'all'],
  ]) {
    const { code, out } = await denytrace(words)
    assert.equal(code, 0)
    for (const name of Object.keys(COMMANDS.find((command) => command.name === 'diagnose')?.options ?? {}))
      assert.match(out, new RegExp(`^ {2}--${name}\\b`, 'm'))
  }
})

test('the help is as wide as the terminal; of what is wrapped no word is lost', () => {
  const page = { columns: undefined, isTerminal: false, color: false }
  const words = (text: string): string => text.replace(/\s+/g, ' ')
  const pages = [programHelp, ...COMMANDS.map((one) => (as: typeof page) => commandHelp(one, as))] as const
  for (const columns of [40, 80, 200])
    for (const help of pages) {
      const shown = help({ ...page, columns, isTerminal: true } as never)
      assert.equal(words(shown), words(help(page)))
      // Commands are copied, so they stay whole; so do the lists of exit codes.
      const broken = shown
        .replaceAll(/ \\\n +/g, ' ')
        .split('\n')
        .filter((line) => !/^ {2}\S|^Usage/.test(line) && line.trim().includes(' '))
      const long = broken.filter((line) => line.length > columns)
      assert.deepEqual(long, [])
    }
})

test('the version names the version of the data and its date', async () => {
  const { code, out } = await denytrace(['--version'])
  assert.equal(code, 0)
  assert.match(out, /^denytrace \d+\.\d+\.\d+\n/)
  assert.match(out, /service data {7}\S+ \S+, \d{4}-\d\d-\d\d\n/)
  assert.match(out, /managed policies {3}\S+ \S+, \d{4}-\d\d-\d\d\n/)
})

/** One store for all examples: `denials` shows what `ingest` put there. */
const DATA = mkdtempSync(join(tmpdir(), 'denytrace-examples-'))

for (const command of COMMANDS)
  for (const { args, exit } of command.examples.filter((example) => example.exit !== undefined))
    test(`the example \`${args.slice(0, 60)}\` exits with ${exit}`, async () => {
      const { code, out, err } = await denytrace(args.split(' '), { env: { XDG_DATA_HOME: DATA } })
      assert.equal(code, exit, err)
      assert.notEqual(out, '')
    })
