import { isObject, listField, textField } from './fields.ts'
import { duplicateProblem, isReadable, type JsonSource, readJson } from './json-source.ts'

/** Relative path with `/` → text, for every JSON file of a snapshot directory (docs/snapshot.md). */
export type SnapshotFiles = ReadonlyMap<string, string>

/** A part that could not be read, or that contradicts another; the rest of the snapshot goes on. */
export interface Problem {
  readonly part: string
  readonly message: string
}

/**
 * What was in force at a moment. Files are parsed when something first needs them and then kept, so a question about
 * two accounts costs two accounts however many the organization has.
 */
export interface Snapshot {
  readonly files: SnapshotFiles
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
}

/** Takes the files as they are; nothing but meta.json is parsed yet. */
export function readSnapshot(files: SnapshotFiles): Snapshot {
  const problems: Problem[] = []
  const report = (part: string, message: string): void => {
    if (!problems.some((known) => known.part === part && known.message === message)) problems.push({ part, message })
  }
  const text = files.get('meta.json')
  const meta = text === undefined ? undefined : readJson('meta.json', text)
  if (meta !== undefined && !isReadable(meta)) report('meta.json', meta.problem)
  const value = meta !== undefined && isReadable(meta) ? meta.value : undefined
  return {
    files,
    collectedAt: textField(value, 'collectedAt'),
    coverage: readCoverage(value, report),
    problems,
    report,
  }
}

function readCoverage(meta: unknown, report: Snapshot['report']): readonly Coverage[] {
  const found: Coverage[] = []
  for (const item of listField(meta, 'coverage') ?? []) {
    const part = textField(item, 'part')
    const state = textField(item, 'state')
    if (part !== undefined && (state === 'complete' || state === 'partial' || state === 'missing'))
      found.push({ part: cleanPart(part), state, why: textField(item, 'why') })
    else report('meta.json', 'a coverage entry has no part, or a state other than complete, partial and missing')
  }
  return found
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

export function partState(snapshot: Snapshot, part: string): PartState | undefined {
  const state = coverageOf(snapshot, part)?.state
  return state === 'complete' && (behindLink(snapshot, cleanPart(part)) || coveredWorse(snapshot, part))
    ? 'partial'
    : state
}

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
  const read = readJson(path, text)
  if (isReadable(read)) return read
  snapshot.report(path, read.problem)
  return 'unreadable'
})

/** The same for a small file that must be sound as a whole: a key that stands twice makes it unreadable too. */
export const soundFileOf = perSnapshot((snapshot, path): JsonSource | 'unreadable' | undefined => {
  const source = fileOf(snapshot, path)
  if (source === undefined || source === 'unreadable') return source
  const problem = duplicateProblem(source, source.start)
  if (problem === undefined) return source
  snapshot.report(path, problem)
  return 'unreadable'
})

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
