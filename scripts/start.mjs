// Plain Node without packages: what every script needs before there is anything else.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const LOCK = join(ROOT, 'package-lock.json')
const LOCK_STAMP = join(ROOT, 'node_modules', '.denytrace-lock-hash')
const BUILD_STAMP = join(ROOT, 'dist', '.sources-hash')

/** Installs when the lockfile is another than the installed one; after that no network is needed. */
export function ensureInstalled() {
  needNode()
  const hash = hashOf([LOCK])
  if (existsSync(LOCK_STAMP) && readFileSync(LOCK_STAMP, 'utf8') === hash) return
  process.stderr.write('installing packages (npm ci) …\n')
  // npm is a script on Windows, which only a shell starts.
  const shell = process.platform === 'win32'
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: ROOT, stdio: ['ignore', 2, 2], shell })
  if (done.status !== 0) fail('npm ci failed: is the package registry reachable?')
  writeFileSync(LOCK_STAMP, hash)
}

/** Builds when a source is another than the built one. */
export function ensureBuilt() {
  const hash = sourcesHash()
  if (existsSync(BUILD_STAMP) && readFileSync(BUILD_STAMP, 'utf8') === hash) return
  process.stderr.write('building …\n')
  if (run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]) !== 0) fail('the build failed')
}

export const stampBuild = () => writeFileSync(BUILD_STAMP, sourcesHash())

const sourcesHash = () =>
  hashOf(
    [LOCK, ...['package.json', 'scripts/build.mjs', 'scripts/build-web.mjs'].map((name) => join(ROOT, name))].concat(
      [join(ROOT, 'scripts', 'program'), join(ROOT, 'docs', 'guide'), join(ROOT, 'src'), join(ROOT, 'web')].flatMap(
        filesIn,
      ),
    ),
  )

function hashOf(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

/** Every file below a folder, sorted, so that the answer is the same on every machine. */
export function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('node_modules'))
    .sort()
}

// By itself or through what defines the tests of advice.
const DRAWS_BY_RUNS = /from '(?:\.|\.\.\/property)\/(?:runs|advice)\.ts'/

/** The tests of random cases whose number `DENYTRACE_RUNS` sets (test/property/runs.ts). */
export function randomTests() {
  return filesIn(join(ROOT, 'test')).filter(
    (file) => file.endsWith('.test.ts') && DRAWS_BY_RUNS.test(readFileSync(file, 'utf8')),
  )
}

/** Runs a program on this terminal and gives its exit code. */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit', ...options })
  return done.status ?? 1
}

export function fail(why) {
  process.stderr.write(`${why}\n`)
  process.exit(1)
}

function needNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`denytrace needs Node 20.19 or later; this is ${process.versions.node}`)
}
