import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Part } from './part.ts'
import { makeFolder } from '../../make-folder.ts'

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
export const JOURNAL = '.collect-progress.jsonl'

/** Writes a snapshot directory part by part (docs/snapshot.md), and what is complete in it. */
export interface SnapshotWriter {
  /** Tasks that an earlier run has finished. */
  readonly done: ReadonlySet<string>
  readonly add: (key: string, part: Part) => void
  /** Removes what is no longer there, writes meta.json and ends the journal. Gives the entries of `coverage`. */
  readonly finish: (collectedAt: string, tool: string) => readonly CoverageEntry[]
}

export interface CoverageEntry {
  readonly part: string
  readonly state: Part['state']
  readonly why?: string
}

export function openWriter(folder: string, resume: boolean): SnapshotWriter {
  makeFolder(folder)
  const journal = join(folder, JOURNAL)
  const lines = resume ? readJournal(journal) : []
  if (!resume) rmSync(journal, { force: true })
  const done = new Set(lines.map(({ key }) => key))
  return {
    done,
    add: (key, part) => {
      for (const [file, value] of part.files) writeJson(join(folder, file), value)
      const { part: name, state, why, incomplete = [] } = part
      const line: Line = { key, part: name, state, why, incomplete, files: [...part.files.keys()] }
      lines.push(line)
      done.add(key)
      appendFileSync(journal, `${JSON.stringify(line)}\n`)
    },
    finish: (collectedAt, tool) => {
      removeStale(folder, lines)
      const coverage = coverageOf([...lines, ...leftAlone(folder, lines)])
      writeJson(join(folder, 'meta.json'), { collectedAt, tool, coverage })
      rmSync(journal, { force: true })
      return coverage
    },
  }
}

/** A last line that was cut off is left out: its task is done again. */
function readJournal(path: string): Line[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): Line[] => {
      try {
        return [JSON.parse(line) as Line]
      } catch {
        return []
      }
    })
}

/** Whole or not at all: a reader never sees half a file. */
function writeJson(path: string, value: unknown): void {
  makeFolder(dirname(path))
  const draft = `${path}.${process.pid}.draft`
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(draft, path)
}

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
  const read = new Set(lines.map(({ part }) => part))
  const accounts = namesIn(join(folder, 'accounts')).map((id) => `accounts/${id}`)
  const services = accounts.flatMap((account) =>
    namesIn(join(folder, account, 'resources')).map((service) => `${account}/resources/${service}`),
  )
  return services
    .filter((part) => !read.has(part))
    .map((part) => ({ key: part, part, state: 'partial', why: ['not read in this run'], incomplete: [], files: [] }))
}

const namesIn = (path: string): readonly string[] => (existsSync(path) ? readdirSync(path) : [])

/** One line for each reason, with the Regions that have it: a service that is not offered in ten is one line. */
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
    const state = states.every((one) => one === 'complete')
      ? 'complete'
      : states.every((one) => one === 'missing')
        ? 'missing'
        : 'partial'
    entries.push({ part, state, ...(why.length === 0 ? {} : { why: told(why) }) })
  }
  return entries.sort((a, b) => (a.part < b.part ? -1 : 1))
}
