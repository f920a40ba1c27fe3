/**
 * Mutation testing of src/iam and src/engine (docs/mutation.md): `npm run mutate -- condition`, one room at a time;
 * `-- src/engine/layers/finding.ts` runs one file by the tests of its room. Without a room, it lists them.
 *
 * What was killed stays killed until that place of the source changes; all others are tried again. `--all` forgets the
 * last run. `--quick` leaves out the samples, which are slow and kill few that the others let live; `--beside` all but the
 * tests beside the sources, for those that were just written. `--left` lists the mutants that the last run left, `--page`
 * writes the results into scripts/mutate/results.md.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onlyLeft, withLast } from './mutate/beside.mjs'
import { DATA, OF_PAGES, ROOMS } from './mutate/rooms.mjs'
import { leftOf, summaryOf, writePage } from './mutate/results.mjs'
import { ensureInstalled, fail, filesIn, ROOT } from './start.mjs'

const HERE = join(ROOT, 'scripts', 'mutate')
/** Not in git: the scripts with the tests, and what is known of each mutant. */
const WORK = '.mutate'

const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('--'))
const wanted = args.filter((arg) => !arg.startsWith('--'))
const unknown = options.find((option) => !['--all', '--beside', '--left', '--page', '--quick'].includes(option))
if (unknown !== undefined) fail(`there is no option ${unknown}`)

const reportOf = (room) => join(ROOT, WORK, `${room}.json`)
const runOf = (room) => join(ROOT, WORK, `${room}.run.json`)
const readReport = (room) => JSON.parse(readFileSync(reportOf(room), 'utf8'))

if (options.includes('--page'))
  writePage(
    Object.keys(ROOMS).map((room) => ({
      room,
      sources: sourcesOf(room),
      days: daysOf(room),
      report: existsSync(reportOf(room)) ? readReport(room) : { files: {} },
    })),
  )
else if (wanted.length === 0) fail(`which room? ${Object.keys(ROOMS).join(', ')}, or a file or pattern of one of them`)
else for (const [room, files] of roomsOf(wanted)) await runRoom(room, files)

/** The day on which each file of a room was last run; one that is not here never was. */
function daysOf(room) {
  const file = join(ROOT, WORK, `${room}.days.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

function writeDays(room, files) {
  const today = new Date().toISOString().slice(0, 10)
  const days = { ...daysOf(room), ...Object.fromEntries(files.map((file) => [file, today])) }
  writeFileSync(join(ROOT, WORK, `${room}.days.json`), JSON.stringify(days))
}

/** The rooms named, or those that the files stand in. */
function roomsOf(names) {
  const found = new Map()
  for (const name of names) {
    if (Object.hasOwn(ROOMS, name)) {
      found.set(name, sourcesOf(name))
      continue
    }
    const rooms = Object.keys(ROOMS)
      .map((room) => [room, sourcesOf(room).filter((file) => file.startsWith(name))])
      .filter(([, files]) => files.length > 0)
    if (rooms.length === 0) fail(`${name} is no room, and no file that is mutated begins so`)
    for (const [room, files] of rooms) found.set(room, [...(found.get(room) ?? []), ...files])
  }
  return found
}

/** The files of a list of files and folders, not of folders below. */
function listed(places) {
  return places.flatMap((place) =>
    place.endsWith('.ts')
      ? [place]
      : filesIn(join(ROOT, place))
          .map((file) => relative(ROOT, file))
          .filter((file) => file.endsWith('.ts') && !file.slice(place.length + 1).includes('/')),
  )
}

function sourcesOf(room) {
  return listed(ROOMS[room].mutate).filter((file) => !file.endsWith('.test.ts') && !DATA.includes(file))
}

function testsOf(room) {
  const isLeftOut = (group) => options.includes('--beside') && group !== 'beside'
  return Object.fromEntries(
    Object.entries(ROOMS[room].tests)
      .filter(([group]) => group !== 'samples' || !options.includes('--quick'))
      .map(([group, places]) => [
        `${room}-${group}`,
        isLeftOut(group) ? [] : listed(places).filter((file) => file.endsWith('.test.ts') && !OF_PAGES.includes(file)),
      ]),
  )
}

async function runRoom(room, files) {
  if (options.includes('--left')) {
    for (const line of leftOf(readReport(room), files)) console.log(line)
    return
  }
  install()
  prepare(room, files, testsOf(room))
  const { Stryker } = await import(pathToFileURL(join(HERE, 'node_modules/@stryker-mutator/core/dist/src/index.js')))
  await new Stryker(configOf(room, files)).runMutationTest()
  // Only now: what a run that was broken off left says nothing of the mutants it did not reach.
  const last = options.includes('--beside') ? readReport(room) : undefined
  renameSync(runOf(room), reportOf(room))
  if (last !== undefined) writeFileSync(reportOf(room), JSON.stringify(withLast(readReport(room), last)))
  writeDays(room, files)
  console.log(summaryOf(room, readReport(room)))
}

function install() {
  ensureInstalled()
  const pinned = JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')).devDependencies
  const versionOf = (name) => {
    const manifest = join(HERE, 'node_modules', name, 'package.json')
    return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined
  }
  if (Object.entries(pinned).every(([name, version]) => versionOf(name) === version)) return
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 2, 2] })
}

/** Stryker knows a group by a file of its own that never changes; the script with the tests is made in its copy. */
function prepare(room, files, groups) {
  mkdirSync(join(ROOT, WORK), { recursive: true })
  for (const group of Object.keys(groups))
    writeFileSync(join(ROOT, WORK, `${group}.cjs`), `require('./${group}.bundle.cjs')\n`)
  writeFileSync(join(ROOT, WORK, `${room}.groups`), JSON.stringify(groups))
  rmSync(runOf(room), { force: true })
  if (options.includes('--all') || !existsSync(reportOf(room))) return
  const report = readReport(room)
  if (options.includes('--beside')) onlyLeft(report, `${WORK}/${room}-beside.cjs`)
  for (const name of files) {
    const file = report.files[name]
    if (file !== undefined) file.mutants = file.mutants.filter(({ status }) => status === 'Killed')
  }
  writeFileSync(runOf(room), JSON.stringify(report))
}

function configOf(room, files) {
  const groups = testsOf(room)
  return {
    mutate: files,
    testRunner: 'warm-tap',
    tap: { testFiles: Object.keys(groups).map((group) => `${WORK}/${group}.cjs`) },
    buildCommand: `node scripts/mutate/bundle.mjs ${WORK}/${room}.groups`,
    plugins: ['@stryker-mutator/*', join(HERE, 'text-ignorer.mjs'), join(HERE, 'warm-runner.mjs')],
    ignorers: ['text'],
    coverageAnalysis: 'perTest',
    // Each mutant is new code, which is over before its compilation has paid.
    testRunnerNodeArgs: ['--no-opt'],
    incremental: true,
    incrementalFile: runOf(room),
    // On a busy machine a short one would take slow runs for loops; loops mostly end at Stryker's count of hits.
    timeoutMS: 60_000,
    concurrency: Number(process.env.MUTATE_PROCESSES ?? 1),
    ignorePatterns: ['dist', 'bench', 'coverage', `${WORK}/*.json`, 'scripts/facts', 'scripts/mutate/node_modules'],
    // The compiler of this version has no API to rewrite it with, and the bundler needs none.
    tsconfigFile: 'none',
    disableTypeChecks: false,
    checkers: [],
    reporters: ['progress-append-only'],
    thresholds: { high: 90, low: 80, break: null },
    allowConsoleColors: false,
  }
}
