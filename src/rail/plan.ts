import { type Line, lineAfter, isLit, type Rail, type Shape, SHAPE_OF, type Standing, type Stop } from './rail.ts'

/** Text that is drawn in a token's colour; `room`: the width after which it is cut. */
export interface PlannedText {
  readonly kind: 'text'
  readonly text: string
  /** Left end and middle of the line. */
  readonly x: number
  readonly y: number
  readonly size: number
  readonly weight: number
  readonly isCode: boolean
  readonly color: string
  readonly room: number
}

/** Part of a rail as it is drawn where nothing lays out: places and sizes in pixels, colours by token. */
export type Planned =
  | PlannedText
  | {
      readonly kind: 'box'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly radius: number
      readonly fill: string
      readonly edge?: string
      readonly dash?: readonly number[]
    }
  | { readonly kind: 'line'; readonly x: number; readonly to: number; readonly y: number; readonly line: Line }
  | { readonly kind: 'shape'; readonly shape: Shape; readonly x: number; readonly y: number }

/** Width of a text in pixels. */
export type Measure = (text: string, of: Pick<PlannedText, 'size' | 'weight' | 'isCode'>) => number

export interface RailPlan {
  readonly height: number
  readonly parts: readonly Planned[]
}

/** How far what is lit stands out above and below. */
const LIFT = 9
const HEIGHT = 100
const PAD = 16
const SHAPE = 20
const THEN = 216
const GAP = 22
const WIDER = 1.75
const WHY = { size: 12.5, weight: 400, isCode: false }
const LEADING = 17

/** Colours of a box that is lit, of its name, and of what is written beneath. */
const LOOKS: Readonly<
  Record<Standing, { readonly name: string; readonly why: string; readonly fill?: string; readonly edge?: string }>
> = {
  deny: { name: 'on-deny', why: 'on-deny', fill: 'deny-fill' },
  like: { name: 'deny', why: 'deny-deep', fill: 'deny-tint', edge: 'deny' },
  lit: { name: 'allow', why: 'ink-2', fill: 'allow-tint', edge: 'allow-shape' },
  next: { name: 'next', why: 'ink-2' },
  allow: { name: 'ink', why: 'ink-2' },
  passed: { name: 'ink', why: 'ink-2' },
  unseen: { name: 'unseen', why: 'ink-2' },
  none: { name: 'ink-2', why: 'ink-3' },
}

/** Places of a rail for a picture of this width; `x` and `y`: its upper left corner. The page lays out the same by RAIL_STYLE. */
export function railPlan({ call, further }: Rail, x: number, y: number, width: number, measure: Measure): RailPlan {
  const top = y + LIFT
  const own = width - further.length * (THEN + GAP)
  const box = { kind: 'box', y: top, height: HEIGHT, radius: 12, fill: 'bg', edge: 'line' } as const
  const parts: Planned[] = [
    { ...box, x, width: own },
    ...plannedStops(call.stops, x, top, own, measure),
    ...heading(`${call.action}${call.note}`, x, top, own, measure, false),
  ]
  further.forEach((then, i) => {
    const left = x + own + GAP + i * (THEN + GAP)
    const isNext = then.isRefused && !then.isNow
    parts.push(
      { ...box, x: left, width: THEN, ...(isNext ? { fill: 'next-tint', edge: 'next-shape', dash: [4, 3] } : {}) },
      ...plannedStops(then.stops, left, top, THEN, measure),
      ...heading(`${then.isRefused ? 'then' : 'and'} ${then.action}`, left, top, THEN, measure, isNext),
    )
  })
  return { height: HEIGHT + 2 * LIFT, parts }
}

/** On the upper edge of a box, which is broken for it. */
function heading(
  text: string,
  x: number,
  y: number,
  width: number,
  measure: Measure,
  isNext: boolean,
): readonly Planned[] {
  if (text === '') return []
  const of = { size: 12, weight: 400, isCode: true }
  const room = width - 32
  const box = { kind: 'box', x: x + 14, width: Math.min(room, measure(text, of)) + 8, height: 9, radius: 0 } as const
  return [
    { ...box, y: y - 9, fill: 'bg' },
    { ...box, y, fill: isNext ? 'next-tint' : 'bg' },
    { kind: 'text', text, x: x + 18, y, ...of, color: isNext ? 'next' : 'ink-2', room },
  ]
}

function plannedStops(
  stops: readonly Stop[],
  x: number,
  y: number,
  width: number,
  measure: Measure,
): readonly Planned[] {
  const unit = width / stops.reduce((sum, stop) => sum + (isLit(stop) ? WIDER : 1), 0)
  let left = x
  const places = stops.map((stop) => {
    const place = { left, width: unit * (isLit(stop) ? WIDER : 1) }
    left += place.width
    return place
  })
  return stops.flatMap((stop, i): readonly Planned[] => {
    const place = places[i] ?? { left, width: 0 }
    const next = stops[i + 1]
    const end = place.left + place.width
    const hasLine = next !== undefined && stop.kind !== 'deny' && stop.kind !== 'like'
    const line: Planned = {
      kind: 'line',
      x: place.left + PAD + SHAPE,
      to: next !== undefined && isLit(next) ? end : end + PAD,
      y: y + 27,
      line: lineAfter(stops, i),
    }
    return [...(hasLine ? [line] : []), ...plannedStop(stop, place, y, measure)]
  })
}

function plannedStop(
  stop: Stop,
  { left, width }: { readonly left: number; readonly width: number },
  y: number,
  measure: Measure,
): readonly Planned[] {
  const look = LOOKS[stop.kind]
  const isBig = isLit(stop) || stop.kind === 'next'
  const room = width - PAD - 4
  const x = left + PAD
  const name = { size: isBig ? 16 : 13, weight: isBig ? 700 : stop.kind === 'none' ? 500 : 600, isCode: false }
  const lines = wrapped(stop.why, room, measure)
  return [
    ...(look.fill === undefined
      ? []
      : [
          {
            kind: 'box',
            x: left,
            y: y - LIFT,
            width,
            height: HEIGHT + 2 * LIFT,
            radius: 10,
            fill: look.fill,
            ...(look.edge === undefined ? {} : { edge: look.edge }),
          } as const,
        ]),
    { kind: 'shape', shape: SHAPE_OF[stop.kind], x, y: y + 17 },
    {
      kind: 'text',
      text: `${stop.letter === undefined ? '' : `${stop.letter} `}${stop.name}`,
      x,
      y: y + 54,
      ...name,
      color: look.name,
      room,
    },
    ...lines.map(
      (text, i) => ({ kind: 'text', text, x, y: y + 72 + i * LEADING, ...WHY, color: look.why, room }) as const,
    ),
  ]
}

/** In two lines of like length; what is longer is cut where it is drawn. */
function wrapped(text: string, room: number, measure: Measure): readonly string[] {
  if (measure(text, WHY) <= room) return [text]
  const words = text.split(' ')
  const splits = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')] as const)
  const widest = (lines: readonly string[]): number => Math.max(...lines.map((line) => measure(line, WHY)))
  return splits.toSorted((one, other) => widest(one) - widest(other))[0] ?? [text]
}
