import { openSnapshot } from '#collect/folder.ts'
import { isLocated, readLocated } from '#collect/located-file.ts'
import { DEFAULT_CONFIG, type DriftConfig, isDriftConfig, readDriftConfig } from '#suite/drift/drift-config.ts'
import { type DriftReport, driftOf } from '#suite/drift/drift.ts'
import { dirname, isAbsolute, join } from 'node:path'
import { UserError } from '../errors.ts'
import { readText, type Stdin } from './files.ts'

export interface DriftAnswer {
  readonly report: DriftReport
  readonly problems: readonly string[]
}

interface LoadedConfig {
  readonly config: DriftConfig
  /** The snapshot that the file names, from its folder. */
  readonly snapshot: string | undefined
}

/** Which roles should be alike, from a file; without one, roles of the same name in several accounts. */
export async function loadDriftConfig(path: string | undefined, stdin: Stdin): Promise<LoadedConfig> {
  if (path === undefined) return { config: DEFAULT_CONFIG, snapshot: undefined }
  const { name, text } = await readText(path, stdin)
  if (text.trim() === '') throw new UserError('drift/unreadable', `\`${name}\` is empty`, HINT)
  const located = await readLocated(text, name)
  if (!isLocated(located)) throw new UserError('drift/unreadable', `\`${name}\`: ${located.problem}`, HINT)
  const read = readDriftConfig(located.value)
  if (isDriftConfig(read)) {
    const { snapshot: named } = read
    const snapshot = named === undefined || isAbsolute(named) ? named : join(dirname(path), named)
    return { config: read, snapshot }
  }
  const [first] = read
  const line = first === undefined ? 1 : located.lineOf(first.path)
  throw new UserError(
    'drift/wrong-form',
    `\`${name}\`:${line}: ${first?.message ?? 'no such form'}`,
    first?.hint ?? HINT,
  )
}

const HINT = 'docs/drift.md shows the form'

/** Goes through a snapshot account by account. */
export async function driftIn(folder: string, config: DriftConfig): Promise<DriftAnswer> {
  const snapshot = await openSnapshot(folder)
  const report = driftOf(snapshot, config)
  return { report, problems: snapshot.problems.map(({ part, message }) => `${part}: ${message}`) }
}
