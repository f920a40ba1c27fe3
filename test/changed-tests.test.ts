/** Which tests `npm test -- --changed` runs: each that a change can reach. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { affectedTests } from '../scripts/changed-tests.mjs'

const imports = (...paths: string[]) => ({ imports: paths.map((path) => ({ path })) })
const FILES = ['src/glob.test.ts', 'test/engine.test.ts', 'test/cli/fix.test.ts']
const INPUTS = {
  'src/glob.ts': imports(),
  'src/engine.ts': imports('src/glob.ts', 'src/circle.ts'),
  'src/circle.ts': imports('src/engine.ts'),
  'src/glob.test.ts': imports('src/glob.ts'),
  'test/engine.test.ts': imports('src/engine.ts'),
  'test/worker.ts': imports('src/worker.ts'),
  'test/cli/run-cli.ts': imports(),
  'test/cli/fix.test.ts': imports('test/cli/run-cli.ts'),
}
const TEXTS: Readonly<Record<string, string>> = {
  'test/cli/run-cli.ts': "join(ROOT, 'dist', 'cli', 'main.js')",
  'test/engine.test.ts': "spawn(process.execPath, startedFile('test/worker.ts'))",
}
const affected = (...changed: string[]) => affectedTests(FILES, INPUTS, changed, (path) => TEXTS[path] ?? '')

test('a program that a test starts is tested by it', () => {
  assert.deepEqual(affected('test/worker.ts'), { tests: ['test/engine.test.ts'], unimported: [] })
})

test('a source is tested by what imports it, also through others, and by what starts the built program', () => {
  assert.deepEqual(affected('src/glob.ts').tests, FILES)
  assert.deepEqual(affected('src/circle.ts').tests, ['test/engine.test.ts', 'test/cli/fix.test.ts'])
})

test('a test is run when it, or its own helper, has changed', () => {
  assert.deepEqual(affected('src/glob.test.ts').tests, ['src/glob.test.ts'])
  assert.deepEqual(affected('test/cli/run-cli.ts').tests, ['test/cli/fix.test.ts'])
  assert.deepEqual(affected().tests, [])
})

test('what no test imports is named, and what the page is built of reaches the tests of what is built', () => {
  assert.deepEqual(affected('README.md'), { tests: [], unimported: ['README.md'] })
  assert.deepEqual(affected('web/main.tsx'), { tests: ['test/cli/fix.test.ts'], unimported: ['web/main.tsx'] })
})
