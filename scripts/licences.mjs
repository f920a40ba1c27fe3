/**
 * Every package we install, direct or not, has a licence that ours can live with: `npm run licences`.
 *
 * Reads each lockfile (it also lists packages of other platforms, which are not on this disk) and, where it is installed,
 * the manifest of each package. Apache-2.0 for denytrace means no GPL, LGPL or AGPL anywhere, tests and tools included.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'Zlib',
])
/** File-level copyleft and attribution of texts: for tools, never for what is shipped. */
const ALLOWED_FOR_TOOLS = new Set(['MPL-2.0', 'CC-BY-3.0', 'CC-BY-4.0'])

/** Read by a person: the lockfile has no `license` of these. They write the older `licenses`, or only a file LICENSE. */
const READ = new Map([
  ['querystring 0.2.0', 'MIT'],
  ['@udondan/common-substrings 3.0.2', 'MIT'],
])

/** Where a lockfile stands, and whether everything in it is a tool: none of these but the first is ever shipped. */
const PLACES = [
  { folder: '.', toolsOnly: false },
  { folder: 'scripts/facts', toolsOnly: true },
  { folder: 'scripts/mutate', toolsOnly: true },
  { folder: 'scripts/walk', toolsOnly: true },
  { folder: 'scripts/prose', toolsOnly: true },
  { folder: '.ci/npm', toolsOnly: true },
  { folder: 'test/parts/api-models', toolsOnly: true },
]

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Old manifests write `{ "type": "MIT" }`, or a list of these under `licenses`. */
function licenceOf({ license, licenses }) {
  if (typeof license === 'string') return license
  if (typeof license?.type === 'string') return license.type
  const listed = Array.isArray(licenses) ? licenses.map((one) => one?.type ?? one) : []
  return listed.length > 0 ? listed.join(' OR ') : undefined
}

/** `MIT OR Apache-2.0`, `(MIT AND ISC)`: one way of an OR suffices, all parts of an AND must do. */
export function isAllowed(expression, isTool) {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? []
  let at = 0
  const one = () => {
    const token = tokens[at++]
    if (token === '(') {
      const inner = either()
      return tokens[at++] === ')' && inner
    }
    if (tokens[at] === 'WITH') at += 2
    return ALLOWED.has(token) || (isTool && ALLOWED_FOR_TOOLS.has(token))
  }
  const both = () => {
    let all = one()
    while (tokens[at] === 'AND') {
      at++
      all = one() && all
    }
    return all
  }
  const either = () => {
    let any = both()
    while (tokens[at] === 'OR') {
      at++
      any = both() || any
    }
    return any
  }
  const allowed = either()
  return allowed && at === tokens.length
}

/** Every folder with a package in it, nested ones too. */
function installed(modules) {
  if (!existsSync(modules)) return []
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => {
      const folder = join(modules, name)
      if (name.startsWith('@')) return installed(folder)
      return existsSync(join(folder, 'package.json')) ? [folder, ...installed(join(folder, 'node_modules'))] : []
    })
}

function packagesOf({ folder, toolsOnly }) {
  const base = join(root, folder)
  const lockfile = join(base, 'package-lock.json')
  if (!existsSync(lockfile)) return []
  const locked = Object.entries(readJson(lockfile).packages).filter(([path]) => path !== '')
  const names = new Set(locked.map(([path]) => path))
  const listed = locked.map(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const licences = [licenceOf(entry), manifestLicence(join(base, path)), READ.get(`${name} ${entry.version}`)]
    return {
      name,
      version: entry.version,
      isTool: toolsOnly || entry.dev === true || entry.devOptional === true,
      licences: licences.filter((one) => one !== undefined),
    }
  })
  const stray = installed(join(base, 'node_modules'))
    .map((path) => path.slice(base.length + 1))
    .filter((path) => !names.has(path))
    .map((path) => ({ name: path, version: 'not in the lockfile', isTool: false, licences: [], stray: true }))
  return [...listed, ...stray]
}

function manifestLicence(folder) {
  const path = join(folder, 'package.json')
  return existsSync(path) ? licenceOf(readJson(path)) : undefined
}

function faultOf({ name, version, isTool, licences, stray }) {
  if (stray) return `${name} is installed, but no lockfile lists it`
  if (licences.length === 0) return `${name} ${version} names no licence`
  const refused = licences.find((licence) => !isAllowed(licence, isTool))
  return refused === undefined
    ? undefined
    : `${name} ${version} is under ${refused}${isTool ? '' : ', and is shipped or needed to run'}`
}

function main() {
  const packages = PLACES.flatMap(packagesOf)
  const faults = packages.map(faultOf).filter((fault) => fault !== undefined)
  const counts = new Map()
  for (const { licences } of packages) counts.set(licences[0], (counts.get(licences[0]) ?? 0) + 1)
  for (const [licence, count] of [...counts].toSorted((a, b) => b[1] - a[1])) console.log(`${count}\t${licence}`)
  for (const fault of faults) console.error(fault)
  console.log(
    `${packages.length} packages, ${faults.length === 0 ? 'all licences allowed' : `${faults.length} faults`}.`,
  )
  process.exitCode = faults.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
