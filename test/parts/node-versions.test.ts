import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { EXAMPLE, ROOT } from '../cli/run-cli.ts'

const MAIN = join(ROOT, 'dist', 'cli', 'main.js')
const LIBRARY = join(ROOT, 'dist', 'library', 'library.js')

const run = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: '' } })

for (const version of ['22', '24']) {
  const program = `node${version}`
  const found = run(program, ['--version'])
  const skip = found.error === undefined ? false : `Node ${version} is not here; .ci/install-parts installs it`

  describe(`on Node ${version}`, { skip }, () => {
    test('it is that version', () => assert.ok(found.stdout.startsWith(`v${version}.`), found.stdout))

    test('the main example comes out as on this one, twice: without and with its code cache', () => {
      const args = [MAIN, 'diagnose', `${EXAMPLE}/denial.json`, '--snapshot', `${EXAMPLE}/snapshot`, '--format', 'json']
      const here = run(process.execPath, args)
      for (let i = 0; i < 2; i++) {
        const there = run(program, args)
        assert.equal(there.stderr, '')
        assert.equal(there.stdout, here.stdout)
        assert.equal(there.status, here.status)
      }
    })

    test('the library is imported and judges', () => {
      const record = readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')
      const code = `import { parse } from ${JSON.stringify(LIBRARY)}
        const { denials } = parse(${JSON.stringify(record)})
        console.log(denials.map(({ action }) => action).join())`
      const { stdout, stderr } = run(program, ['--input-type=module', '-e', code])
      assert.equal(stderr, '')
      assert.match(stdout, /s3:PutObject/)
    })

    test('the tests of the language of IAM pass', () => {
      const files = ['glob', 'arn', 'statement', 'variables', 'policy'].map((name) => `src/iam/${name}.test.ts`)
      const done = run(program, ['--conditions=denytrace-src', '--import', 'tsx', '--test', ...files])
      assert.equal(done.status, 0, done.stdout)
    })
  })
}
