#!/usr/bin/env node
'use strict'
// The start of the built command line: it runs program.cjs with V8's code cache, because compiling took half of a run
// (ADR 0017). The build copies this file to dist/cli/main.js. A cache is machine code that runs as it is, so it is in
// a folder of the user's that nobody else can write, and never in the installation (ADR 0068).
const fs = require('node:fs')
const { createRequire } = require('node:module')
const { dirname, isAbsolute, join } = require('node:path')
const { pathToFileURL } = require('node:url')
const vm = require('node:vm')

const file = join(__dirname, 'program.cjs')
// Each command has its own cache: it holds what the first run of the command compiled.
const [, , command = '', ...words] = process.argv
const kind = /^[a-z][a-z-]{1,19}$/.test(command) ? command : undefined
// Help compiles next to nothing, and the cache would stay as it is.
const isWorthKeeping = kind !== undefined && !words.some((word) => word === '--help' || word === '-h')
// What `--live` needs of AWS's SDK is in a file of its own, with a cache of its own.
const live = join(__dirname, '..', 'aws', 'live-entry.cjs')

/** `$XDG_CACHE_HOME/denytrace`; undefined where there is no home. */
function cacheFolder() {
  const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  const isSet = (path) => path !== undefined && isAbsolute(path)
  if (isSet(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'denytrace')
  if (process.platform === 'win32' && isSet(LOCALAPPDATA)) return join(LOCALAPPDATA, 'denytrace', 'cache')
  return isSet(HOME) ? join(HOME, '.cache', 'denytrace') : undefined
}

/** Whether something is ours, and nobody else may change it. Windows keeps such folders for their user. */
const isOurs = (status) =>
  process.getuid === undefined || (status.uid === process.getuid() && (status.mode & 0o022) === 0)

/** The folder of the caches, where it is no link and nobody else may look into it. */
function trusted(folder) {
  try {
    const status = fs.lstatSync(folder)
    return status.isDirectory() && isOurs(status) && (process.getuid === undefined || (status.mode & 0o077) === 0)
  } catch {
    return false
  }
}

/** A cache that is a file of ours, opened through no link. */
function readCache(path) {
  let opened
  try {
    opened = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0))
    const status = fs.fstatSync(opened)
    return status.isFile() && isOurs(status) ? fs.readFileSync(opened) : undefined
  } catch {
    return undefined
  } finally {
    if (opened !== undefined) fs.closeSync(opened)
  }
}

const folder = cacheFolder()
const isTrusted = folder !== undefined && trusted(folder)

/**
 * Runs a bundle, which is one function, compiled as its cache has it. Another version of V8 refuses the cache, so each has its
 * own. V8 compares only the length of the source: so `BUILD` is the hash of the bundles, and the file's time is in the name
 * for a bundle that was changed since.
 */
function runCached(path, name, given) {
  // A bundle is ASCII, and a string of one-byte characters is the fastest to read.
  const source = fs.readFileSync(path, 'latin1')
  const changed = Math.round(fs.statSync(path).mtimeMs).toString(36)
  const cacheName = `${name}.BUILD.${changed}.${process.arch}-${process.versions.v8}.cache`
  const cachedData = isTrusted ? readCache(join(folder, cacheName)) : undefined
  const script = new vm.Script(source, { filename: path, cachedData })
  if (folder !== undefined && isWorthKeeping && (cachedData === undefined || script.cachedDataRejected === true))
    process.once('exit', () => keepCache(script, cacheName))
  script.runInThisContext()(...given)
}

let sdk
const requireCached = Object.assign((id) => {
  if (!id.endsWith('/aws/live-entry.cjs')) return require(id)
  if (sdk === undefined) {
    sdk = { exports: {} }
    runCached(live, 'live-entry', [createRequire(live), sdk, sdk.exports, live, dirname(live)])
  }
  return sdk.exports
}, require)

const program = { exports: {} }
runCached(file, `program.${kind ?? 'none'}`, [requireCached, program, program.exports, pathToFileURL(file).href])

/** Written at the end, when the functions of this run are compiled. A folder that cannot be written stays as it is. */
function keepCache(script, name) {
  const draft = join(folder, `${name}.${process.pid}`)
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!trusted(folder)) return
    dropOld(name)
    fs.writeFileSync(draft, script.createCachedData(), { flag: 'wx', mode: 0o600 })
    fs.renameSync(draft, join(folder, name))
  } catch {
    // The next run compiles again: slower, and nothing else.
    try {
      fs.rmSync(draft, { force: true })
    } catch {
      // There is no such folder.
    }
  }
}

/** Caches of other builds that were not written for a month. */
function dropOld(name) {
  const before = Date.now() - 30 * 24 * 3_600_000
  for (const other of fs.readdirSync(folder)) {
    const path = join(folder, other)
    if (other !== name && /\.cache(?:\.\d+)?$/.test(other) && fs.lstatSync(path).mtimeMs < before) fs.rmSync(path)
  }
}
