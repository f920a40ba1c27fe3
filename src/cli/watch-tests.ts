import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isFolder, isThere } from '#app/files.ts'
import { isUserError } from '../errors.ts'
import type { Io } from './command.ts'
import { tellFault } from './tell.ts'

/** Editors write a file in several steps; one run is enough for them. */
const SETTLE_MILLISECONDS = 100

/**
 * Runs, and runs again whenever a file of tests or what it was held against changes, until somebody interrupts. A file
 * that is broken for a moment is told and waited for. What changes during a run counts: it may have been read before.
 */
export async function watchTests(
  paths: readonly string[],
  run: () => Promise<{ readonly sources: readonly string[] }>,
  io: Io,
): Promise<never> {
  const watched = new Watched()
  // What is not there cannot be waited for, and the run says so.
  if (!paths.every(isThere)) await run()
  watched.add(paths)
  for (;;) {
    watched.isChanged = false
    try {
      watched.add((await run()).sources)
    } catch (error) {
      if (!isUserError(error)) throw error
      tellFault(io, error)
    }
    io.err('Waiting for a change; Ctrl-C ends.\n')
    await watched.change()
  }
}

/** Files and folders that are watched until the program ends. */
class Watched {
  isChanged = false
  readonly #watchers = new Map<string, FSWatcher>()
  #tell: () => void = () => undefined

  add(paths: readonly string[]): void {
    for (const path of paths) if (!this.#watchers.has(path)) this.#watchers.set(path, watchOne(path, this.#changed))
  }

  readonly #changed = (): void => {
    this.isChanged = true
    this.#tell()
  }

  /** Resolves when something has changed since the flag was last cleared, and no more comes. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined
      this.#tell = () => {
        clearTimeout(timer)
        timer = setTimeout(resolve, SETTLE_MILLISECONDS)
      }
      if (this.isChanged) this.#tell()
    })
  }
}

/** A file is watched through its folder: many editors replace the file rather than write into it. */
function watchOne(path: string, changed: () => void): FSWatcher {
  if (isFolder(path)) return watch(path, { recursive: true }, changed)
  const name = basename(path)
  return watch(dirname(path), (_, file) => {
    if (file === null || file === name) changed()
  })
}
