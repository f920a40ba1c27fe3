// npm test -- --changed: the tests that a change can reach, by what each of them imports.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ROOT } from './start.mjs'

/** What the build makes of these, a test that starts the built program or page depends on. */
const BUILT = /^(?:src\/|web\/|docs\/guide\/|scripts\/(?:build(?:-web)?\.mjs|program\/))/
const STARTS_BUILT = /['"/]dist['"/]|TEST_AS_BUILT/

/** How a test names a program of test/ that it starts (test/cli/run-cli.ts). */
const STARTED = /startedFile\('([^']+)'\)/g

/** Files that differ from where this branch left `main`, and new ones: their paths from the root. */
export function changedFiles() {
  const base = git('merge-base', 'HEAD', 'main') ?? git('rev-parse', 'HEAD')
  if (base === undefined) fail('--changed asks git what has changed: this is no git repository')
  const names = [git('diff', '--name-only', '--no-renames', base), git('ls-files', '--others', '--exclude-standard')]
  return names.flatMap((lines) => (lines === undefined || lines === '' ? [] : lines.split('\n')))
}

function git(...words) {
  const { status, stdout } = spawnSync('git', words, { cwd: ROOT, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/**
 * The tests that import a changed file, directly or through others, or start what is built of one.
 *
 * @param files paths of tests from the root
 * @param inputs of esbuild's metafile: what each file imports
 * @param changed paths from the root
 * @param textOf reads a file, by its path from the root
 * @returns the tests, and the changed files that no test imports: a test may still read them
 */
export function affectedTests(files, inputs, changed, textOf = (path) => readFileSync(join(ROOT, path), 'utf8')) {
  const isBuilt = changed.some((path) => BUILT.test(path) && !path.endsWith('.test.ts'))
  const reaching = new Set(changed)
  const importers = new Map()
  for (const [path, { imports }] of Object.entries(inputs)) {
    const text = path.startsWith('test/') ? textOf(path) : ''
    if (isBuilt && STARTS_BUILT.test(text)) reaching.add(path)
    const started = [...text.matchAll(STARTED)].map(([, file]) => file)
    for (const needed of [...imports.map((imported) => imported.path), ...started])
      importers.set(needed, [...(importers.get(needed) ?? []), path])
  }
  const queue = [...reaching]
  for (const path of queue)
    for (const importer of importers.get(path) ?? [])
      if (!reaching.has(importer)) {
        reaching.add(importer)
        queue.push(importer)
      }
  return {
    tests: files.filter((file) => reaching.has(file)),
    unimported: changed.filter((path) => inputs[path] === undefined),
  }
}
