// Builds dist/: the command line and the library with shared chunks, the engine alone for browsers, types and data.
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { buildWeb } from './build-web.mjs'
import { asFunction, LIVE_PARAMETERS, PROGRAM_PARAMETERS } from './program/as-function.mjs'
import { ensureInstalled, fail, filesIn, ROOT, run, stampBuild } from './start.mjs'

ensureInstalled()
const { build, transform } = await import('esbuild')

const DIST = join(ROOT, 'dist')
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  target: 'node20',
  conditions: ['denytrace-src'],
  // Some packages' `main` is UMD, which hides its requires from a bundler.
  mainFields: ['module', 'main'],
  // Its Node build is CommonJS and requires built-ins at run time, which no bundle in ESM can do.
  alias: { yaml: join(ROOT, 'node_modules', 'yaml', 'browser', 'index.js') },
  // Comments with licences of what is bundled stay in the files.
  legalComments: 'inline',
  minifySyntax: true,
  minifyWhitespace: true,
  // The reference data is written as template literals; plain strings compile in half the time.
  supported: { 'template-literal': false },
  logLevel: 'warning',
}

rmSync(DIST, { recursive: true, force: true })
const AWS_APART = {
  name: 'aws-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^#(?:collect\/aws\/(?:collect-|live-)?|mcp\/)entry\.ts$/ }, ({ path }) => ({
      path: path.replace(/^#(?:collect\/)?/, '../').replace(/\.ts$/, '.cjs'),
      external: true,
    })),
}
// The file of `--live` reads the file with most clients only for resources of seldom asked services.
const COLLECT_APART = {
  name: 'collect-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/collect-entry\.ts$/ }, () => ({ path: './collect-entry.cjs', external: true })),
}
const DRIVER_APART = {
  name: 'driver-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/driver\.ts$/ }, () => ({ path: '../store/driver.cjs', external: true })),
}
// Of a hundred files: reading them takes longer than most commands. The machine code stays a package, which no bundle can hold.
const DUCKDB_APART = {
  name: 'duckdb-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@duckdb\/node-api$/ }, () => ({ path: '../store/duckdb-api.cjs', external: true }))
    onResolve({ filter: /^@duckdb\/node-bindings$/ }, ({ path }) => ({ path, external: true }))
  },
}
// What few commands need stands in files of its own, which the others do not read.
const LIBRARIES = { 'prom-client': 'prom-client', zod: 'zod', hono: 'hono', '@hono/node-server': 'hono-node-server' }
const LIBRARIES_APART = {
  name: 'libraries-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(?:prom-client|zod|hono|@hono\/node-server)$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: `../libraries/${LIBRARIES[path]}.cjs`, external: true },
    ),
}
// Read at the first call: most runs of most commands make none. Its modules cost two milliseconds of each start.
const READ_WHEN_CALLED = {
  name: 'read-when-called',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^jsonc-parser$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'jsonc-parser', namespace: 'when-called' } : undefined,
    )
    const functions = ['applyEdits', 'modify', 'parse', 'parseTree', 'printParseErrorCode']
    const lines = functions.map(
      (name) => `export const ${name} = (...given) => require('jsonc-parser').${name}(...given)`,
    )
    onLoad({ filter: /.*/, namespace: 'when-called' }, () => ({ contents: lines.join('\n'), resolveDir: ROOT }))
  },
}
// Its messages in fifty languages, which nobody reads here: what is wrong is told in our words.
const ONE_LANGUAGE = {
  name: 'one-language',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
      loader: 'js',
    })),
}
const EXTRACT_APART = {
  name: 'extract-apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/extract-file\.ts$/ }, () => ({ path: './extract-file.cjs', external: true })),
}
// A script that is run from a code cache cannot import; what lies outside of it is required.
const SUPPORTED = { ...COMMON.supported, 'dynamic-import': false }
// In a build the page and the worker thread lie elsewhere than among the sources.
const PLACES = {
  name: 'places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]http[\\/]places\.ts$/ }, () => ({
      contents: `export const PAGE_FOLDER = new URL('../web/', import.meta.url)
export const WORKER_FILE = new URL('../http/worker-thread.cjs', import.meta.url)`,
      loader: 'js',
    }))
    onLoad({ filter: /[\\/]mcp[\\/]places\.ts$/ }, () => ({
      contents: "export const THREAD_FILE = new URL('../mcp/tool-thread.cjs', import.meta.url)",
      loader: 'js',
    }))
  },
}
const SERVICE_DATA = { name: 'service-data', setup: readServiceData }
// One script, so that one code cache holds all of it. A module that a command imports lazily still runs only then.
await build({
  ...COMMON,
  platform: 'node',
  format: 'cjs',
  entryPoints: { 'cli/program': 'src/cli/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'PROGRAM_URL' },
  supported: SUPPORTED,
  plugins: [SERVICE_DATA, READ_WHEN_CALLED, AWS_APART, DRIVER_APART, DUCKDB_APART, LIBRARIES_APART, PLACES],
})
// `serve` and `mcp` answer in threads, and a thread starts from a file of its own.
await build({
  ...COMMON,
  platform: 'node',
  format: 'cjs',
  entryPoints: { 'http/worker-thread': 'src/http/worker-thread.ts', 'mcp/tool-thread': 'src/mcp/tool-thread.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'PROGRAM_URL' },
  banner: { js: "const PROGRAM_URL = require('node:url').pathToFileURL(__filename).href" },
  supported: SUPPORTED,
  plugins: [SERVICE_DATA, AWS_APART, DRIVER_APART, DUCKDB_APART, LIBRARIES_APART],
})
await build({
  ...COMMON,
  platform: 'node',
  format: 'cjs',
  entryPoints: Object.fromEntries(Object.entries(LIBRARIES).map(([name, file]) => [`libraries/${file}`, name])),
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  supported: SUPPORTED,
  plugins: [ONE_LANGUAGE],
})
// The drivers are read by those who use them.
await build({
  ...COMMON,
  platform: 'node',
  format: 'cjs',
  entryPoints: { 'store/driver': 'src/store/postgres/driver.ts', 'store/duckdb-api': '@duckdb/node-api' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  external: ['pg-native', '@duckdb/node-bindings'],
})
// What a thread of `ingest` runs, and what it seldom needs besides.
await build({
  ...COMMON,
  platform: 'node',
  format: 'cjs',
  entryPoints: {
    'ingest/scan-worker': 'src/ingest/scan-worker.ts',
    'ingest/extract-file': 'src/ingest/extract-file.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  banner: { js: "const FILE_URL = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'FILE_URL' },
  supported: SUPPORTED,
  plugins: [SERVICE_DATA, EXTRACT_APART],
})
// The SDKs are large and seldom needed: the program reads each from a file of its own.
await build({
  ...COMMON,
  platform: 'node',
  format: 'cjs',
  entryPoints: {
    'aws/entry': 'src/collect/aws/entry.ts',
    'aws/collect-entry': 'src/collect/aws/collect-entry.ts',
    'aws/live-entry': 'src/collect/aws/live-entry.ts',
    'mcp/entry': 'src/mcp/entry.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  plugins: [...(COMMON.plugins ?? []), COLLECT_APART, LIBRARIES_APART],
  supported: SUPPORTED,
})
await build({
  ...COMMON,
  platform: 'node',
  entryPoints: { 'library/library': 'src/library.ts' },
  outdir: 'dist',
  splitting: true,
  external: ['@duckdb/node-api', '@duckdb/node-bindings'],
  plugins: [SERVICE_DATA],
  chunkNames: 'library/[name]-[hash]',
})
// "neutral" fails on any built-in of Node.
await build({
  ...COMMON,
  platform: 'neutral',
  target: 'es2023',
  entryPoints: { 'engine-library': 'src/engine-library.ts' },
  outdir: 'dist',
})
await buildWeb(build)
writeStart()
unpackData()
copyGuides()
buildTypes()
tryExample()
stampBuild()

/** Makes dist/cli/main.js, the file that npm links. The package is ESM, and that file is not. */
function writeStart() {
  const file = join(DIST, 'cli', 'program.cjs')
  const live = join(DIST, 'aws', 'live-entry.cjs')
  const program = asFunction(file, PROGRAM_PARAMETERS)
  const id = createHash('sha256').update(program).update(asFunction(live, LIVE_PARAMETERS)).digest('hex').slice(0, 32)
  const start = readFileSync(join(ROOT, 'scripts', 'program', 'main.cjs'), 'utf8')
  const main = join(DIST, 'cli', 'main.js')
  writeFileSync(main, start.replace('.BUILD.', `.${id}.`))
  writeFileSync(join(DIST, 'cli', 'package.json'), '{ "type": "commonjs" }\n')
  chmodSync(main, 0o755)
}

/** Explains the main example with the built program, and leaves no code cache of it anywhere. */
function tryExample() {
  const example = join(ROOT, 'examples', 'kms-behind-s3')
  runBuilt(['diagnose', '--snapshot', join(example, 'snapshot'), join(example, 'denial.json')])
}

function runBuilt(args) {
  const done = run(process.execPath, [join(DIST, 'cli', 'main.js'), ...args], {
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, XDG_CACHE_HOME: '/dev/null' },
  })
  if (done !== 0) fail(`the built program does not ${args[0]} the example`)
}

/**
 * On Node the service reference is read from dist/data: as part of the code it would be compiled at every start. The
 * modules hold one text each, so nothing else is lost. The engine for browsers keeps it in the code.
 */
function readServiceData({ onLoad }) {
  onLoad({ filter: /[\\/]facts[\\/]data[\\/]services-[a-z]-[a-z]\.ts$/ }, async ({ path }) => {
    const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm' })
    const { text } = await import(`data:text/javascript,${encodeURIComponent(code)}`)
    const name = `${basename(path, '.ts')}.txt`
    mkdirSync(join(DIST, 'data'), { recursive: true })
    writeFileSync(join(DIST, 'data', name), text())
    const contents = `import { readFileSync } from 'node:fs'
export const text = () => readFileSync(new URL('../data/${name}', import.meta.url), 'utf8')`
    return { contents, loader: 'js' }
  })
}

/** The data is packed in the repository and plain in a build: unpacking it at run time costs more than reading it. */
function unpackData() {
  const packed = join(ROOT, 'src', 'collect', 'data', 'managed-policies.txt.br')
  mkdirSync(join(DIST, 'data'), { recursive: true })
  writeFileSync(join(DIST, 'data', 'managed-policies.txt'), brotliDecompressSync(readFileSync(packed)))
}

/** The pages that `denytrace guide` shows, and those whose tables it takes apart. */
function copyGuides() {
  cpSync(join(ROOT, 'docs', 'guide'), join(DIST, 'data', 'guide'), { recursive: true })
  mkdirSync(join(DIST, 'data', 'tables'), { recursive: true })
  for (const name of ['messages.md', 'lint.md', 'rules.md', 'json.md'])
    cpSync(join(ROOT, 'docs', name), join(DIST, 'data', 'tables', name))
}

/** Declarations of what the two entries reach. Imports by subpath are ours alone, so they become relative ones. */
function buildTypes() {
  const config = join(DIST, 'tsconfig.json')
  const types = join(DIST, 'types')
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: '../src',
    outDir: 'types',
    // `npm run check` reports type errors; a build is for running.
    noCheck: true,
  }
  const files = ['../src/library.ts', '../src/engine-library.ts']
  writeFileSync(config, JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: [], files }))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  if (run(process.execPath, [tsc, '-p', config]) !== 0) fail('the declarations could not be written')
  rmSync(config)
  for (const file of filesIn(types)) {
    const toRoot = relative(dirname(file), types) || '.'
    const text = readFileSync(file, 'utf8')
      .replaceAll(/(from |import\()(['"])#([^'"\n]{1,200})\.ts\2/g, (_, word, quote, path) => {
        const to = `${toRoot}/${path}.js`
        return `${word}${quote}${to.startsWith('.') ? to : `./${to}`}${quote}`
      })
      .replaceAll(/(from |import\()(['"])(\.{1,2}\/[^'"\n]{1,200})\.ts\2/g, '$1$2$3.js$2')
      // A Buffer is one, and a user of the library may have no types of Node.
      .replaceAll(/: Buffer\b/g, ': Uint8Array')
    writeFileSync(file, text)
  }
}
