import type { SeriesAnswer, Spike } from '#http/wire.ts'
import { DRAWN, type FilterName } from '../denials-data.ts'
import { LAYER_WORDS, shortArn } from '../words.ts'
import { Chart } from './chart.tsx'
import { Sign } from './prose.tsx'

const KINDS = { spike: 'Spike', 'first-seen': 'Never seen before', shift: 'Slow shift' } as const
const SIGNS = { high: ['!', 'explicit-deny'], medium: ['!', 'implicit-deny'], low: ['·', 'unknown'] } as const

const HOUR = 3_600_000
/** Around a spike: what came before shows what was usual. */
const BEFORE = 96
const AFTER = 24

const SHOWN = 40

export function Spikes(props: {
  readonly spikes: readonly Spike[] | undefined
  readonly series: readonly SeriesAnswer[]
  readonly onFilter: (filters: Readonly<Partial<Record<FilterName, string>>>) => void
  readonly onOpen: (eventId: string) => void
}) {
  const { spikes, series, onFilter, onOpen } = props
  if (spikes === undefined)
    return <p class="muted">The detector goes through the history; a million denials take it some ten seconds …</p>
  if (spikes.length === 0) return <p class="muted">Nothing stands out in this time.</p>
  return (
    <>
      <ul class="spikes">
        {spikes.slice(0, DRAWN).map((spike) => (
          <SpikeCard
            key={spike.id}
            spike={spike}
            series={series.find(({ family, key }) => family === spike.family && key === spike.key)}
            onFilter={onFilter}
            onOpen={onOpen}
          />
        ))}
      </ul>
      {spikes.length <= DRAWN ? null : (
        <details>
          <summary>{spikes.length - DRAWN} more</summary>
          <ul class="spikes">
            {spikes.slice(DRAWN, SHOWN).map((spike) => (
              <SpikeCard key={spike.id} spike={spike} series={undefined} onFilter={onFilter} onOpen={onOpen} />
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** What a series is about, as filters. */
function filtersOf({ family, key }: Spike): Readonly<Partial<Record<FilterName, string>>> {
  if (family !== 'tuple') return { [family]: key }
  const [principal, action, resource] = key.split(' ')
  return {
    ...(principal === undefined || principal === '-' ? {} : { principal }),
    ...(action === undefined || action === '-' ? {} : { action }),
    ...(resource === undefined || resource === '-' ? {} : { 'resource-family': resource }),
  }
}

const timeOf = (time: string): string => time.slice(0, 16).replace('T', ' ')

function SpikeCard(props: {
  readonly spike: Spike
  readonly series: SeriesAnswer | undefined
  readonly onFilter: (filters: Readonly<Partial<Record<FilterName, string>>>) => void
  readonly onOpen: (eventId: string) => void
}) {
  const { spike, series, onFilter, onOpen } = props
  const { kind, severity, key, from, to, count, expected, p, fanOut, cause, state, examples } = spike
  const [sign, look] = SIGNS[severity]
  return (
    <li class={`spike ${severity}`}>
      <p class="spike-head">
        <Sign of={sign} kind={look} /> <b>{KINDS[kind]}</b> <span class="muted">{severity}</span>
        {state === 'open' ? null : <span class="badge">{state}</span>}
      </p>
      <p class="spike-key">
        {key.split(' ').map((part) => (
          <code key={part} title={part}>
            {shortArn(part)}
          </code>
        ))}
      </p>
      <p>
        <b>{count}</b> against <b>{expected < 10 ? expected.toFixed(1) : Math.round(expected)}</b> expected,{' '}
        {timeOf(from)} to {timeOf(to)} UTC
        {p === null ? null : <span class="muted"> (p {p.toExponential(1)})</span>}
      </p>
      <p class="muted">
        {fanOut} {fanOut === 1 ? 'principal' : 'principals'} refused
        {cause.layer === null ? '' : `, by the ${LAYER_WORDS[cause.layer].toLowerCase()}`}
        {cause.statement === null ? null : (
          <>
            {' '}
            <code>{cause.statement}</code>
          </>
        )}
        {cause.change === null ? null : (
          <>
            {' after '}
            <code>{cause.change.action}</code> at {timeOf(cause.change.time)}
            {cause.change.by === null ? null : (
              <>
                {' by '}
                <code>{shortArn(cause.change.by)}</code>
              </>
            )}
          </>
        )}
      </p>
      {series === undefined ? null : <SpikeChart spike={spike} series={series} />}
      <p class="buttons">
        <button type="button" onClick={() => onFilter(filtersOf(spike))}>
          Show its denials
        </button>
        {examples[0] === undefined ? null : (
          <button type="button" onClick={() => onOpen(examples[0] ?? '')}>
            Explain one
          </button>
        )}
      </p>
    </li>
  )
}

function SpikeChart({ spike, series }: { readonly spike: Spike; readonly series: SeriesAnswer }) {
  const start = Date.parse(series.from)
  const place = (time: string): number => Math.round((Date.parse(time) - start) / HOUR)
  const begin = Math.max(0, place(spike.from) - BEFORE)
  const end = Math.min(series.counts.length, place(spike.to) + AFTER)
  const points = series.counts.slice(begin, end).map((count, i) => ({
    label: timeOf(new Date(start + (begin + i) * HOUR).toISOString()),
    count,
    low: series.low[begin + i],
    high: series.high[begin + i],
    expected: series.expected[begin + i],
  }))
  return (
    <Chart
      title={`Denials by hour of ${spike.key}`}
      points={points}
      height={90}
      marked={[place(spike.from) - begin, Math.max(place(spike.to), place(spike.from) + 1) - begin]}
    />
  )
}
