#!/usr/bin/env node
'use strict'
// The start of the built command line: it runs program.cjs with V8's code cache, because compiling took half of a run
// (docs/adr/0017). The build copies this file to dist/cli/main.js and writes the first cache.
const { readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const vm = require('node:vm')

const file = join(__dirname, 'program.cjs')
// What an ingestion compiles is little of what other commands do, and has to be there before its first file is read.
const kind = process.argv[2] === 'ingest' ? 'ingest' : 'main'
// Another version of V8 refuses the cache, so each has its own; `BUILD` keeps an older build's from being used, since V8
// compares only the length of the source.
const cache = join(__dirname, `program.BUILD.${kind}.${process.arch}-${process.versions.v8}.cache`)

function read(path, encoding) {
  try {
    return readFileSync(path, encoding)
  } catch {
    return undefined
  }
}

const cachedData = read(cache)
// The bundle is ASCII, and a string of one-byte characters is the fastest to read.
const source = `(function (require, module, exports, PROGRAM_URL) {${readFileSync(file, 'latin1')}\n})`
const script = new vm.Script(source, { filename: file, cachedData })
const isStale = cachedData === undefined || script.cachedDataRejected === true
if (isStale) process.once('exit', keepCache)
const program = { exports: {} }
script.runInThisContext()(require, program, program.exports, pathToFileURL(file).href)

/** Written at the end, when the functions of this run are compiled. A folder that cannot be written stays as it is. */
function keepCache() {
  const draft = `${cache}.${process.pid}`
  try {
    writeFileSync(draft, script.createCachedData())
    renameSync(draft, cache)
  } catch {
    // The next run compiles again: slower, and nothing else.
    rmSync(draft, { force: true })
  }
}
