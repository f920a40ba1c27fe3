import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isUnfinished } from '#snapshot/snapshot.ts'
import type { Part } from './part.ts'
import { placeInside, replaceFile } from '../../write-file.ts'
import { notWritten } from '../not-written.ts'
import { dropStage, isStaged, STAGE, stageFile, swapIn } from '../staged-snapshot.ts'

/** What is known of a part after its tasks: several may fill one folder, such as one for each Region. */
interface Standing {
  readonly states: Part['state'][]
  readonly why: string[]
}

interface Line {
  readonly key: string
  readonly part: string
  readonly state: Part['state']
  readonly why: readonly string[]
  readonly incomplete: readonly { readonly file: string; readonly why: readonly string[] }[]
  readonly files: readonly string[]
}

/** The journal of an unfinished run; `--resume` goes on from it. */
export const JOURNAL = `${STAGE}/progress.jsonl`

/**
 * Writes a snapshot directory part by part (docs/snapshot.md), and what is complete in it: beside the one that is there, which
 * stays whole until all is read. What the disk refuses is thrown as a `UserError`.
 */
export interface SnapshotWriter {
  /** Tasks that an earlier run has finished. */
  readonly done: ReadonlySet<string>
  readonly add: (key: string, part: Part) => void
  /** Puts it all in place, removes what is no longer there and ends the journal. Gives the entries of `coverage`. */
  readonly finish: (collectedAt: string, tool: string) => readonly CoverageEntry[]
}

export interface CoverageEntry {
  readonly part: string
  readonly state: Part['state']
  readonly why?: string
  /** How many files a complete folder has: where fewer are left, one is lost. */
  readonly files?: number
}

export function openWriter(folder: string, resume: boolean): SnapshotWriter {
  return toDisk(folder, () => writerInto(folder, resume))
}

function writerInto(folder: string, resume: boolean): SnapshotWriter {
  const lines = resume ? readJournal(folder) : []
  if (!resume) dropStage(folder)
  const journal = placeInside(folder, JOURNAL)
  replaceFile(journal, lines.map(printed).join(''))
  const done = new Set(lines.map(({ key }) => key))
  const add = (key: string, part: Part): void => {
    for (const [file, value] of part.files) stageFile(folder, file, `${JSON.stringify(value, null, 2)}\n`)
    const { part: name, state, why, incomplete = [] } = part
    const line: Line = { key, part: name, state, why, incomplete, files: [...part.files.keys()] }
    appendFileSync(journal, printed(line))
    lines.push(line)
    done.add(key)
  }
  const finish = (collectedAt: string, tool: string): readonly CoverageEntry[] => {
    const coverage = coverageOf([...lines, ...leftAlone(folder, lines)])
    swapIn(folder, {
      files: lines.flatMap(({ files }) => files),
      meta: `${JSON.stringify({ collectedAt, tool, coverage }, null, 2)}\n`,
      removeOld: () => removeStale(folder, lines),
    })
    return coverage
  }
  return {
    done,
    add: (key, part) => toDisk(folder, () => add(key, part)),
    finish: (collectedAt, tool) => toDisk(folder, () => finish(collectedAt, tool)),
  }
}

function toDisk<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw notWritten(folder, error)
  }
}

const printed = (line: Line): string => `${JSON.stringify(line)}\n`

/** A last line that was cut off is left out: its task is done again. So is one whose files are not all there. */
function readJournal(folder: string): Line[] {
  const path = join(folder, JOURNAL)
  if (!existsSync(path)) return []
  const isSwapping = isUnfinished(textOr(join(folder, 'meta.json'), ''))
  const isThere = (file: string): boolean => isStaged(folder, file) || (isSwapping && existsSync(join(folder, file)))
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): Line[] => {
      try {
        return [JSON.parse(line) as Line]
      } catch {
        return []
      }
    })
    .filter(({ files }) => files.every(isThere))
}

const textOr = (path: string, otherwise: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : otherwise)

/** What this run did not write into a part that it read is gone, or can no longer be read; both must not look current. */
function removeStale(folder: string, lines: readonly Line[]): void {
  const written = new Set(lines.flatMap(({ files }) => files))
  for (const part of new Set(lines.map((line) => line.part))) {
    const path = join(folder, part)
    if (part.endsWith('.json')) {
      if (!written.has(part)) rmSync(path, { force: true })
      continue
    }
    if (!existsSync(path)) continue
    if (![...written].some((file) => file.startsWith(`${part}/`))) {
      rmSync(path, { recursive: true, force: true })
      continue
    }
    for (const name of readdirSync(path))
      if (name.endsWith('.json') && !written.has(`${part}/${name}`)) rmSync(join(path, name), { force: true })
  }
}

/** Services that this run was told not to read, and that an earlier one did: what lies there may be old. */
function leftAlone(folder: string, lines: readonly Line[]): readonly Line[] {
  const read = [...new Set(lines.map(({ part }) => part))]
  const accounts = namesIn(join(folder, 'accounts')).map((id) => `accounts/${id}`)
  const services = accounts.flatMap((account) =>
    namesIn(join(folder, account, 'resources')).map((service) => `${account}/resources/${service}`),
  )
  return services
    .filter((part) => !read.some((one) => part === one || part.startsWith(`${one}/`)))
    .map((part) => ({ key: part, part, state: 'partial', why: ['not read in this run'], incomplete: [], files: [] }))
}

const namesIn = (path: string): readonly string[] => (existsSync(path) ? readdirSync(path) : [])

/** Lines of what was not read, one for each reason, with the Regions that have it: a service that is not offered in ten is one line. */
function told(why: readonly string[]): string {
  const regions = new Map<string, Set<string>>()
  for (const line of why) {
    const [, region = '', reason = line] = /^([a-z]{2}(?:-[a-z]+)+-\d): (.*)$/s.exec(line) ?? []
    regions.set(reason, (regions.get(reason) ?? new Set()).add(region))
  }
  return [...regions]
    .map(([reason, of]) => [[...of].sort().join(', '), reason].filter((part) => part !== '').join(': '))
    .sort()
    .join('; ')
}

/** The entries of `coverage` for parts that were read. */
export const coverageOfParts = (parts: readonly Part[]): readonly CoverageEntry[] =>
  coverageOf(
    parts.map(({ part, state, why, incomplete = [], files }) => ({
      key: part,
      part,
      state,
      why,
      incomplete,
      files: [...files.keys()],
    })),
  )

/** Files that are not complete come as entries of their own: the nearest entry counts. */
function coverageOf(lines: readonly Line[]): readonly CoverageEntry[] {
  const parts = new Map<string, Standing>()
  const entries: CoverageEntry[] = []
  for (const { part, state, why, incomplete } of lines) {
    const standing = parts.get(part) ?? { states: [], why: [] }
    standing.states.push(state)
    standing.why.push(...why)
    parts.set(part, standing)
    for (const one of incomplete) entries.push({ part: one.file, state: 'partial', why: one.why.join('; ') })
  }
  for (const [part, { states, why }] of parts) {
    const state = states.every((state) => state === 'complete')
      ? 'complete'
      : states.every((state) => state === 'missing')
        ? 'missing'
        : 'partial'
    const because = why.length === 0 ? {} : { why: told(why) }
    const count = state === 'complete' && !part.endsWith('.json') ? { files: filesOf(lines, part) } : {}
    entries.push({ part, state, ...because, ...count })
  }
  return entries.sort((a, b) => (a.part < b.part ? -1 : 1))
}

const filesOf = (lines: readonly Line[], part: string): number =>
  new Set(lines.flatMap(({ files }) => files.filter((file) => file.startsWith(`${part}/`)))).size
