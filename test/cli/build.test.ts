import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import vm from 'node:vm'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { EXAMPLE, ROOT } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-consumer-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const node = (args: readonly string[], cwd = ROOT) => spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })

before(() => {
  if (!existsSync(join(ROOT, 'dist', '.sources-hash'))) node(['scripts/build.mjs'])
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules', 'denytrace'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
})

const PROGRAM = `import { diagnose, evaluate, loadScenario, loadSnapshot, parse } from 'denytrace'
import { evaluate as judge } from 'denytrace/engine'

const text = 'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k'
const request = { principal: 'anonymous', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }
const snapshot = await loadSnapshot(process.argv[2] ?? '')
console.log(
  JSON.stringify([
    parse(text).denials[0]?.action,
    evaluate({ request }, { chain: true }).decision,
    diagnose({ text, snapshot }).diagnoses.length,
    judge({ request }).decision,
    typeof loadScenario,
  ]),
)
`

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  noEmit: true,
  types: [],
  skipLibCheck: false,
}

function typeErrors(program: string): string {
  const declared = `declare const process: { argv: string[] }\ndeclare const console: { log(text: string): void }\n${program}`
  writeFileSync(join(folder, 'program.ts'), declared)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
  return node([join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'], folder).stdout
}

test('a program that imports the package type-checks without the types of Node', () => {
  assert.equal(typeErrors(PROGRAM), '')
})

test('the types are those of the contract: a decision is no number', () => {
  assert.match(typeErrors(`${PROGRAM}\nexport const wrong: number = judge({ request }).decision\n`), /TS2322/)
})

test('a program that imports the package runs', () => {
  writeFileSync(join(folder, 'program.mjs'), PROGRAM)
  const { stdout, stderr } = node(['program.mjs', join(ROOT, EXAMPLE, 'snapshot')], folder)
  assert.equal(stderr, '')
  assert.deepEqual(JSON.parse(stdout), ['s3:GetObject', 'undetermined', 1, 'undetermined', 'function'])
})

test('the engine alone has no built-in of Node in it', () => {
  assert.doesNotMatch(
    readFileSync(join(ROOT, 'dist', 'engine-library.js'), 'utf8'),
    /from\s?["'](?:node:|fs|path|zlib)/,
  )
})

test('the built program finds its data', () => {
  const { stdout, status } = node(['dist/cli/main.js', '--version'])
  assert.equal(status, 0)
  assert.match(stdout, /managed policies {3}\S+ \S+, \d{4}-\d\d-\d\d\n$/)
  assert.equal(
    node(['dist/cli/main.js', 'diagnose', `${EXAMPLE}/denial.json`, '--snapshot', `${EXAMPLE}/snapshot`]).status,
    0,
  )
})

test('a diagnosis reads none of the files that other commands need', () => {
  const tell = join(folder, 'tell-files.cjs')
  writeFileSync(tell, "process.on('exit', () => console.error(Object.keys(require.cache).join('\\n')))")
  const args = ['diagnose', `${EXAMPLE}/denial.json`, '--snapshot', `${EXAMPLE}/snapshot`]
  const { stderr } = node(['-r', tell, 'dist/cli/main.js', ...args])
  assert.match(stderr, /dist.cli.main\.js/)
  assert.doesNotMatch(stderr, /dist.(?:libraries|http|mcp|aws|store)./)
})

test('the built program reads YAML', () => {
  const path = join(folder, 'scenario.yaml')
  writeFileSync(
    path,
    'request: { principal: anonymous, action: "s3:GetObject", resource: "arn:aws:s3:::b/k" }\npolicies: {}\n',
  )
  assert.equal(node(['dist/cli/main.js', 'evaluate', path]).status, 4)
})

test('the program is ASCII, as the start reads it', () => {
  const program = readFileSync(join(ROOT, 'dist', 'cli', 'program.cjs'))
  assert.equal(
    program.findIndex((byte) => byte > 0x7f),
    -1,
  )
})

const cachesIn = (home: string): string[] =>
  existsSync(join(home, 'denytrace')) ? readdirSync(join(home, 'denytrace')).toSorted() : []

/** Runs the built program with a folder for its code caches. */
const withCache = (home: string, args: readonly string[], user = folder) =>
  spawnSync(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, HOME: user, XDG_CACHE_HOME: home },
  })
const WORK = ['schema', 'duckdb']

test('no code cache is in the package, and none is written into the installation', () => {
  const home = join(folder, 'cache')
  const { status, stdout } = withCache(home, WORK)
  assert.equal(status, 0)
  assert.ok(stdout.length > 0)
  const files = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
  assert.deepEqual(
    files.filter((name) => name.includes('.cache')),
    [],
  )
  const [name = '', ...more] = cachesIn(home)
  assert.match(name, /^program\.schema\.[0-9a-f]{32}\..*\.cache$/)
  assert.deepEqual(more, [])
  assert.equal(statSync(join(home, 'denytrace')).mode & 0o777, 0o700)
  assert.equal(statSync(join(home, 'denytrace', name)).mode & 0o777, 0o600)
})

test('the program runs where no code cache can be kept', () => {
  const whole = withCache(join(folder, 'kept'), WORK).stdout
  for (const home of ['/dev/null', 'relative', '']) {
    const { stdout, stderr, status } = withCache(home, WORK)
    assert.deepEqual([stdout, stderr, status], [whole, '', 0], home)
  }
})

test('a broken code cache is replaced, and help writes none', () => {
  const home = join(folder, 'broken')
  const whole = withCache(home, WORK).stdout
  const [name = ''] = cachesIn(home)
  const path = join(home, 'denytrace', name)
  writeFileSync(path, 'no cache')
  assert.equal(withCache(home, WORK).stdout, whole)
  assert.notEqual(readFileSync(path, 'utf8'), 'no cache')
  assert.equal(withCache(home, ['diagnose', '--help']).status, 0)
  assert.deepEqual(cachesIn(home), [name])
  rmSync(path)
  mkdirSync(path)
  const { stdout, stderr, status } = withCache(home, WORK)
  assert.deepEqual([stdout, stderr, status], [whole, '', 0])
  assert.deepEqual(cachesIn(home), [name], 'no draft is left')
})

test('a code cache runs only where nobody else can write it', { skip: process.platform === 'win32' }, () => {
  const home = join(folder, 'swapped')
  const whole = withCache(home, WORK).stdout
  const own = join(home, 'denytrace')
  const [name = ''] = cachesIn(home)
  // V8 compares the length of the source alone: this is taken for the program's own.
  const { length } = readFileSync(join(ROOT, 'dist', 'cli', 'program.cjs'), 'latin1')
  const other = "(function () { process.stdout.write('other code') })".padEnd(length)
  writeFileSync(join(own, name), new vm.Script(other).createCachedData(), { mode: 0o600 })
  assert.equal(withCache(home, WORK).stdout, 'other code', 'the cache of this test is one that runs')

  const swapped = join(folder, 'swapped-copy')
  const folderOf = (): string => join(swapped, 'denytrace')
  for (const [what, change] of [
    ['a folder that others can write', () => chmodSync(folderOf(), 0o777)],
    ['a folder that others can read', () => chmodSync(folderOf(), 0o755)],
    ['a file that others can write', () => chmodSync(join(folderOf(), name), 0o666)],
    ['a folder behind a link', () => (rmSync(folderOf(), { recursive: true }), symlinkSync(own, folderOf()))],
    [
      'a file behind a link',
      () => (rmSync(join(folderOf(), name)), symlinkSync(join(own, name), join(folderOf(), name))),
    ],
  ] as const) {
    cpSync(home, swapped, { recursive: true })
    chmodSync(folderOf(), 0o700)
    change()
    assert.equal(withCache(swapped, WORK).stdout, whole, what)
    rmSync(swapped, { recursive: true })
  }
})

test('a run whose threads change what V8 is told writes a cache that the next run takes', () => {
  const home = join(folder, 'threaded')
  const logs = join(folder, 'threaded-logs')
  mkdirSync(logs)
  const [event = {}] = (JSON.parse(readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')) as { Records: object[] })
    .Records
  const text = JSON.stringify({ Records: Array.from({ length: 3000 }, () => event) })
  for (const name of ['a.json', 'b.json']) writeFileSync(join(logs, name), text)
  const run = (): number => {
    const { status, stderr } = withCache(home, ['ingest', logs, '--store', `duckdb:${join(folder, 'threaded-store')}`])
    assert.equal(status, 0, stderr)
    const [name = ''] = cachesIn(home)
    assert.match(name, /^program\.ingest\./)
    return statSync(join(home, 'denytrace', name)).mtimeMs
  }
  assert.equal(run(), run())
})
