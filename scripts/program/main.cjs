#!/usr/bin/env node
'use strict'
// The start of the built command line: it runs program.cjs with V8's code cache, because compiling took half of a run
// (docs/adr/0017). The build copies this file to dist/cli/main.js and writes the first cache.
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname, join } = require('node:path')
const { pathToFileURL } = require('node:url')
const vm = require('node:vm')

const file = join(__dirname, 'program.cjs')
// What an ingestion compiles is little of what other commands do, and has to be there before its first file is read.
const kind = process.argv[2] === 'ingest' ? 'ingest' : 'main'
// Another version of V8 refuses the cache, so each has its own; `BUILD` keeps an older build's from being used, since V8
// compares only the length of the source.
const cache = join(__dirname, `program.BUILD.${kind}.${process.arch}-${process.versions.v8}.cache`)

// What `--live` needs of AWS's SDK stands in a file of its own, with a cache of its own.
const live = join(__dirname, '..', 'aws', 'live-entry.cjs')

function read(path, encoding) {
  try {
    return readFileSync(path, encoding)
  } catch {
    return undefined
  }
}

/** Runs a bundle, which is one function, compiled as its cache has it. */
function runCached(path, cachePath, given) {
  const cachedData = read(cachePath)
  // A bundle is ASCII, and a string of one-byte characters is the fastest to read.
  const source = readFileSync(path, 'latin1')
  const script = new vm.Script(source, { filename: path, cachedData })
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.once('exit', () => keepCache(script, cachePath))
  script.runInThisContext()(...given)
}

let sdk
const requireCached = Object.assign((id) => {
  if (!id.endsWith('/aws/live-entry.cjs')) return require(id)
  if (sdk === undefined) {
    sdk = { exports: {} }
    const cachePath = join(dirname(live), `live-entry.BUILD.${process.arch}-${process.versions.v8}.cache`)
    const given = [createRequire(live), sdk, sdk.exports, live, dirname(live)]
    runCached(live, cachePath, given)
  }
  return sdk.exports
}, require)

const program = { exports: {} }
runCached(file, cache, [requireCached, program, program.exports, pathToFileURL(file).href])

/** Written at the end, when the functions of this run are compiled. A folder that cannot be written stays as it is. */
function keepCache(script, cachePath) {
  const draft = `${cachePath}.${process.pid}`
  try {
    writeFileSync(draft, script.createCachedData())
    renameSync(draft, cachePath)
  } catch {
    // The next run compiles again: slower, and nothing else.
    rmSync(draft, { force: true })
  }
}
