import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PAGE_FOLDER } from './places.ts'
import type { Answer, Asking } from './route.ts'

/** The files of the page, all that is ever read from its folder: a path of a request is only looked up in this table. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  ...partsOfPage(),
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/denials': ['index.html', 'text/html; charset=utf-8'],
  '/ask': ['index.html', 'text/html; charset=utf-8'],
  '/app.js': ['app.js', 'text/javascript; charset=utf-8'],
  '/app.css': ['app.css', 'text/css; charset=utf-8'],
  '/ask.css': ['ask.css', 'text/css; charset=utf-8'],
  '/big.css': ['big.css', 'text/css; charset=utf-8'],
  '/denials.css': ['denials.css', 'text/css; charset=utf-8'],
  '/engine.js': ['engine.js', 'text/javascript; charset=utf-8'],
  '/editor.js': ['editor.js', 'text/javascript; charset=utf-8'],
  '/edit-forms.js': ['edit-forms.js', 'text/javascript; charset=utf-8'],
  '/guide.js': ['guide.js', 'text/javascript; charset=utf-8'],
  '/chart.js': ['chart.js', 'text/javascript; charset=utf-8'],
  '/example.json': ['example.json', 'application/json; charset=utf-8'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
}

export const PAGE_PATHS = Object.keys(FILES)

/** The parts that the build made of the page's code, which are loaded when they are shown: none where it is not built. */
function partsOfPage(): Readonly<Record<string, readonly [file: string, type: string]>> {
  const folder = fileURLToPath(PAGE_FOLDER)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^part-\w{1,20}\.js$/.test(name)) : []
  return Object.fromEntries(names.map((name) => [`/${name}`, [name, 'text/javascript; charset=utf-8'] as const]))
}

/** A diagnosis has an address of its own; what it names is the page's to read. */
const DIAGNOSIS = /^\/d\/[^/]{1,400}$/

interface CachedFile {
  readonly bytes: Uint8Array
  readonly etag: string
}

const held = new Map<string, CachedFile | undefined>()

/** Read once; the gzip file that the build makes stands beside each. */
function read(name: string): CachedFile | undefined {
  if (!held.has(name)) {
    const file = fileURLToPath(new URL(name, PAGE_FOLDER))
    const bytes = existsSync(file) ? readFileSync(file) : undefined
    const hash = (of: Uint8Array): string => createHash('sha256').update(of).digest('base64url').slice(0, 22)
    held.set(name, bytes === undefined ? undefined : { bytes, etag: `"${hash(bytes)}"` })
  }
  return held.get(name)
}

export function pageFile({ request, url }: Pick<Asking, 'request' | 'url'>): Answer | undefined {
  const path = DIAGNOSIS.test(url.pathname) ? '/' : url.pathname
  const entry = Object.hasOwn(FILES, path) ? FILES[path] : undefined
  if (entry === undefined) return undefined
  const [name, type] = entry
  const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const packed = packs ? read(`${name}.gz`) : undefined
  const file = packed ?? read(name)
  if (file === undefined) return undefined
  const headers = {
    etag: file.etag,
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    ...(packed === undefined ? {} : { 'content-encoding': 'gzip' }),
  }
  if (request.headers['if-none-match'] === file.etag) return { status: 304, type, body: '', headers }
  return { status: 200, type, body: file.bytes, headers }
}
