import { availability } from '#engine/availability.ts'
import type { ContextSource } from '#engine/context-source.ts'
import { derivedKey, OF_FORWARDED_CALLS } from '#engine/derived-keys.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import type { KeyState } from '#iam/key-state.ts'
import type { Budget } from '#space/budget.ts'
import { type KeyClasses, keyClasses } from '#space/key-classes.ts'

/** The values chosen for the keys so far, by lower-case key. */
export type Assigned = ReadonlyMap<string, KeyState>

/** The condition keys of a comparison, and the states each can have in a request (R-CTX-03). */
export class KeySpace {
  private readonly lines = new Map<string, ConditionLine[]>()
  private readonly known: Map<string, KeyClasses>
  /** By key, and by whether it may be absent and may be present, where no values are told apart. */
  private readonly plain = new Map<string, (KeyClasses | undefined)[]>()
  private readonly shared: SharedClasses | undefined

  /** All lines of one key belong together, whichever statement they stand in. */
  constructor(lines: readonly ConditionLine[], shared?: SharedClasses) {
    this.shared = shared
    this.known = shared?.known ?? new Map()
    for (const line of lines) {
      const key = line.key.toLowerCase()
      const listed = this.lines.get(key)
      if (listed === undefined) this.lines.set(key, [line])
      else listed.push(line)
    }
  }

  linesOf(key: string): readonly ConditionLine[] {
    return this.lines.get(key) ?? []
  }

  /** As the policies write it. */
  spelling(key: string): string | undefined {
    return this.lines.get(key)?.at(-1)?.key
  }

  /** State of a condition key that follows from the caller and the action; undefined: it is free within `presence`. */
  derivedState(key: string, source: ContextSource): KeyState | undefined {
    const state = derivedKey(key, source, NOTHING_LISTED)
    if (state?.state === 'values' || state?.state === 'absent') return state
    return undefined
  }

  presence(key: string, source: ContextSource): Presence {
    const derived = derivedKey(key, source, NOTHING_LISTED)
    return presenceOf(derived?.state === 'present' ? 'present' : availability(key, source.caller.kind))
  }

  /** Classes of a condition key: a state for each way the lines on it can come out; `values` are told apart besides. */
  classes(key: string, presence: Presence, values?: readonly string[]): KeyClasses {
    if (values !== undefined) return this.classesAmong(key, presence, values)
    const row = this.plain.get(key) ?? []
    if (row.length === 0) this.plain.set(key, row)
    return (row[Number(presence.mayBeAbsent) * 2 + Number(presence.mayBePresent)] ??= this.classesAmong(key, presence))
  }

  private classesAmong(key: string, presence: Presence, values?: readonly string[]): KeyClasses {
    const lines = this.linesOf(key)
    const ids = this.shared === undefined ? '' : lines.map((line) => this.shared?.idOf(line)).join()
    const { mayBeAbsent, mayBePresent } = presence
    const apart = values === undefined ? '' : JSON.stringify(values)
    const question = `${mayBeAbsent}${mayBePresent} ${ids} ${apart} ${key}`
    const known = this.known.get(question)
    if (known !== undefined) return known
    const more = values === undefined ? {} : { values }
    const made = keyClasses(key, lines, { ...presence, ...more, budget: this.shared?.budget })
    this.known.set(question, made)
    return made
  }
}

/** The work shared by searches over the same statements: what is made once, and what they may cost together. */
export class SharedClasses {
  readonly budget: Budget
  readonly known = new Map<string, KeyClasses>()
  private readonly ids = new Map<ConditionLine, number>()

  constructor(budget: Budget) {
    this.budget = budget
  }

  /** A small number for a line, the same each time. */
  idOf(line: ConditionLine): number {
    const known = this.ids.get(line) ?? this.ids.size
    this.ids.set(line, known)
    return known
  }
}

export interface Presence {
  readonly mayBeAbsent: boolean
  readonly mayBePresent: boolean
}

const NOTHING_LISTED = (): undefined => undefined

function presenceOf(available: ReturnType<typeof availability>): Presence {
  return { mayBeAbsent: available !== 'present', mayBePresent: available !== 'absent' }
}

/** There together or not at all: a request comes through an endpoint or over a public address, never both (R-CTX-03). */
const OF_ENDPOINT = ['aws:sourcevpce', 'aws:sourcevpc', 'aws:vpcsourceip']
const PERHAPS_OF_ENDPOINT = ['aws:sourcevpcarn', 'aws:vpceaccount', 'aws:vpceorgid', 'aws:vpceorgpaths']

const isPresent = (state: KeyState | undefined): boolean => state !== undefined && state.state !== 'absent'

/** Whether a request can have this state of a key beside the others (R-CTX-03, R-CTX-10). */
export function isPossible(key: string, state: KeyState, assigned: Assigned): boolean {
  if (!RELATED.has(key)) return true
  const at = (other: string): KeyState | undefined => (other === key ? state : assigned.get(other))
  const endpoint = OF_ENDPOINT.map(at).filter((state) => state !== undefined)
  const through = endpoint.some(isPresent)
  if (through && (!endpoint.every(isPresent) || isPresent(at('aws:sourceip')))) return false
  if (endpoint.length > 0 && !through && PERHAPS_OF_ENDPOINT.some((other) => isPresent(at(other)))) return false
  if (isPresent(at('aws:sourceip')) && PERHAPS_OF_ENDPOINT.some((other) => isPresent(at(other)))) return false
  const via = at('aws:viaawsservice')
  const isVia = via?.state === 'values' && via.values[0]?.toLowerCase() === 'true'
  const isForwarded = isVia || OF_FORWARDED_CALLS.some((other) => isPresent(at(other)))
  if (isForwarded && [...OF_ENDPOINT, ...PERHAPS_OF_ENDPOINT].some((other) => isPresent(at(other)))) return false
  return via === undefined || isVia || !isForwarded
}

/** Keys whose state says something of that of others. */
export const RELATED: ReadonlySet<string> = new Set([
  'aws:sourceip',
  ...OF_ENDPOINT,
  ...PERHAPS_OF_ENDPOINT,
  ...OF_FORWARDED_CALLS,
  'aws:viaawsservice',
])
