import type { Cause, FailedElement, MetCondition, Request } from '#http/wire.ts'
import { type Difference, firstDifference } from '#answer/first-difference.ts'
import { covers } from '../glob.ts'
import { jsonPlaces, type Places } from '../json-text.ts'
import { difference, type Marked } from './marks.ts'
import { valueWords } from './names.ts'

/** A line of a policy, or what stands between two: what of the request is held against it, or lines left out. */
export type WhyLine =
  | {
      readonly kind: 'line'
      readonly number: number | undefined
      readonly text: string
      /** What decides in it. */
      readonly mark?: string
      readonly tone?: 'hit' | 'open' | undefined
      readonly note?: { readonly text: string; readonly is: 'ok' | 'bad' | 'open' | 'value' } | undefined
    }
  | { readonly kind: 'request'; readonly value: Marked; readonly isOpen: boolean }
  | { readonly kind: 'gap'; readonly words: string }

/** The statement that a cause names, as lines. */
export interface Told {
  readonly lines: readonly WhyLine[]
  /** Some are left out. */
  readonly isCut: boolean
}

interface Hit {
  readonly range: readonly [number, number]
  readonly line: number
  readonly mark: string
  readonly isOpen: boolean
  readonly note: NonNullable<Extract<WhyLine, { kind: 'line' }>['note']>
  readonly request?: Marked
}

/** A statement of so many lines is shown whole. */
const FEW = 13
/** Beyond this a statement is read in an editor. */
const MOST = 400
/** A text with longer lines was written by a program: it is laid out anew, without numbers. */
const LONGEST = 240

/**
 * The lines of the statement that refuses or comes nearest, with what fails or decides marked in them. `text`: its policy's;
 * `firstLine`: the line of its file at which the statement begins, where that is known. Undefined: it is not in the text.
 */
export function whyLines(cause: Cause, text: string, request: Request | undefined, isWhole: boolean): Told | undefined {
  const named = cause.statement ?? cause.nearest
  const laid = named === undefined ? undefined : laidOut(text, named.pointer)
  if (named === undefined || laid === undefined) return undefined
  const { lines, places, isAsWritten } = laid
  const [first, last] = places.get(named.pointer) ?? [0, 0]
  const shift = isAsWritten && named.line !== undefined ? named.line - first : 1
  const isDeny = cause.statement !== undefined
  const at = { lines, places, pointer: named.pointer }
  const hits = isDeny
    ? metHits(cause.metBy ?? [], at)
    : (cause.nearest?.failedOn ?? []).flatMap((failed) => hitOf(failed, at) ?? [])
  const failing = new Set<string>((cause.nearest?.failedOn ?? []).map(({ element }) => element))
  const matched = (['Action', 'Resource'] as const).flatMap((element) =>
    failing.has(element) ? [] : (matchOf(element, at, request, isDeny) ?? []),
  )
  const all = [...hits, ...matched]
  const shown = keptOf(all, at, [first, Math.min(last, first + MOST)], isWhole || (!isDeny && last - first < FEW))
  const indent = Math.min(...lines.slice(first, last + 1).map((line) => line.length - line.trimStart().length))
  const told = linesOf({
    all,
    shown,
    lines,
    first,
    last: Math.min(last, first + MOST),
    indent,
    shift: isAsWritten ? shift : undefined,
  })
  return { lines: told, isCut: told.some(({ kind }) => kind === 'gap') }
}

interface At {
  readonly lines: readonly string[]
  readonly places: Places
  readonly pointer: string
}

function laidOut(text: string, pointer: string) {
  const places = jsonPlaces(text)
  if (places === undefined) return undefined
  const range = places.get(pointer)
  if (range === undefined) return undefined
  const lines = text.split('\n')
  const isReadable = lines.slice(range[0], range[1] + 1).every((line) => line.length <= LONGEST)
  if (isReadable) return { lines, places, isAsWritten: true }
  const again = JSON.stringify(JSON.parse(text), null, 2)
  const found = jsonPlaces(again)
  return found === undefined ? undefined : { lines: again.split('\n'), places: found, isAsWritten: false }
}

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

/** A value in quotes as the line has it. */
const quoted = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The line of a range that holds a value, else its first. */
function lineWith({ lines }: At, [from, to]: readonly [number, number], value: string): number {
  for (let i = from; i <= to; i++) if (lines[i]?.includes(value) === true) return i
  return from
}

function hitOf(failed: FailedElement, at: At): Hit | undefined {
  const { element, key, operator, expected, actual, state } = failed
  const exact =
    key === undefined ? undefined : at.places.get(`${at.pointer}/${element}/${escaped(operator ?? '')}/${escaped(key)}`)
  const range = exact ?? at.places.get(`${at.pointer}/${element}`) ?? at.places.get(at.pointer)
  if (range === undefined) return undefined
  const isOpen = state === 'unknown'
  const has = isOpen ? 'not known' : state === 'absent' || actual === null ? 'not sent' : valueWords(actual)
  if (key !== undefined)
    return {
      range,
      line: range[0],
      mark: key,
      isOpen,
      note: { text: has, is: isOpen ? 'open' : 'value' },
    }
  const patterns = [expected].flat().filter((one): one is string => typeof one === 'string')
  const near = typeof actual === 'string' ? nearest(patterns, actual) : patterns[0]
  const told = near === undefined || typeof actual !== 'string' ? undefined : difference(near, actual)
  const line = near === undefined ? range[0] : lineWith(at, range, near)
  return {
    range,
    line,
    mark: told?.pattern.mark.trim() === '' ? '' : (told?.pattern.mark ?? near ?? ''),
    isOpen,
    note: { text: isOpen ? 'not known' : noteOf(failed, patterns), is: isOpen ? 'open' : 'bad' },
    request: told?.value ?? { before: has, mark: '', after: '' },
  }
}

/** The pattern that begins like the value for longest. */
const nearest = (patterns: readonly string[], value: string): string | undefined =>
  patterns.toSorted((one, other) => sameFor(other, value) - sameFor(one, value))[0]

function sameFor(one: string, other: string): number {
  let i = 0
  while (i < one.length && one[i] === other[i]) i++
  return i
}

function noteOf({ element, actual }: FailedElement, patterns: readonly string[]): string {
  const part =
    typeof actual === 'string' && element === 'Resource' ? firstDifference(patterns, actual)?.part : undefined
  if (part !== undefined && part in NOTES) return NOTES[part] ?? ''
  return element === 'Principal' || element === 'NotPrincipal' ? 'another caller' : `other ${element.toLowerCase()}`
}

/** The part that differs, in as many words as a line has room for. */
const NOTES: Readonly<Partial<Record<Difference['part'], string>>> = {
  objects: 'no object in it',
  'bucket-itself': 'not the bucket itself',
  bucket: 'other bucket',
  account: 'other account',
  Region: 'other Region',
  partition: 'other partition',
  service: 'other service',
  'key-prefix': 'other path',
  case: 'letter case',
  type: 'other type',
  qualifier: 'no qualifier',
  suffix: 'no suffix',
}

function metHits(metBy: readonly MetCondition[], at: At): readonly Hit[] {
  return metBy.flatMap(({ key, operator, actual, state }): readonly Hit[] => {
    const range = at.places.get(`${at.pointer}/Condition/${escaped(operator)}/${escaped(key)}`)
    if (range === undefined) return []
    const isOpen = state === 'unknown'
    const has = isOpen ? 'whatever it is' : state === 'absent' || actual === null ? 'not sent' : valueWords(actual)
    return [{ range, line: range[0], mark: key, isOpen, note: { text: shortValue(has), is: 'value' } }]
  })
}

/** The end of a long ARN tells more than its beginning. */
const shortValue = (value: string): string =>
  value.startsWith('arn:') && value.length > 34 ? (value.split(/[/:]/).at(-1) ?? value) : value

/** The line of Action or Resource that covers the request. */
function matchOf(element: string, at: At, request: Request | undefined, isDeny: boolean): Hit | undefined {
  const range = at.places.get(`${at.pointer}/${element}`)
  const value = element === 'Action' ? request?.action : [request?.resource].flat()[0]
  if (range === undefined || typeof value !== 'string') return undefined
  for (let i = range[0]; i <= range[1]; i++) {
    const found = stringsOf(at.lines[i] ?? '').find((one) => one !== element && covers(one, value))
    if (found === undefined) continue
    const isMarked = isDeny && element === 'Action'
    return {
      range,
      line: i,
      mark: isMarked ? found : '',
      isOpen: false,
      note: isMarked ? { text: value, is: 'value' } : { text: '✓ matches', is: 'ok' },
    }
  }
  return undefined
}

/** The texts in quotes of a line of JSON. */
const stringsOf = (line: string): readonly string[] =>
  (line.match(/"(?:[^"\\]|\\.){0,400}"/g) ?? []).map((one) => {
    try {
      return quoted(JSON.parse(one))
    } catch {
      return one
    }
  })

/** The lines that stay: what decides, what leads to it, the two ends. */
function keptOf(
  hits: readonly Hit[],
  at: At,
  [first, last]: readonly [number, number],
  isAll: boolean,
): ReadonlySet<number> {
  const kept = new Set<number>()
  for (let i = first; i <= last; i++) if (isAll) kept.add(i)
  for (const name of ['Sid', 'Effect']) {
    const range = at.places.get(`${at.pointer}/${name}`)
    if (range !== undefined) kept.add(range[0])
  }
  for (const { range, line } of hits) {
    kept.add(line)
    kept.add(range[0])
    // The operator above a key of a condition.
    if (line > first && /^\s*"\w+(?::\w+)?"\s*:\s*\{\s*$/.test(at.lines[line - 1] ?? '')) kept.add(line - 1)
  }
  return kept
}

function linesOf(of: {
  readonly all: readonly Hit[]
  readonly shown: ReadonlySet<number>
  readonly lines: readonly string[]
  readonly first: number
  readonly last: number
  readonly indent: number
  readonly shift: number | undefined
}): readonly WhyLine[] {
  const { all, shown, lines, first, last, indent, shift } = of
  const told: WhyLine[] = []
  let left = 0
  const gap = (to: number): void => {
    // One line takes no more room than to say that it is left out.
    if (left === 1) told.push(plainLine(to - 1))
    if (left > 1) told.push({ kind: 'gap', words: `${left} more lines` })
    left = 0
  }
  const plainLine = (i: number): Extract<WhyLine, { kind: 'line' }> => ({
    kind: 'line',
    number: shift === undefined ? undefined : i + shift,
    text: (lines[i] ?? '').slice(indent),
  })
  for (let i = first; i <= last; i++) {
    if (!shown.has(i)) {
      left++
      continue
    }
    gap(i)
    const here = all.find(({ line }) => line === i)
    const isHit = here !== undefined && here.note.is !== 'ok'
    told.push({
      ...plainLine(i),
      ...(here === undefined ? {} : { mark: here.mark, note: here.note }),
      ...(isHit ? { tone: here.isOpen ? ('open' as const) : ('hit' as const) } : {}),
    })
    if (here?.request !== undefined) told.push({ kind: 'request', value: here.request, isOpen: here.isOpen })
  }
  gap(last + 1)
  return told
}
