// The second build: the page in web/, into dist/web/, each file also packed (ADR 0024).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './start.mjs'

/** Files that the page loads when something is first edited or charted, from outside of its own code. */
const LATER = ['engine.js', 'editor.js', 'edit-forms.js', 'chart.js']

const FOR_BROWSERS = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  minify: true,
  legalComments: 'inline',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
}

/** `build` is esbuild's; the engine for browsers must be built before. */
export async function buildWeb(build) {
  const from = join(ROOT, 'web')
  const to = join(ROOT, 'dist', 'web')
  mkdirSync(to, { recursive: true })
  await build({
    ...FOR_BROWSERS,
    entryPoints: ['web/app.tsx', 'web/app.css'],
    outdir: 'dist/web',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    external: LATER.map((name) => `/${name}`),
  })
  await build({
    ...FOR_BROWSERS,
    entryPoints: { editor: 'web/editor/editor.ts' },
    outdir: 'dist/web',
    banner: { js: licenceOf('@codemirror/view', 'CodeMirror and Lezer') },
  })
  await build({
    ...FOR_BROWSERS,
    entryPoints: { chart: 'web/chart/chart.ts' },
    outdir: 'dist/web',
    banner: { js: licenceOf('uplot', 'uPlot') },
  })
  await build({
    ...FOR_BROWSERS,
    entryPoints: { 'edit-forms': 'src/fix/edit-forms.ts' },
    outdir: 'dist/web',
    conditions: ['denytrace-src'],
  })
  for (const name of ['index.html', 'icon.svg', 'example.json']) copyFileSync(join(from, name), join(to, name))
  copyFileSync(join(ROOT, 'dist', 'engine-library.js'), join(to, 'engine.js'))
  for (const name of ['app.js', 'app.css', 'index.html', 'icon.svg', 'example.json', ...LATER])
    writeFileSync(join(to, `${name}.gz`), gzipSync(readFileSync(join(to, name)), { level: 9 }))
}

/** The licence of a package whose files do not carry it themselves. */
function licenceOf(name, what) {
  const text = readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8')
  return `/*! ${what}\n${text.replaceAll('*/', '')}*/`
}
