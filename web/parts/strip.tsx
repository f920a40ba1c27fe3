import { type CallStrip, groupWords, SHAPE_OF, type Stop, type Strip } from '../answer/strip-data.ts'
import { Glyph, Mark } from './icon.tsx'

/** The layers of the call in the order in which AWS asks, what refuses lit, and what the call needs then at the end. */
export function StripView({ strip }: { readonly strip: Strip }) {
  const { call, further } = strip
  return (
    <section class="path" aria-label="Layers, in the order in which AWS asks">
      <div class="call">
        <div class="of">
          <code>{call.action}</code>
          {call.note}
        </div>
        <Stops call={call} />
      </div>
      {further.map((one, i) => (
        <>
          <span class="arrow" aria-hidden="true">
            <Glyph of="right" />
          </span>
          <div key={i} class={`call then${one.isRefused && !one.isNow ? ' refused' : ''}${one.isNow ? ' now' : ''}`}>
            <div class="of">
              {one.isRefused ? 'then' : 'and'} <code>{one.action}</code>
            </div>
            <Stops call={one} />
          </div>
        </>
      ))}
    </section>
  )
}

const LIT: ReadonlySet<Stop['kind']> = new Set(['deny', 'like', 'lit'])

function Stops({ call: { stops } }: { readonly call: CallStrip }) {
  // On a narrow screen what stands between two that are lit is one line, with its words at its end.
  const startOf = (i: number): number => {
    let start = i
    while (start > 0 && !LIT.has(stops[start - 1]?.kind ?? 'none')) start--
    return start
  }
  return (
    <ol>
      {stops.map((stop, i) => {
        const { kind, name, why, isOff, letter, isEdited } = stop
        const next = stops[i + 1]
        const isEnd = !LIT.has(kind) && (next === undefined || LIT.has(next.kind))
        const of = kind === 'passed' ? 'allow' : kind
        return (
          <li
            key={stop.layer}
            class={`stop ${of}${isOff ? ' off' : ''}${isEnd ? ' ends' : ''}${isEdited === true ? ' ed' : ''}`}
          >
            <div class="n">
              <Mark of={kind === 'deny' || kind !== 'next' ? SHAPE_OF[kind] : 'next'} />
            </div>
            <b title={name}>
              {letter === undefined ? null : <i class="ab">{letter}</i>}
              {name}
            </b>
            <span class="why">
              <span class="vh">{SAID[kind]}: </span>
              {why}
            </span>
            {isEnd ? (
              <span class="said" aria-hidden="true">
                {groupWords(stops.slice(startOf(i), i + 1))}
              </span>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}

const SAID: Readonly<Record<Stop['kind'], string>> = {
  deny: 'refuses',
  like: 'may have refused',
  next: 'refuses next',
  allow: 'lets pass',
  lit: 'allows',
  passed: 'lets pass, by AWS’s words',
  unseen: 'not seen',
  none: 'not used or not needed',
}
