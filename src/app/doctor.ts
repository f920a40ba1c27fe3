import { openSnapshot } from '#collect/folder.ts'
import type { Check, DoctorReport, Part, Variable } from '#report/doctor-report.ts'
import { ageInDays, snapshotHealth } from '#snapshot/health.ts'
import { delimiter, join } from 'node:path'
import { isUserError } from '../errors.ts'
import { DATA_DAYS, dataVersions } from './data-versions.ts'
import { isThere } from './files.ts'
import { staleGuides } from './guide.ts'
import { withStore } from './store/open-store.ts'

/** Environment of the program, and which of its variables it knows; `snapshot`: a folder, `store`: a URL. */
export interface DoctorOptions {
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isKnown: (variable: string) => boolean
  readonly nearestKnown: (variable: string) => string | undefined
  readonly snapshot: string | undefined
  readonly store: string | undefined
}

/** Policies change daily; a denial of today may not be explained by an older snapshot. */
const SNAPSHOT_DAYS = 7

/** Looks at what answers depend on beside the input. Starts no process and calls nobody. */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  const now = Date.now()
  const data = dataVersions()
  const health = options.snapshot === undefined ? null : await healthOf(options.snapshot, now)
  const snapshot = typeof health === 'string' ? null : health
  const store = options.store === undefined ? null : await storeLook(options.store, options.env)
  const parts = partsIn(options.env)
  const environment = environmentOf(options)
  const checks = [
    nodeCheck(),
    ...dataChecks(data, now),
    ...parts.filter(({ found }) => !found).map(({ name, usedFor }) => note(name, `is not on the PATH; ${usedFor}`)),
    ...environment.flatMap((variable) => variableCheck(variable, options)),
    ...(typeof health === 'string' ? [{ name: 'snapshot', status: 'bad' as const, text: health }] : []),
    ...(snapshot === null ? [] : snapshotChecks(snapshot)),
    ...(store === null ? [] : [storeCheck(store)]),
    ...guideChecks(now),
  ]
  return {
    schemaVersion: 1,
    version: options.version,
    node: { version: process.versions.node, supported: isSupported(process.versions.node) },
    platform: `${process.platform} ${process.arch}`,
    data,
    parts,
    environment,
    snapshot,
    store,
    checks,
  }
}

/** The check of a snapshot that is not whole: it is told, and nothing is counted of it. */
async function healthOf(folder: string, now: number) {
  try {
    return { folder, ...snapshotHealth(await openSnapshot(folder), now) }
  } catch (error) {
    if (!isUserError(error) || error.code !== 'snapshot/unfinished') throw error
    return `${error.message}; ${error.hint}`
  }
}

/** Opened, counted, closed. A store that cannot be opened is no reason to stop. */
async function storeLook(url: string, env: DoctorOptions['env']): Promise<NonNullable<DoctorReport['store']>> {
  const shown = withoutPassword(url)
  try {
    return await withStore(url, { env }, async (store) => {
      const groups = await store.groups('layer', {})
      const [newest] = await store.find({}, 1)
      const denials = groups.reduce((sum, { count }) => sum + count, 0)
      return { url: shown, denials, newest: newest?.eventTime ?? null, fault: null }
    })
  } catch (error) {
    if (!isUserError(error)) throw error
    return { url: shown, denials: 0, newest: null, fault: `${error.message}; ${error.hint}` }
  }
}

const storeCheck = ({ url, denials, fault }: NonNullable<DoctorReport['store']>): Check =>
  fault === null
    ? { name: 'store', status: 'ok', text: `${denials} denials in ${url}` }
    : { name: 'store', status: 'bad', text: fault }

function guideChecks(now: number): readonly Check[] {
  const due = staleGuides(new Date(now).toISOString().slice(0, 10))
  const names = due.map(({ topic }) => topic).join(', ')
  return due.length === 0
    ? []
    : [note('guides', `nobody reviewed ${names} for long`, 'hold them against their sources')]
}

const note = (name: string, text: string, hint?: string): Check => ({
  name,
  status: 'note',
  text,
  ...(hint === undefined ? {} : { hint }),
})

/** docs: README, "Node >= 20.19". */
function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
}

function nodeCheck(): Check {
  const { node } = process.versions
  if (isSupported(node)) return { name: 'node', status: 'ok', text: `Node ${node}` }
  return { name: 'node', status: 'bad', text: `Node ${node} is too old`, hint: 'install Node 20.19 or later' }
}

/** One check for each kind of built-in data: a note once it is more than 90 days old at `now`, in milliseconds since 1970. */
export function dataChecks(data: DoctorReport['data'], now: number): readonly Check[] {
  return Object.entries(data).map(([name, { source, version, date }]) => {
    const days = ageInDays(date, now)
    const text = `${source} ${version} of ${date}${days === undefined ? '' : `, ${days} days old`}`
    if (days !== undefined && days > DATA_DAYS)
      return note(name, text, 'update denytrace, or give it newer data: docs/reference-data.md')
    return { name, status: 'ok', text }
  })
}

/** Programs beside us, and what for. */
const HELPERS: readonly (readonly [name: string, usedFor: string])[] = [
  ['git', '`compare` and `snapshot diff` read REV:PATH with it'],
  ['aws', 'the commands that answers print are for it'],
]

function partsIn(env: DoctorOptions['env']): readonly Part[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : ['']
  return HELPERS.map(([name, usedFor]) => {
    const where = folders
      .flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix)))
      .find((path) => isThere(path))
    return { name, found: where !== undefined, where: where ?? null, usedFor }
  })
}

/** Of the AWS SDK's variables those that decide who calls, and where. Values that are secrets stay hidden. */
const AWS_SHOWN = ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL', 'AWS_ROLE_ARN']
const AWS_HIDDEN = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_WEB_IDENTITY_TOKEN_FILE']

function environmentOf({ env, isKnown }: DoctorOptions): readonly Variable[] {
  return Object.keys(env)
    .filter((name) => env[name] !== undefined && env[name] !== '')
    .filter((name) => name.startsWith('DENYTRACE_') || AWS_SHOWN.includes(name) || AWS_HIDDEN.includes(name))
    .toSorted()
    .map((name) => {
      const isOurs = name.startsWith('DENYTRACE_')
      const isShown = AWS_SHOWN.includes(name) || (isOurs && isKnown(name))
      return { name, value: isShown ? withoutPassword(env[name] ?? '') : null, known: !isOurs || isKnown(name) }
    })
}

/** `postgres://user:password@host` → without the password. */
function withoutPassword(value: string): string {
  const scheme = value.indexOf('://')
  const at = value.lastIndexOf('@')
  if (scheme < 0 || at < scheme) return value
  const colon = value.indexOf(':', scheme + 3)
  return colon < 0 || colon > at ? value : `${value.slice(0, colon)}:…${value.slice(at)}`
}

function variableCheck({ name, known }: Variable, { nearestKnown }: DoctorOptions): readonly Check[] {
  if (known) return []
  const near = nearestKnown(name)
  const hint = near === undefined ? 'nothing reads it' : `did you mean ${near}?`
  return [note(name, 'is set, and there is no option of that name', hint)]
}

function snapshotChecks({ collectedAt, ageDays, gaps, problems }: NonNullable<DoctorReport['snapshot']>): Check[] {
  const day = collectedAt ?? 'an unknown day'
  const age: Check =
    ageDays === null
      ? note('snapshot', 'does not say when it was collected', 'meta.json has `collectedAt`: docs/snapshot.md')
      : ageDays > SNAPSHOT_DAYS
        ? note('snapshot', `is of ${day}, ${ageDays} days old`, 'what changed since is not in it: collect it again')
        : { name: 'snapshot', status: 'ok', text: `of ${day}` }
  return [
    age,
    ...gaps.map(({ part, state, why }) =>
      note(part, `${state}${why === null ? '' : `: ${why}`}`, 'what it would hold is unknown, never "none"'),
    ),
    ...problems.map(
      ({ part, message }): Check => ({ name: part, status: 'bad', text: message, hint: 'mend or collect it again' }),
    ),
  ]
}
