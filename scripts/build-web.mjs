// The second build: the page in web/, into dist/web/, each file also packed (ADR 0024).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from './start.mjs'

/** Files that the page loads when something is first edited, charted, listed or asked, from outside of its own code. */
const LATER = ['engine.js', 'editor.js', 'edit-forms.js', 'chart.js', 'denials.css', 'ask.css', 'big.css']

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
  const page = await build({
    ...FOR_BROWSERS,
    conditions: ['denytrace-src'],
    plugins: [await railStyle(build)],
    entryPoints: [
      { in: 'web/app.tsx', out: 'app' },
      { in: 'web/app.css', out: 'app' },
      { in: 'web/styles/denials.css', out: 'denials' },
      { in: 'web/styles/ask.css', out: 'ask' },
      { in: 'web/styles/big.css', out: 'big' },
    ],
    outdir: 'dist/web',
    splitting: true,
    chunkNames: 'part-[hash]',
    metafile: true,
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
  await build({ ...FOR_BROWSERS, format: 'iife', entryPoints: { guide: 'web/guide.ts' }, outdir: 'dist/web' })
  await build({
    ...FOR_BROWSERS,
    entryPoints: { chart: 'web/chart/chart.ts' },
    inject: ['web/chart/navigator.ts'],
    outdir: 'dist/web',
    banner: { js: licenceOf('uplot', 'uPlot') },
  })
  await build({
    ...FOR_BROWSERS,
    entryPoints: { 'edit-forms': 'src/fix/edit-forms.ts' },
    outdir: 'dist/web',
    conditions: ['denytrace-src'],
  })
  for (const name of ['icon.svg', 'example.json']) copyFileSync(join(from, name), join(to, name))
  const outputs = page.metafile.outputs
  writeFileSync(join(to, 'index.html'), withPreloads(readFileSync(join(from, 'index.html'), 'utf8'), outputs))
  const parts = Object.keys(outputs).flatMap((path) => (/part-\w+\.js$/.test(path) ? [basename(path)] : []))
  copyFileSync(join(ROOT, 'dist', 'engine-library.js'), join(to, 'engine.js'))
  for (const name of ['app.js', 'app.css', 'index.html', 'icon.svg', 'example.json', 'guide.js', ...LATER, ...parts])
    writeFileSync(join(to, `${name}.gz`), gzipSync(readFileSync(join(to, name)), { level: 9 }))
}

/** The look of the rail of layers stands with what draws it, for the page and for files of HTML (src/rail/style.ts). */
async function railStyle(build) {
  const made = await build({ absWorkingDir: ROOT, entryPoints: ['src/rail/style.ts'], format: 'esm', write: false })
  const { RAIL_STYLE } = await import(`data:text/javascript,${encodeURIComponent(made.outputFiles[0].text)}`)
  return {
    name: 'rail-style',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^rail\.css$/ }, ({ path }) => ({ path, namespace: 'rail' }))
      onLoad({ filter: /^/, namespace: 'rail' }, () => ({ contents: RAIL_STYLE, loader: 'css' }))
    },
  }
}

/** The page asks for what its code imports at once, not when that was read. */
function withPreloads(html, outputs) {
  const app = outputs['dist/web/app.js']
  const links = app.imports
    .filter(({ kind, external }) => kind === 'import-statement' && !external)
    .map(({ path }) => `<link rel="modulepreload" href="/${basename(path)}">\n`)
  return html.replace('<script type="module"', `${links.join('')}<script type="module"`)
}

/** The licence of a package whose files do not carry it themselves. */
function licenceOf(name, what) {
  const text = readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8')
  return `/*! ${what}\n${text.replaceAll('*/', '')}*/`
}
