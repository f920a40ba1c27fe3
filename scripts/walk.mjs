/**
 * Makes src/ingest/walk-module.ts of scripts/walk/assembly/records.ts: `npm run walk`.
 * `--check` writes nothing and fails where the file on disk is not what the pinned compiler gives.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fail, ROOT } from './start.mjs'

const HERE = join(ROOT, 'scripts', 'walk')
const COMPILER = join(HERE, 'node_modules', 'assemblyscript')
const WRITTEN = join(ROOT, 'src', 'ingest', 'walk-module.ts')
/** No runtime: the walk allocates nothing, so 4 pages of memory hold all it has. */
const FLAGS = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '6']

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

function ensureCompiler() {
  const wanted = readJson(join(HERE, 'package.json')).devDependencies.assemblyscript
  const manifest = join(COMPILER, 'package.json')
  if (existsSync(manifest) && readJson(manifest).version === wanted) return
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 2, 2] })
}

async function compiled() {
  const { main } = await import(pathToFileURL(join(COMPILER, 'dist', 'asc.js')).href)
  let module
  const { error, stderr } = await main(
    ['assembly/records.ts', 'assembly/inflate.ts', 'assembly/sum.ts', ...FLAGS, '--outFile', 'out.wasm'],
    {
      baseDir: HERE,
      readFile: (name) => (existsSync(join(HERE, name)) ? readFileSync(join(HERE, name), 'utf8') : null),
      writeFile: (_, contents) => (module = contents),
      listFiles: () => null,
    },
  )
  if (error !== null || module === undefined) fail(`the walk could not be compiled: ${error?.message}\n${stderr}`)
  return module
}

function sourceOf(module) {
  const lines = Buffer.from(module)
    .toString('base64')
    .match(/.{1,100}/g)
  return `/** Made by \`npm run walk\` of scripts/walk/assembly/records.ts: WebAssembly in Base64. */
export const WALK_MODULE = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('')
`
}

ensureCompiler()
const source = sourceOf(await compiled())
if (!process.argv.includes('--check')) writeFileSync(WRITTEN, source)
else if (!existsSync(WRITTEN) || readFileSync(WRITTEN, 'utf8') !== source)
  fail('src/ingest/walk-module.ts is not what its source gives; run npm run walk')
