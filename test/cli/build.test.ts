import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
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

const caches = (cli: string): string[] => readdirSync(cli).filter((name) => name.endsWith('.cache'))

/** The build as it is installed: without what another Node left in it. */
function copyOfBuild(home: string): string {
  cpSync(join(ROOT, 'dist'), join(home, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(home, 'package.json'))
  const cli = join(home, 'dist', 'cli')
  for (const name of caches(cli)) if (!name.includes(process.versions.v8)) rmSync(join(cli, name))
  return cli
}

test('the program runs without its code cache, with a broken one, and from a folder that cannot be written', () => {
  const cli = copyOfBuild(join(folder, 'installed'))
  const [ingest = '', name = ''] = caches(cli).toSorted()
  const run = () => node([join(cli, 'main.js'), '--version'])
  const whole = run().stdout

  rmSync(join(cli, name))
  assert.deepEqual([run().stdout, caches(cli).toSorted()], [whole, [ingest, name]], 'it is written by the first run')

  writeFileSync(join(cli, name), 'no cache')
  assert.equal(run().stdout, whole)
  assert.notEqual(readFileSync(join(cli, name), 'utf8'), 'no cache', 'a refused cache is replaced')

  rmSync(join(cli, name))
  mkdirSync(join(cli, name))
  const { stdout, stderr, status } = run()
  assert.deepEqual([stdout, stderr, status], [whole, '', 0])
  assert.deepEqual(
    readdirSync(cli).sort(),
    ['main.js', 'package.json', ingest, name, 'program.cjs'].sort(),
    'no draft is left',
  )
})

test('a run whose threads change what V8 is told writes a cache that the next run takes', () => {
  const home = join(folder, 'threaded')
  const cli = copyOfBuild(home)
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'), 'dir')
  const logs = join(home, 'logs')
  mkdirSync(logs)
  const [event = {}] = (JSON.parse(readFileSync(join(ROOT, EXAMPLE, 'denial.json'), 'utf8')) as { Records: object[] })
    .Records
  const text = JSON.stringify({ Records: Array.from({ length: 3000 }, () => event) })
  for (const name of ['a.json', 'b.json']) writeFileSync(join(logs, name), text)
  const ofIngest = (): string => join(cli, caches(cli).find((name) => name.includes('.ingest.')) ?? 'none')
  const run = (): number => {
    const { status, stderr } = node([join(cli, 'main.js'), 'ingest', logs, '--store', `duckdb:${join(home, 'store')}`])
    assert.equal(status, 0, stderr)
    return statSync(ofIngest()).mtimeMs
  }
  rmSync(ofIngest())
  assert.equal(run(), run())
})
