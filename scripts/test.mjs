// npm test: every *.test.ts of src/ and test/. Optional parts that are missing are named, never silently skipped.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, tmpdir } from 'node:os'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildTests, nameOf, SHARE_PARTS } from './build-tests.mjs'
import { changedFiles } from './changed-tests.mjs'
import { ensureBuilt, ensureInstalled, fail, filesIn, ROOT, run } from './start.mjs'
import { costsByFolder, keepCosts, MOST_SECONDS, readTaken } from './test-costs.mjs'

/** The programs to look for, any of them, or the file (`onPath`: one that is read and not run), and how to get one. */
const PARTS = {
  postgres: { programs: ['postgres'], below: '/usr/lib/postgresql', get: 'apt-get install postgresql' },
  chromium: { programs: ['chromium', 'chromium-browser', 'google-chrome'], get: 'apt-get install chromium' },
  firefox: { programs: ['firefox-esr', 'firefox'], get: 'apt-get install firefox-esr' },
  webkit: { programs: ['WebKitWebDriver'], get: 'apt-get install webkit2gtk-driver' },
  xvfb: { programs: ['Xvfb'], get: 'apt-get install xvfb' },
  puppeteer: { onPath: 'puppeteer-core.json', get: '`.ci/install-parts`, with what it prints on the PATH' },
  moto: { programs: ['moto_server'], get: "pip install 'moto[server]'" },
  trino: { programs: ['trino-server'], get: '.ci/install-parts, which needs about 800 MB' },
  z3: { programs: ['python3'], asks: ['-c', 'import z3'], get: 'pip install z3-solver' },
  sqlfluff: { programs: ['sqlfluff'], get: 'pip install sqlfluff' },
  promtool: { programs: ['promtool'], get: 'apt-get install prometheus' },
  awscli: { programs: ['aws'], get: 'apt-get install awscli' },
  sarif: {
    programs: ['sarif-multitool'],
    get: '`.ci/install-parts`, with what it prints on the PATH',
  },
  apimodels: {
    file: 'test/parts/api-models/node_modules/aws-sdk/package.json',
    get: 'npm ci in test/parts/api-models',
  },
  hcl: {
    onPath: 'tree-sitter-terraform.wasm',
    get: '`.ci/install-parts`, with what it prints on the PATH',
  },
  zsh: { programs: ['zsh'], get: 'apt-get install zsh' },
  fish: { programs: ['fish'], get: 'apt-get install fish' },
  node22: { programs: ['node22'], get: 'a Node 22 on the PATH as node22 (`.ci/install-parts`)' },
  node24: { programs: ['node24'], get: 'a Node 24 on the PATH as node24 (`.ci/install-parts`)' },
}

/** Parts that tests use; only these can be missed. A test that comes to need one adds its name. */
const USED = new Set([
  'postgres',
  'moto',
  'z3',
  'awscli',
  'sqlfluff',
  'trino',
  'promtool',
  'sarif',
  'node22',
  'node24',
  'apimodels',
  'hcl',
  'zsh',
  'fish',
  'chromium',
  'firefox',
  'puppeteer',
  'webkit',
  'xvfb',
])

checkParts()
ensureInstalled()
ensureBuilt()

const files = [...filesIn(join(ROOT, 'src')), ...filesIn(join(ROOT, 'test'))]
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => relative(ROOT, file))
const wanted = process.argv.slice(2).filter((word) => word !== '--costs' && word !== '--changed')
// By git, before what tests write is there.
const changed = process.argv.includes('--changed') ? changedFiles() : undefined
const keepsCosts = process.argv.includes('--costs')
const chosen = wanted.length === 0 ? files : files.filter((file) => wanted.some((word) => file.includes(word)))
if (chosen.length === 0) fail(`no test file has ${wanted.join(' or ')} in its name`)
// A variable of the person who runs the tests must not change what the command line is tested with.
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      !name.startsWith('DENYTRACE_') || name === 'DENYTRACE_REQUIRE' || name.startsWith('DENYTRACE_INCIDENTS'),
  ),
)
// Node leaves one processor free; tests that wait for a server or a lease leave enough for two more than there are.
const atOnce = `--test-concurrency=${availableParallelism() + 2}`
// A file that does not come to its end has failed: no test waits for as long.
const patience = '--test-timeout=1800000'
// A terminal gets node:test's own list of failures, at its end.
const reporter = process.stdout.isTTY ? [] : [`--test-reporter=${join(ROOT, 'scripts/tap-with-failures.mjs')}`]
const measure = `--import=${pathToFileURL(join(ROOT, 'scripts/measure-test.mjs')).href}`
const options = ['--conditions=denytrace-src', '--enable-source-maps', measure, atOnce, patience, ...reporter, '--test']
// What tests leave, also those that are ended in the middle, is gone with the run.
const temporary = mkdtempSync(join(tmpdir(), 'denytrace-tests-'))
// PostgreSQL's server runs under another user's id.
chmodSync(temporary, 0o755)
const taken = join(temporary, 'taken')
// It was built just now; from its sources each run of the program would take a second longer.
const surroundings = { ...env, TEST_AS_BUILT: '1', TEST_TAKEN: taken, TMPDIR: temporary }
let holder
try {
  const { built, unimported } = await buildTests(chosen, changed)
  if (unimported.length > 0)
    process.stderr.write(
      `no test imports these files, and --changed does not know which tests read them: ${unimported.join(', ')}\n`,
    )
  if (built.length === 0) throw new Error('no test imports what has changed; npm test runs all')
  holder = spawn(process.execPath, [measure, SHARE_PARTS], {
    cwd: ROOT,
    env: surroundings,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [address] = await once(holder.stdout, 'data')
  process.exitCode = run(process.execPath, [...options, ...built], {
    env: { ...surroundings, TEST_PARTS: String(address).trim() },
  })
} finally {
  const ended = holder?.exitCode === null ? once(holder, 'exit') : undefined
  holder?.stdin.end()
  await ended
  if (keepsCosts) lookAtCosts(new Map([...readTaken(taken)].map(([path, seconds]) => [nameOf(path), seconds])))
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
}

/** Keeps what each file took, and names what each folder did, and the longest files. A plain run says nothing behind its summary. */
function lookAtCosts(seconds) {
  keepCosts(seconds, wanted.length === 0 && changed === undefined)
  process.stderr.write(costsByFolder(seconds))
  const tooLong = [...seconds].filter(([, each]) => each > MOST_SECONDS).sort(([, a], [, b]) => b - a)
  if (tooLong.length === 0) return
  const first = tooLong.slice(0, 5).map(([name, each]) => `${name} ${each}`)
  process.stderr.write(
    `${tooLong.length} files took more than ${MOST_SECONDS} seconds of the processors: ${first.join(', ')}\n`,
  )
}

function checkParts() {
  const required = (process.env.DENYTRACE_REQUIRE ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = required.filter((name) => !Object.hasOwn(PARTS, name))
  if (unknown.length > 0)
    fail(`DENYTRACE_REQUIRE names no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`)
  let isMissing = false
  for (const [name, part] of Object.entries(PARTS)) {
    if (isThere(part)) continue
    const isUsed = USED.has(name)
    const isRequired = isUsed && required.includes(name)
    isMissing ||= isRequired
    const what = isUsed ? 'its tests are skipped' : 'no test uses it yet'
    process.stderr.write(
      `${isRequired ? 'missing' : 'skipped'}: ${name} is not here, ${what}; get it with: ${part.get}\n`,
    )
  }
  if (isMissing) fail('DENYTRACE_REQUIRE asks for parts that are missing')
}

/** `asks`: what a program must be able to do, where being there is not enough. */
function isThere({ programs, asks, file, onPath, below }) {
  if (file !== undefined) return existsSync(join(ROOT, file))
  if (onPath !== undefined)
    return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, onPath)))
  // Debian's servers lie beside each other, a folder for each version, and not on the PATH.
  if (below !== undefined && existsSync(below) && readdirSync(below).length > 0) return true
  return programs.some((program) => {
    const { error, status } = spawnSync(program, asks ?? ['--version'], { stdio: 'ignore' })
    return error === undefined && (asks === undefined || status === 0)
  })
}
