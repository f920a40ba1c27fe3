// The second build: the page in web/, into dist/web/, each file also packed (ADR 0024).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './start.mjs'

/** `build` is esbuild's; the engine for browsers must be built before. */
export async function buildWeb(build) {
  const from = join(ROOT, 'web')
  const to = join(ROOT, 'dist', 'web')
  mkdirSync(to, { recursive: true })
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['web/app.tsx', 'web/app.css'],
    outdir: 'dist/web',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'inline',
    // Judging in the page is loaded when somebody first tries an edit.
    external: ['/engine.js'],
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  })
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(from, name), join(to, name))
  copyFileSync(join(ROOT, 'dist', 'engine-library.js'), join(to, 'engine.js'))
  for (const name of ['app.js', 'app.css', 'index.html', 'icon.svg', 'engine.js'])
    writeFileSync(join(to, `${name}.gz`), gzipSync(readFileSync(join(to, name)), { level: 9 }))
}
