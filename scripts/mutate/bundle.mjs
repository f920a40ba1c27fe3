/**
 * One script per group of tests, with the mutated sources in it: a mutant then costs the start of Node and the tests
 * until the first that fails, not the reading of a hundred files. Stryker runs it in its copy of the project.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { writeNoTests } from './beside.mjs'

/** Names the groups and the files of each; the scripts are put beside it. */
const [list] = process.argv.slice(2)

const QUICK_TEST = fileURLToPath(new URL('quick-test.mjs', import.meta.url))

/** A test finds its files from where it stands, and it still stands there. */
const place = {
  name: 'place',
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }))
  },
}

for (const [group, files] of Object.entries(JSON.parse(readFileSync(list, 'utf8')))) {
  const outfile = join(dirname(list), `${group}.bundle.cjs`)
  if (files.length === 0) {
    writeNoTests(outfile)
    continue
  }
  await build({
    stdin: {
      contents: [QUICK_TEST, ...files.map((file) => `./${file}`)].map((file) => `import '${file}'`).join('\n'),
      resolveDir: process.cwd(),
    },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    alias: { 'node:test': QUICK_TEST },
    conditions: ['denytrace-src'],
    plugins: [place],
    logLevel: 'error',
  })
}
