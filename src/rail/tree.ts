import { type Drawn, drawn } from './drawn.ts'
import {
  type CallRail,
  groupEnding,
  groupWords,
  isLit,
  lineAfter,
  type Rail,
  RAIL_LABEL,
  SAID,
  SHAPE_OF,
  type Stop,
} from './rail.ts'
import { shapeTree } from './shapes.ts'

const ARROW = drawn(
  'svg',
  {
    class: 'i',
    viewBox: '0 0 16 16',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.6',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  },
  drawn('path', { d: 'M2.5 8h10.4M9 4l4 4-4 4' }),
)

/** The layers of a call in the order in which AWS asks, what refuses lit, and what the call needs then at the end. */
export function railTree({ call, further }: Rail): Drawn {
  const of = drawn('div', { class: 'of' }, drawn('code', {}, call.action), call.note)
  return drawn(
    'section',
    { class: 'rail', 'aria-label': RAIL_LABEL },
    drawn(
      'div',
      { class: 'path' },
      drawn('div', { class: 'call' }, call.action === '' && call.note === '' ? undefined : of, stopsTree(call)),
      ...further.flatMap((then) => [
        drawn('span', { class: 'arrow', 'aria-hidden': 'true' }, ARROW),
        drawn(
          'div',
          { class: `call then${then.isRefused && !then.isNow ? ' refused' : ''}${then.isNow ? ' now' : ''}` },
          drawn('div', { class: 'of' }, then.isRefused ? 'then ' : 'and ', drawn('code', {}, then.action)),
          stopsTree(then),
        ),
      ]),
    ),
  )
}

const stopsTree = ({ stops }: CallRail): Drawn => drawn('ol', {}, ...stops.map((_, at) => stopTree(stops, at)))

function stopTree(stops: readonly Stop[], at: number): Drawn | undefined {
  const stop = stops[at]
  if (stop === undefined) return undefined
  const { kind, name, why, letter } = stop
  const group = groupEnding(stops, at)
  const looks = [
    'stop',
    kind === 'passed' ? 'allow' : kind,
    `to-${lineAfter(stops, at)}`,
    ...(group === undefined ? [] : ['ends']),
    ...(stop.isEdited === true ? ['ed'] : []),
  ]
  return drawn(
    'li',
    { class: looks.join(' ') },
    drawn('div', { class: 'n' }, shapeTree(SHAPE_OF[kind])),
    drawn('b', { title: name }, letter === undefined ? undefined : drawn('i', { class: 'ab' }, letter), named(stop)),
    drawn('span', { class: 'why' }, drawn('span', { class: 'vh' }, `${SAID[kind]}: `), why),
    group === undefined ? undefined : drawn('span', { class: 'said', 'aria-hidden': 'true' }, groupWords(group)),
  )
}

const named = ({ name, href }: Stop): Drawn | string => (href === undefined ? name : drawn('a', { href }, name))

/** The same on a line, for a card: shapes alone, and the name of what is lit or refuses next. */
export function railLineTree({ call, further }: Rail): Drawn {
  const stops = [...call.stops, ...further.flatMap((then) => then.stops)]
  const items = stops.map((stop, at) => {
    const isNamed = isLit(stop) || stop.kind === 'next'
    const line = at < call.stops.length ? lineAfter(call.stops, at) : 'off'
    return drawn(
      'li',
      { class: `stop ${stop.kind === 'passed' ? 'allow' : stop.kind} to-${line}`, title: `${stop.name}: ${stop.why}` },
      drawn(
        'span',
        { class: isNamed ? 'pill' : 'n' },
        shapeTree(SHAPE_OF[stop.kind]),
        drawn('b', isNamed ? {} : { class: 'vh' }, stop.name),
        drawn('span', { class: 'vh' }, `: ${SAID[stop.kind]}`),
      ),
    )
  })
  return drawn('ol', { class: 'rail-line', 'aria-label': RAIL_LABEL }, ...items)
}
