/** The completions, in the shells themselves; the one of bash is on every machine that runs these tests. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { COMMANDS } from '../../src/cli/commands.ts'
import { bashCompletion } from '../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../src/cli/completion/fish.ts'
import { zshCompletion } from '../../src/cli/completion/zsh.ts'
import { denytrace, ROOT } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-completion-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', ':'], { stdio: 'ignore' }).error === undefined

const script = join(folder, 'denytrace.bash')
writeFileSync(script, bashCompletion(COMMANDS))

/** What bash offers for the last of the words, as if Tab were pressed behind it. */
function offered(...words: string[]): readonly string[] {
  const typed = ['denytrace', ...words].map((word) => `'${word}'`).join(' ')
  const run = `source '${script}'; COMP_WORDS=(${typed}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _denytrace; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', run], { cwd: ROOT, encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(status, 0)
  return stdout.split('\n').filter((line) => line !== '')
}

test('bash completes the commands', () => {
  assert.deepEqual(offered('diag'), ['diagnose'])
  const all = offered('')
  for (const { name } of COMMANDS) assert.ok(all.includes(name), name)
})

test('bash completes every option of every command', () => {
  for (const { name, options } of COMMANDS)
    assert.deepEqual(
      offered(name, '--'),
      Object.keys(options).map((option) => `--${option}`),
      name,
    )
})

test('bash completes the values of an option, behind a space and behind `=`', () => {
  assert.deepEqual(offered('parse', '--format', ''), ['text', 'json'])
  assert.deepEqual(offered('parse', '--format', '=', 'j'), ['json'])
  assert.deepEqual(offered('parse', '--format', '='), ['text', 'json'])
  assert.deepEqual(offered('whoami', '--expect-principal', ''), [])
})

test('bash completes directories where an option takes one, and files as operands', () => {
  const folders = ['snapshot', 'terraform', 'snapshot-mended'].map((name) => `examples/kms-behind-s3/${name}`)
  assert.deepEqual(offered('diagnose', '--snapshot', 'examples/kms-behind-s3/'), folders)
  assert.ok(offered('diagnose', 'examples/kms-behind-s3/').includes('examples/kms-behind-s3/denial.json'))
})

test('bash completes the words that a command begins with', () => {
  assert.deepEqual(offered('completion', ''), ['bash', 'zsh', 'fish'])
  assert.deepEqual(offered('snapshot', 'd'), ['diff'])
  assert.ok(offered('snapshot', 'diff', 'exam').includes('examples'))
  assert.deepEqual(offered('help', 'snap'), ['snapshot'])
})

test('bash leaves the words behind `--` to files', () => {
  assert.ok(offered('run', '--', 'npm', 'READ').includes('README.md'))
})

test('a file with a space in its name is one answer', () => {
  writeFileSync(join(folder, 'a denial.json'), '{}')
  assert.deepEqual(offered('parse', join(folder, 'a ')), [join(folder, 'a denial.json')])
})

test('zsh reads its completion', { skip: isThere('zsh') ? false : 'zsh is not here' }, () => {
  const file = join(folder, '_denytrace')
  writeFileSync(file, zshCompletion(COMMANDS))
  const run = `autoload -Uz compinit; compinit -D -u; source '${file}'; print -r -- $_comps[denytrace]`
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', run], { encoding: 'utf8' })
  assert.equal(stderr, '')
  assert.equal(stdout, '_denytrace\n')
})

test('fish completes commands, options and values', { skip: isThere('fish') ? false : 'fish is not here' }, () => {
  const file = join(folder, 'denytrace.fish')
  writeFileSync(file, fishCompletion(COMMANDS))
  const fish = (line: string): readonly string[] => {
    const run = `source '${file}'; complete -C '${line}'`
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', run], { cwd: ROOT, encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout
      .split('\n')
      .filter((row) => row !== '')
      .map((row) => row.split('\t')[0] ?? '')
  }
  assert.deepEqual(fish('denytrace diag'), ['diagnose'])
  assert.deepEqual(fish('denytrace parse --format '), ['json', 'text'])
  assert.ok(fish('denytrace compare --max').includes('--max-new'))
  assert.deepEqual(fish('denytrace completion z'), ['zsh'])
})

test('every option stands in the completions of all three shells', () => {
  const [bash, zsh, fish] = [bashCompletion(COMMANDS), zshCompletion(COMMANDS), fishCompletion(COMMANDS)]
  for (const { name, options } of COMMANDS)
    for (const option of Object.keys(options)) {
      assert.ok(bash.includes(`--${option}`), `${name} --${option}`)
      assert.ok(zsh.includes(`--${option}`), `${name} --${option}`)
      assert.ok(fish.includes(`from ${name}' -l ${option} `), `${name} --${option}`)
    }
})

test('the command prints the completion, and a shell that it does not know is a usage error', async () => {
  const { code, out } = await denytrace(['completion', 'bash'])
  assert.deepEqual([code, out], [0, bashCompletion(COMMANDS)])
  const json = JSON.parse((await denytrace(['completion', 'fish', '--format', 'json'])).out)
  assert.deepEqual([json.schemaVersion, json.shell], [1, 'fish'])
  const wrong = await denytrace(['completion', 'zhs'])
  assert.deepEqual([wrong.code, wrong.out], [2, ''])
  assert.match(wrong.err, /^usage\/not-a-value: .*\nhint: did you mean `zsh`\?\n$/)
  assert.equal((await denytrace(['completion'])).code, 2)
})
