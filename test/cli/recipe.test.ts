import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { EXAMPLE, PROGRAM, ROOT } from './run-cli.ts'

const PAGE = 'docs/recipes/from-denial-to-pipeline.md'

/** The lines of the page's shell blocks, each with the exit code that it says; 0 where it says none. */
const COMMANDS = [...readFileSync(join(ROOT, PAGE), 'utf8').matchAll(/^```sh\n([^`]*)```$/gm)]
  .flatMap(([, block = '']) => block.trimEnd().split('\n'))
  .map((line) => {
    const [, command = line, code = '0'] = /^(.*?)\s*# exits (\d)$/.exec(line) ?? []
    return { command, code: Number(code) }
  })

test('the commands of the recipe lead from a denial to a guarded pipeline', { timeout: 1_200_000 }, (t) => {
  const at = mkdtempSync(join(tmpdir(), 'denytrace-recipe-'))
  t.after(() => rmSync(at, { recursive: true, force: true }))
  cpSync(join(ROOT, EXAMPLE), join(at, EXAMPLE), { recursive: true })
  const program = join(at, 'denytrace')
  writeFileSync(program, `#!/bin/sh\nexec ${PROGRAM.map((word) => `"${word}"`).join(' ')} "$@"\n`)
  chmodSync(program, 0o755)
  assert.ok(COMMANDS.length > 12)
  const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
  const who = ['AUTHOR', 'COMMITTER'].flatMap((role) => [
    [`GIT_${role}_NAME`, 'test'],
    [`GIT_${role}_EMAIL`, 'test@example.com'],
  ])
  const env = { ...process.env, ...git, ...Object.fromEntries(who), PATH: `${at}${delimiter}${process.env['PATH']}` }
  let cwd = at
  for (const { command, code } of COMMANDS) {
    const done = spawnSync('bash', ['-c', command], { cwd, env, encoding: 'utf8' })
    assert.equal(done.status, code, `${command}\n${done.stdout}\n${done.stderr}`)
    if (command.includes('cd guarded')) cwd = join(at, 'guarded')
  }
})
