/** Shape of a verdict, so that nothing hangs on colour. */
export type Shape = 'deny' | 'deny-on' | 'likely' | 'next' | 'allow' | 'passed' | 'unseen' | 'none'

/** Standing of a layer: its shape, its words, and whether it is lit. */
export type Standing = 'deny' | 'like' | 'next' | 'allow' | 'passed' | 'unseen' | 'none' | 'lit'

/** Layer of a rail: how it stands, its name, and what is written beneath. */
export interface Stop {
  readonly layer: string
  readonly kind: Standing
  readonly name: string
  readonly why: string
  /** Behind what refuses: AWS did not come to it. */
  readonly isOff: boolean
  /** Of one of several causes: A, B … */
  readonly letter?: string
  /** Its policy was edited. */
  readonly isEdited?: boolean
  /** Where its name leads. */
  readonly href?: string
}

/** Rail of an authorization of the call. */
export interface CallRail {
  readonly action: string
  readonly note: string
  readonly stops: readonly Stop[]
}

/** The call that was asked for, and what it needs besides. */
export interface Rail {
  readonly call: CallRail
  readonly further: readonly (CallRail & { readonly isRefused: boolean; readonly isNow: boolean })[]
}

export const RAIL_LABEL = 'Layers, in the order in which AWS asks'

/** Shape on the ground it stands on: what refuses is white on red. */
export const SHAPE_OF: Readonly<Record<Standing, Shape>> = {
  deny: 'deny-on',
  like: 'likely',
  next: 'next',
  allow: 'allow',
  lit: 'allow',
  passed: 'passed',
  unseen: 'unseen',
  none: 'none',
}

/** For who hears the rail. */
export const SAID: Readonly<Record<Standing, string>> = {
  deny: 'refuses',
  like: 'may have refused',
  next: 'refuses next',
  allow: 'lets pass',
  lit: 'allows',
  passed: 'lets pass, by AWS’s words',
  unseen: 'not seen',
  none: 'not used or not needed',
}

/** Sign for text without shapes. */
export const SIGN: Readonly<Record<Standing, string>> = {
  deny: '✕',
  like: '✕?',
  next: '✕',
  allow: '✓',
  passed: '✓',
  lit: '✓',
  unseen: '?',
  none: '–',
}

const LIT: ReadonlySet<Standing> = new Set(['deny', 'like', 'lit'])

/** Whether a layer stands out of the row, with its name in a box. */
export const isLit = ({ kind }: Stop): boolean => LIT.has(kind)

/** Line from a layer to the one after it: the call went on, did not come so far, or nobody knows. */
export type Line = 'on' | 'off' | 'unknown'

export function lineAfter(stops: readonly Stop[], at: number): Line {
  const stop = stops[at]
  const before = stops.slice(0, at)
  if (stop === undefined || stop.kind === 'deny') return 'off'
  if (stop.kind === 'none' && before.at(-1)?.kind === 'unseen' && !stop.isOff) return 'unknown'
  if (stop.isOff || before.some(({ kind }) => kind === 'deny')) return 'off'
  if (stop.kind === 'unseen') return 'unknown'
  return stop.kind === 'like' || (stop.kind === 'none' && before.some(({ kind }) => kind === 'like')) ? 'off' : 'on'
}

/** Layers between two that are lit, which a narrow rail puts on one line; undefined: more of them follow. */
export function groupEnding(stops: readonly Stop[], at: number): readonly Stop[] | undefined {
  const [stop, next] = [stops[at], stops[at + 1]]
  if (stop === undefined || isLit(stop) || (next !== undefined && !isLit(next))) return undefined
  const start = stops.slice(0, at).findLastIndex(isLit) + 1
  return stops.slice(start, at + 1)
}

/** In words, for a narrow rail: `RCP, SCP pass; 2 not needed`. */
export function groupWords(stops: readonly Stop[]): string {
  const names = (...kinds: readonly Standing[]): readonly string[] =>
    stops.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
  const passed = names('allow', 'passed')
  const none = names('none')
  const unseen = names('unseen')
  return [
    ...(passed.length === 0 ? [] : [`${passed.join(', ')} ${passed.length === 1 ? 'passes' : 'pass'}`]),
    ...(unseen.length === 0 ? [] : [`${unseen.length > 1 ? unseen.length : unseen.join(', ')} not seen`]),
    ...(none.length === 0 ? [] : [`${none.length > 1 ? none.length : none.join(', ')} not needed`]),
  ].join('; ')
}
