import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isFolder } from '#app/files.ts'
import { isUserError } from '../errors.ts'
import type { Io } from './command.ts'
import { tellFault } from './tell.ts'

/** Editors write a file in several steps; one run is enough for them. */
const SETTLE_MILLISECONDS = 100

/**
 * Runs, and runs again whenever a file of tests or what it was held against changes, until somebody interrupts. A file
 * that is broken for a moment is told and waited for.
 */
export async function watchTests(
  paths: readonly string[],
  run: () => Promise<{ readonly sources: readonly string[] }>,
  io: Io,
): Promise<never> {
  let sources: readonly string[] = []
  for (;;) {
    try {
      sources = (await run()).sources
    } catch (error) {
      if (!isUserError(error)) throw error
      tellFault(io, error)
    }
    io.err('Waiting for a change; Ctrl-C ends.\n')
    await change([...new Set([...paths, ...sources])])
  }
}

/** Resolves when one of the paths has changed and no more comes. */
function change(paths: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const watchers: FSWatcher[] = []
    let timer: NodeJS.Timeout | undefined
    const changed = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        for (const watcher of watchers) watcher.close()
        resolve()
      }, SETTLE_MILLISECONDS)
    }
    for (const path of paths) watchers.push(watchOne(path, changed))
  })
}

/** A file is watched through its folder: many editors replace the file rather than write into it. */
function watchOne(path: string, changed: () => void): FSWatcher {
  if (isFolder(path)) return watch(path, { recursive: true }, changed)
  const name = basename(path)
  return watch(dirname(path), (_, file) => {
    if (file === null || file === name) changed()
  })
}
