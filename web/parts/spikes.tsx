import { useMemo } from 'preact/hooks'
import type { SeriesAnswer, Spike } from '#http/wire.ts'
import { minuteWords } from '../answer/time-words.ts'
import { aroundSpike, inParts } from '../chart-data.ts'
import type { Asked, FilterName } from '../denials-asked.ts'
import { DRAWN } from '../denials-data.ts'
import { Chart } from './chart.tsx'
import { type Issue, IssueCard } from './issue-card.tsx'
import { layerText, NamedRail } from './issue-lists.tsx'
import { Named } from './named.tsx'

const KINDS = { spike: 'Spike', 'first-seen': 'Never seen before', shift: 'Slow shift' } as const

const SHOWN = 40

type Filters = Readonly<Partial<Record<FilterName, string>>>

export interface SpikeActs {
  readonly onFilter: (filters: Filters) => void
  readonly onOpen: (eventId: string) => void
  readonly onAsk: (change: (before: Asked) => Asked) => void
}

/** What stands out in the time asked for, of what the filters leave; never of another time. */
export function Spikes(
  props: {
    readonly spikes: readonly Spike[] | undefined
    readonly series: readonly SeriesAnswer[]
    readonly filters: Filters
  } & SpikeActs,
) {
  const { spikes, series, filters, ...acts } = props
  if (spikes === undefined)
    return (
      <div class="looking" role="status">
        <p>
          <b>Looking for what stands out</b>{' '}
          <span class="soft">the detector learns what is usual; a million denials take it some ten seconds</span>
        </p>
        <div class="progress" aria-hidden="true">
          <i />
        </div>
      </div>
    )
  const found = spikes.filter((spike) => isOf(spike, filters))
  if (found.length === 0)
    return (
      <p class="muted none-yet">
        Nothing stands out {spikes.length === 0 ? 'in this time' : `of these; ${spikes.length} of others`}.
      </p>
    )
  const card = (spike: Spike, i: number) => (
    <SpikeCard
      key={spike.id}
      spike={spike}
      series={series.find(({ family, key }) => family === spike.family && key === spike.key)}
      isOpen={i === 0}
      {...acts}
    />
  )
  return (
    <>
      <ul class="issues spikes">{found.slice(0, DRAWN).map(card)}</ul>
      {found.length <= DRAWN ? null : (
        <details class="more">
          <summary>{found.length - DRAWN} more</summary>
          <ul class="issues spikes">{found.slice(DRAWN, SHOWN).map((spike) => card(spike, 1))}</ul>
        </details>
      )}
    </>
  )
}

/** What a series is about, as filters. */
function filtersOf({ family, key }: Spike): Filters {
  if (family !== 'tuple') return { [family]: key }
  const [principal, action, resource] = key.split(' ')
  return {
    ...(principal === undefined || principal === '-' ? {} : { principal }),
    ...(action === undefined || action === '-' ? {} : { action }),
    ...(resource === undefined || resource === '-' ? {} : { 'resource-family': resource }),
  }
}

/** Whether nothing that is known of it speaks against the filters. */
function isOf(spike: Spike, filters: Filters): boolean {
  const own: Filters = { ...filtersOf(spike), ...(spike.cause.layer === null ? {} : { layer: spike.cause.layer }) }
  return Object.entries(filters).every(([name, value]) => (own[name as FilterName] ?? value) === value)
}

/** Bars of the small picture in a row. */
const PARTS = 30

function issueOf(spike: Spike, series: SeriesAnswer | undefined): Issue {
  const { principal = null, action = null, 'resource-family': resource = null } = filtersOf(spike)
  const { family, count, from, to } = spike
  const issue = { principal, action, resource, count, firstSeen: from, lastSeen: to, isWide: family !== 'tuple' }
  return series === undefined ? issue : { ...issue, spark: inParts(aroundSpike(spike, series), PARTS) }
}

function SpikeCard(
  props: {
    readonly spike: Spike
    readonly series: SeriesAnswer | undefined
    readonly isOpen: boolean
  } & SpikeActs,
) {
  const { spike, series, isOpen, onFilter, onOpen, onAsk } = props
  const { kind, severity, from, to, count, expected, p, fanOut, cause, state, examples } = spike
  const issue = useMemo(() => issueOf(spike, series), [spike, series])
  return (
    <IssueCard issue={issue} look={`spike ${severity}`} isOpen={isOpen} cause={<CauseLine spike={spike} />}>
      <p>
        {KINDS[kind]}, {severity}: <b>{count.toLocaleString('en')}</b> against{' '}
        <b>{expected < 10 ? expected.toFixed(1) : Math.round(expected)}</b> expected, {minuteWords(from)} to{' '}
        {minuteWords(to)} UTC
        {p === null ? null : <span class="muted"> (p {p.toExponential(1)})</span>}; {fanOut}{' '}
        {fanOut === 1 ? 'principal' : 'principals'} refused
        {state === 'open' ? null : <span class="badge">{state}</span>}
      </p>
      <NamedRail layer={cause.layer ?? undefined} by={cause.denyType ?? 'explicit'} />
      {series === undefined ? null : <SpikeChart {...{ spike, series, onAsk }} />}
      <p class="buttons">
        {examples[0] === undefined ? null : (
          <button type="button" class="primary" onClick={() => onOpen(examples[0] ?? '')}>
            Explain one
          </button>
        )}
        <button type="button" onClick={() => onFilter(filtersOf(spike))}>
          Show its denials
        </button>
      </p>
    </IssueCard>
  )
}

/** The layer and its statement, and the change before it with its author. */
const CauseLine = ({ spike: { kind, cause } }: { readonly spike: Spike }) => (
  <>
    {cause.change === null ? (
      KINDS[kind]
    ) : (
      <>
        <i class="flag" aria-hidden="true" />
        <b>{cause.change.action}</b> {minuteWords(cause.change.time)} UTC
        {cause.change.by === null ? null : (
          <>
            {' by '}
            <Named arn={cause.change.by} />
          </>
        )}
      </>
    )}
    {cause.layer === null ? null : `, by the ${layerText(cause.layer)}`}
    {cause.statement === null ? null : (
      <>
        {' '}
        <b>{cause.statement}</b>
      </>
    )}
  </>
)

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
