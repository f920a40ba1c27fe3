import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const serviceFolder = 'src/iam/facts/data'

/** Plain code-unit order: the same on every machine, whatever its locale. */
export const byCodeUnit = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

/** Compared unpacked, because two versions of zlib may pack the same text differently. */
function onDisk(path) {
  if (!existsSync(join(root, path))) return undefined
  const bytes = readFileSync(join(root, path))
  return path.endsWith('.br') ? brotliDecompressSync(bytes).toString('utf8') : bytes.toString('utf8')
}

const leftOver = (files) =>
  (existsSync(join(root, serviceFolder)) ? readdirSync(join(root, serviceFolder)) : [])
    .map((name) => `${serviceFolder}/${name}`)
    .filter((path) => !files.some((file) => file.path === path))

/** The paths whose content would change, those to be removed included. */
export const differing = (files) => [
  ...files.filter(({ path, text }) => onDisk(path) !== text).map(({ path }) => path),
  ...leftOver(files),
]

export function writeFiles(files) {
  for (const path of leftOver(files)) rmSync(join(root, path))
  for (const { path, text } of files) {
    if (onDisk(path) === text) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), path.endsWith('.br') ? pack(text) : text)
  }
}

const pack = (text) =>
  brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 22,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
    },
  })
