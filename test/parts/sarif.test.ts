import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { denytrace, EXAMPLE } from '../cli/run-cli.ts'

// Without it the program looks for a library of languages that a bare machine does not have.
const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' }
const skip =
  spawnSync('sarif-multitool', ['--version'], { stdio: 'ignore', env }).error === undefined
    ? false
    : 'the SARIF multitool is not here; .ci/install-parts installs it'

/** Ids of the rules of SARIF and of GitHub code scanning that a log breaks. */
function broken(log: unknown, at: string): readonly string[] {
  const [input, output] = [join(at, 'log.sarif'), join(at, 'found.sarif')]
  writeFileSync(input, JSON.stringify(log))
  const args = ['validate', input, '--rule-kind', 'Sarif;Ghas', '--output', output, '--log', 'ForceOverwrite']
  const done = spawnSync('sarif-multitool', args, { encoding: 'utf8', env })
  assert.equal(done.status, 0, done.stderr)
  const { runs } = JSON.parse(readFileSync(output, 'utf8')) as { runs: { results: { ruleId: string }[] }[] }
  return [...new Set(runs.flatMap(({ results }) => results.map(({ ruleId }) => ruleId)))]
}

test('the SARIF of access tests keeps the rules of the format and of GitHub code scanning', { skip }, async (t) => {
  const at = mkdtempSync(join(tmpdir(), 'denytrace-sarif-'))
  t.after(() => rmSync(at, { recursive: true, force: true }))
  const { code, out } = await denytrace(['test', `${EXAMPLE}/access.test.yaml`, '--reporter', 'sarif'])
  assert.equal(code, 1)
  const log = JSON.parse(out) as { runs: { tool: { driver: { rules: { help?: unknown }[] } }; results: unknown[] }[] }
  assert.ok(log.runs.every(({ results }) => results.length > 0))
  assert.deepEqual(broken(log, at), [])
  for (const { tool } of log.runs) for (const rule of tool.driver.rules) delete rule.help
  assert.deepEqual(broken(log, at), ['GH2012'], 'the validator sees a rule without help')
})
