import { field, isObject, listField, textField } from './fields.ts'
import { duplicateProblem, isReadable, type JsonSource, readJson } from './json-source.ts'

/** Relative path with `/` → text, for every JSON file of a snapshot directory (docs/snapshot.md). */
export type SnapshotFiles = ReadonlyMap<string, string>

/** A part that could not be read, or that contradicts another; the rest of the snapshot goes on. */
export interface Problem {
  readonly part: string
  readonly message: string
}

/**
 * Snapshot of what was in force at a moment. Files are parsed when something first needs them and then kept, so a question
 * about two accounts costs two accounts however many the organization has.
 */
export interface Snapshot {
  readonly files: SnapshotFiles
  /** Names to cite files by, where they are not those of a snapshot directory. */
  readonly citedAs?: ReadonlyMap<string, string>
  readonly collectedAt: string | undefined
  readonly coverage: readonly Coverage[]
  /** Found so far; it grows as parts are read. */
  readonly problems: readonly Problem[]
  readonly report: (part: string, message: string) => void
}

export type PartState = 'complete' | 'partial' | 'missing'

export interface Coverage {
  readonly part: string
  readonly state: PartState
  readonly why: string | undefined
  /** How many JSON files lie in the folder; undefined where meta.json does not say. */
  readonly files: number | undefined
}

/**
 * Takes the files as they are; nothing but meta.json is parsed yet. Where that says that a run has not ended which was putting
 * its files in the place of others, nothing tells which of the two any of them is: all of them count as unread.
 */
export function readSnapshot(given: SnapshotFiles, citedAs?: ReadonlyMap<string, string>): Snapshot {
  const problems: Problem[] = []
  const report = (part: string, message: string): void => {
    if (!problems.some((known) => known.part === part && known.message === message)) problems.push({ part, message })
  }
  const text = given.get('meta.json')
  const meta = text === undefined ? undefined : readJson('meta.json', text)
  if (meta !== undefined && !isReadable(meta)) report('meta.json', meta.problem)
  const value = meta !== undefined && isReadable(meta) ? meta.value : undefined
  const unfinished = text !== undefined && isUnfinished(text)
  if (unfinished) report('meta.json', UNFINISHED)
  return {
    files: unfinished ? unread(given) : given,
    ...(citedAs === undefined ? {} : { citedAs }),
    collectedAt: textField(value, 'collectedAt'),
    coverage: unfinished ? [] : readCoverage(value, report),
    problems,
    report,
  }
}

export const UNFINISHED = 'a run that was writing this snapshot has not ended, so its files may be of different days'

/** Whether a text of meta.json says that what stands beside it is being replaced, or was until the run died. */
export function isUnfinished(text: string): boolean {
  const read = readJson('meta.json', text)
  return isReadable(read) && field(read.value, 'unfinished') !== undefined && field(read.value, 'unfinished') !== false
}

const unread = (files: SnapshotFiles): SnapshotFiles =>
  new Map([...files.keys()].map((path) => [path, path === 'meta.json' ? (files.get(path) ?? '') : '']))

function readCoverage(meta: unknown, report: Snapshot['report']): readonly Coverage[] {
  const found: Coverage[] = []
  for (const item of listField(meta, 'coverage') ?? []) {
    const part = textField(item, 'part')
    const state = textField(item, 'state')
    if (part !== undefined && (state === 'complete' || state === 'partial' || state === 'missing'))
      found.push({ part: cleanPart(part), state, why: textField(item, 'why'), files: countIn(item) })
    else report('meta.json', 'a coverage entry has no part, or a state other than complete, partial and missing')
  }
  return found
}

function countIn(entry: unknown): number | undefined {
  const count = field(entry, 'files')
  return typeof count === 'number' ? count : undefined
}

/** `./accounts/1111/` and `snapshot/accounts/1111` are one part; the whole directory is ''. */
function cleanPart(part: string): string {
  const steps = part.split('/').filter((step) => step !== '' && step !== '.' && step !== '*' && step !== '**')
  return (steps[0] === 'snapshot' ? steps.slice(1) : steps).join('/')
}

/** Name of the entry a folder gets for a link that could not be followed: what lies behind it is not known. */
export const UNFOLLOWED_LINK = '(link).json'

/**
 * How well a part was collected: the nearest coverage entry, its own or that of a folder above it; undefined where meta.json
 * says nothing. Only `complete` turns what is missing into "there is none".
 */
export function coverageOf(snapshot: Snapshot, part: string): Coverage | undefined {
  const wanted = cleanPart(part)
  let nearest: Coverage | undefined
  for (const entry of snapshot.coverage) {
    const covers = entry.part === '' || wanted === entry.part || wanted.startsWith(`${entry.part}/`)
    if (covers && (nearest === undefined || entry.part.length >= nearest.part.length)) nearest = entry
  }
  return nearest
}

/**
 * The state of a part: its coverage held against the files that are there. A part called complete of which something is
 * gone is `partial` or `missing`.
 */
export function partState(snapshot: Snapshot, part: string): PartState | undefined {
  const entry = coverageOf(snapshot, part)
  if (entry?.state !== 'complete') return entry?.state
  if (lostOf(snapshot, part) !== undefined) return isFileOfItsOwn(cleanPart(part)) ? 'missing' : 'partial'
  return behindLink(snapshot, cleanPart(part)) || coveredWorse(snapshot, part) ? 'partial' : 'complete'
}

/** Files that every complete snapshot has, even where they hold nothing: one that is not there is lost. */
export const OF_AN_ACCOUNT: readonly string[] = ['account.json', 'authorization-details.json', 'vpc-endpoints.json']

function isFileOfItsOwn(part: string): boolean {
  const [top = '', account, file, below] = part.split('/')
  if (account === undefined) return top === 'organization.json'
  return top === 'accounts' && below === undefined && OF_AN_ACCOUNT.includes(file ?? '')
}

/** Why a part that meta.json calls complete is not whole; undefined where nothing of it is known to be gone. */
export function lostOf(snapshot: Snapshot, part: string): string | undefined {
  const entry = coverageOf(snapshot, part)
  const wanted = cleanPart(part)
  if (entry?.state !== 'complete') return undefined
  if (isFileOfItsOwn(wanted) && !snapshot.files.has(wanted))
    return 'meta.json calls it complete, but the file is not there'
  const there = filesBelow(snapshot, entry.part)
  if (entry.files !== undefined && there < entry.files)
    return `meta.json says that ${entry.files} files are in \`${entry.part === '' ? '.' : entry.part}\`, and ${there} are there`
  const [top, account] = wanted.split('/')
  return top === 'accounts' && account !== undefined && filesBelow(snapshot, `${top}/${account}`) === 0
    ? 'meta.json calls it complete, but nothing of the account is there'
    : undefined
}

/** How many JSON files lie in each folder, and in those below it. meta.json is of none. */
const counts = perSnapshot((snapshot): ReadonlyMap<string, number> => {
  const found = new Map<string, number>()
  for (const path of snapshot.files.keys()) {
    if (path === 'meta.json') continue
    for (let end = path.length; end >= 0; end = end === 0 ? -1 : Math.max(0, path.lastIndexOf('/', end - 1))) {
      const folder = path.slice(0, end)
      found.set(folder, (found.get(folder) ?? 0) + 1)
    }
  }
  return found
})

const filesBelow = (snapshot: Snapshot, folder: string): number => counts(snapshot, '').get(folder) ?? 0

/** A complete folder with a partial or missing part inside is not complete as a whole. */
function coveredWorse(snapshot: Snapshot, part: string): boolean {
  const folder = cleanPart(part)
  return snapshot.coverage.some(
    (entry) => entry.state !== 'complete' && (folder === '' ? entry.part !== '' : entry.part.startsWith(`${folder}/`)),
  )
}

function behindLink(snapshot: Snapshot, part: string): boolean {
  const steps = part === '' ? [] : part.split('/')
  for (let depth = 0; depth <= steps.length; depth++)
    if (snapshot.files.has([...steps.slice(0, depth), UNFOLLOWED_LINK].join('/'))) return true
  return false
}

/** Remembers, per snapshot, what was made of a key: every index of this room is made once, when first asked for. */
export function perSnapshot<T>(make: (snapshot: Snapshot, key: string) => T): (snapshot: Snapshot, key: string) => T {
  const made = new WeakMap<Snapshot, Map<string, T>>()
  return (snapshot, key) => {
    const known = made.get(snapshot) ?? new Map<string, T>()
    made.set(snapshot, known)
    if (!known.has(key)) known.set(key, make(snapshot, key))
    // The key was set in the line above; T may itself be undefined, so no other test tells.
    return known.get(key) as T
  }
}

/** A file of the snapshot: undefined where there is none, a reported problem where it cannot be read. */
export const fileOf = perSnapshot((snapshot, path): JsonSource | 'unreadable' | undefined => {
  const text = snapshot.files.get(path)
  if (text === undefined) return undefined
  const read = readJson(snapshot.citedAs?.get(path) ?? path, text)
  if (isReadable(read)) return read
  snapshot.report(path, read.problem)
  return 'unreadable'
})

/** A small file of the snapshot that must be sound as a whole: a key that stands twice makes it unreadable too. */
export const soundFileOf = perSnapshot((snapshot, path): JsonSource | 'unreadable' | undefined => {
  const source = fileOf(snapshot, path)
  if (source === undefined || source === 'unreadable') return source
  const problem = duplicateProblem(source, source.start)
  if (problem === undefined) return source
  snapshot.report(path, problem)
  return 'unreadable'
})

/** The values of the files that have a text in them. */
export const filesMentioning = perSnapshot((snapshot, text): readonly unknown[] =>
  [...snapshot.files].flatMap(([path, content]) => {
    const source = content.includes(text) ? fileOf(snapshot, path) : undefined
    return source === undefined || source === 'unreadable' ? [] : [source.value]
  }),
)

/** An object file's value; anything but an object is reported and reads as unreadable. */
export function objectIn(
  snapshot: Snapshot,
  path: string,
): Readonly<Record<string, unknown>> | 'unreadable' | undefined {
  const source = soundFileOf(snapshot, path)
  if (source === undefined || source === 'unreadable') return source
  if (isObject(source.value)) return source.value
  snapshot.report(path, 'the file is not a JSON object')
  return 'unreadable'
}

export interface AccountFiles {
  readonly id: string
  /** Paths of the files under `resources/`. */
  readonly resources: readonly string[]
}

/** The accounts that have a folder, by id. */
const accountFolders = perSnapshot((snapshot): ReadonlyMap<string, AccountFiles> => {
  const found = new Map<string, { id: string; resources: string[] }>()
  for (const path of snapshot.files.keys()) {
    const [top, id, third] = path.split('/', 3)
    if (top !== 'accounts' || id === undefined || third === undefined) continue
    const account = found.get(id) ?? { id, resources: [] }
    found.set(id, account)
    if (third === 'resources') account.resources.push(path)
  }
  return found
})

export const accountFilesOf = (snapshot: Snapshot): ReadonlyMap<string, AccountFiles> => accountFolders(snapshot, '')
