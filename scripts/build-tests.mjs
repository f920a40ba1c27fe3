// Compiles every test, with what it imports, into a folder beside the sources, parts that tests share apart. Compiled while
// it is loaded, each of three hundred files costs half a second of a processor before its first test.
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './start.mjs'

const FOLDER = '.built-tests'

// What a file reads beside itself lies beside its source.
const PLACES = {
  name: 'places',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.(?:ts|mjs)$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.')) return undefined
      const contents = text
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' }
    }),
}

// The runner goes by the names of files. What takes longest comes first, so that no single file is left over at the end.
const FIRST = ['test/parts/', 'test/property/', 'test/prove/']
const outOf = (file) => {
  const place = FIRST.findIndex((folder) => file.startsWith(folder))
  return join(String(place < 0 ? FIRST.length : place), file.replace(/\.ts$/, ''))
}

/**
 * Compiles test files.
 *
 * @param files their paths from the root, each ending with `.test.ts`
 * @returns the paths from the root of what was compiled
 */
export async function buildTests(files) {
  const { build } = await import('esbuild')
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true })
  await build({
    absWorkingDir: ROOT,
    entryPoints: files.map((file) => ({ in: file, out: outOf(file) })),
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
    logLevel: 'warning',
  })
  return files.map((file) => join(FOLDER, `${outOf(file)}.mjs`))
}
