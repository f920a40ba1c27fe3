import { useMemo } from 'preact/hooks'
import type { SeriesAnswer, Spike } from '#http/wire.ts'
import { aroundSpike } from '../chart-data.ts'
import type { Asked, FilterName } from '../denials-asked.ts'
import { DRAWN } from '../denials-data.ts'
import { LAYER_WORDS, shortArn } from '../words.ts'
import { Chart } from './chart.tsx'
import { Sign } from './prose.tsx'

const KINDS = { spike: 'Spike', 'first-seen': 'Never seen before', shift: 'Slow shift' } as const
const SIGNS = { high: ['!', 'explicit-deny'], medium: ['!', 'implicit-deny'], low: ['·', 'unknown'] } as const

const SHOWN = 40

export function Spikes(props: {
  readonly spikes: readonly Spike[] | undefined
  readonly series: readonly SeriesAnswer[]
  readonly onFilter: (filters: Readonly<Partial<Record<FilterName, string>>>) => void
  readonly onOpen: (eventId: string) => void
  readonly onAsk: (change: (before: Asked) => Asked) => void
}) {
  const { spikes, series, onFilter, onOpen, onAsk } = props
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
            {...{ onFilter, onOpen, onAsk }}
          />
        ))}
      </ul>
      {spikes.length <= DRAWN ? null : (
        <details>
          <summary>{spikes.length - DRAWN} more</summary>
          <ul class="spikes">
            {spikes.slice(DRAWN, SHOWN).map((spike) => (
              <SpikeCard key={spike.id} spike={spike} series={undefined} {...{ onFilter, onOpen, onAsk }} />
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
  readonly onAsk: (change: (before: Asked) => Asked) => void
}) {
  const { spike, series, onFilter, onOpen, onAsk } = props
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
      {series === undefined ? null : <SpikeChart {...{ spike, series, onAsk }} />}
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

function SpikeChart(props: {
  readonly spike: Spike
  readonly series: SeriesAnswer
  readonly onAsk: (change: (before: Asked) => Asked) => void
}) {
  const { spike, series, onAsk } = props
  const data = useMemo(() => aroundSpike(spike, series), [spike, series])
  const ask = (from: number, to: number): void =>
    onAsk((before) => ({
      since: isoHour(from),
      until: isoHour(to),
      filters: { ...before.filters, ...filtersOf(spike) },
    }))
  return <Chart title={`Denials by hour of ${spike.key}`} data={data} height={130} onRange={ask} />
}

const isoHour = (at: number): string =>
  `${new Date(Math.round(at / 3600) * 3_600_000).toISOString().slice(0, 13)}:00:00Z`
