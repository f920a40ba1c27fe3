// Compiles every test, with what it imports, into a folder beside the sources, parts that tests share apart. Compiled while
// it is loaded, each of three hundred files costs half a second of a processor before its first test.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { affectedTests } from './changed-tests.mjs'
import { ROOT } from './start.mjs'
import { costs } from './test-costs.mjs'

const FOLDER = '.built-tests'

const SHARED = 'test/parts/share-parts.ts'

/** The program that holds what several files of a run share. */
export const SHARE_PARTS = join(FOLDER, 'share-parts.mjs')

/** Programs that tests start in a process of their own (`startedFile` of test/cli/run-cli.ts). */
const STARTED = ['test/store/add-rows.ts', 'test/store/ledger-worker.ts', 'test/store/slow-reader.ts']

const BUILT_THREADS = {
  'src/http/places.ts': ['scripts/worker-thread.mjs', 'dist/http/worker-thread.cjs'],
  'src/mcp/places.ts': ['scripts/tool-thread.mjs', 'dist/mcp/tool-thread.cjs'],
}

// What a file reads beside itself lies beside its source. Threads are those of the build: compiled while it is loaded, each
// takes two seconds of a processor before its first question.
const PLACES = {
  name: 'places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/](?:http|mcp)[\\/]places\.ts$/ }, ({ path }) => {
      const [ofSources, built] = BUILT_THREADS[relative(ROOT, path).replaceAll('\\', '/')]
      const text = readFileSync(path, 'utf8')
      if (!text.includes(ofSources)) throw new Error(`${path} names no ${ofSources}`)
      const contents = text
        .replace(ofSources, built)
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
      return { contents, loader: 'ts' }
    })
    onLoad({ filter: /\.(?:ts|mjs)$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.')) return undefined
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
    })
  },
}

// The runner goes by the names of files. What takes longest comes first, so that no single file is left over at the end.
const placeOf = (name) => String(9999 - Math.round(10 * (costs[name] ?? 0))).padStart(4, '0')
const outOf = (file) => join(placeOf(file), file.replace(/\.ts$/, ''))

/** The name in test/costs.json of a path of what is run. */
export const nameOf = (path) =>
  relative(join(ROOT, FOLDER), resolve(ROOT, path))
    .replaceAll('\\', '/')
    .replace(/^\d{4}\//, '')
    .replace(/\.mjs$/, '.ts')

/** Started alone, a small test takes longer to load than to run. */
const MOST_TOGETHER = 8

/** What has hooks for all tests of its process, or looks at the process itself, has one of its own. */
const ALONE =
  /^(?:before|after)(?:Each)?\(|process\.|node:(?:child_process|worker_threads|inspector|http)'|\bmock\b|globalThis/m

/** What starts servers and programs, or draws many cases, is alone in any case. */
const ONLY_WORDS = /^(?:src|test\/(?:answer|diagnose|engine|fix|import|intake|prove|suite))\//

/** Seconds of the processors that a file takes alone, at most; and together, as they were measured alone. */
const MOST_SMALL = 6
const MOST_SECONDS_TOGETHER = 12

const isAlone = (file) =>
  !ONLY_WORDS.test(file) || (costs[file] ?? 0) > MOST_SMALL || ALONE.test(readFileSync(join(ROOT, file), 'utf8'))

/** Puts files into groups of a bounded number and cost. */
function groupsOf(files) {
  const groups = []
  for (const file of files) {
    const cost = costs[file] ?? 0
    const last = groups.at(-1)
    if (last === undefined || last.files.length === MOST_TOGETHER || last.cost + cost > MOST_SECONDS_TOGETHER)
      groups.push({ files: [file], cost })
    else {
      last.files.push(file)
      last.cost += cost
    }
  }
  return groups.map((group) => group.files)
}

/** Some small files of one folder in a process, others alone: the paths from the root of what is run. */
function inProcesses(files) {
  const alone = []
  const rooms = new Map()
  for (const file of files) {
    const room = file.split('/').slice(0, 2).join('-')
    if (isAlone(file)) alone.push(compiled(file))
    else rooms.set(room, [...(rooms.get(room) ?? []), file])
  }
  const together = [...rooms].flatMap(([room, all]) =>
    groupsOf(all).map((some, n) => {
      const name = `together/${room}-${n + 1}`
      const path = join(FOLDER, placeOf(`${name}.ts`), `${name}.mjs`)
      const lines = some.map((file) => `import ${JSON.stringify(`../../${outOf(file)}.mjs`)}`)
      mkdirSync(dirname(join(ROOT, path)), { recursive: true })
      writeFileSync(join(ROOT, path), `${lines.join('\n')}\n`)
      return path
    }),
  )
  return [...alone, ...together]
}

const compiled = (file) => join(FOLDER, `${outOf(file)}.mjs`)

/**
 * Compiles test files.
 *
 * @param files their paths from the root, each ending with `.test.ts`
 * @param changed only the tests that these files can reach; undefined: all
 * @returns `built`: the paths from the root of what is run, each in a process of its own; `unimported`: of `changed`, what no
 *   test imports
 */
export async function buildTests(files, changed) {
  const { build } = await import('esbuild')
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      ...files.map((file) => ({ in: file, out: outOf(file) })),
      ...STARTED.map((file) => ({ in: file, out: join('started', file.replace(/\.ts$/, '')) })),
      { in: SHARED, out: 'share-parts' },
    ],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['denytrace-src'],
    packages: 'external',
    plugins: [PLACES],
    outdir: FOLDER,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'shared/[hash]',
    // A failure names the line of the source.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  })
  if (changed === undefined) return { built: inProcesses(files), unimported: [] }
  const { tests, unimported } = affectedTests(files, metafile.inputs, changed)
  return { built: inProcesses(tests), unimported }
}
