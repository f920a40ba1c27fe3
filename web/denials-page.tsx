import { useMemo, useState } from 'preact/hooks'
import type { DenialGroup, ListedDenial, OverviewAnswer, TupleRow } from '#http/wire.ts'
import { type Address, addressNow, goToAddress } from './address.ts'
import { overTime } from './chart-data.ts'
import { type Asked, askedBy, type FilterName, paramsOf } from './denials-asked.ts'
import { type DenialsData, useDenials } from './denials-data.ts'
import { FaultNote } from './main-page.tsx'
import { Chart, ChartTable } from './parts/chart.tsx'
import { Panel } from './parts/prose.tsx'
import { Spikes } from './parts/spikes.tsx'
import { LAYER_WORDS, shortArn } from './words.ts'

const RANGES = [
  ['24h', 'last 24 hours'],
  ['72h', 'last 3 days'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
  ['90d', 'last 90 days'],
  ['', 'all'],
] as const

const GROUPS = [
  ['principal', 'Principals'],
  ['action', 'Actions'],
  ['resource-family', 'Resources'],
  ['layer', 'Layers AWS named'],
] as const

/** Denials of the store over time: what stands out, of whom most, what is new; each leads to its diagnosis. */
export function DenialsPage(props: { readonly address: Address; readonly onOpen: (eventId: string) => void }) {
  const { address, onOpen } = props
  const asked = useMemo(() => askedBy(address.params), [address])
  const [isLive, setLive] = useState(true)
  const data = useDenials(asked, isLive)
  const setAsked = (change: (before: Asked) => Asked): void =>
    goToAddress({ view: 'denials', id: undefined, params: paramsOf(change(askedBy(addressNow().params))) }, true)
  const filter = (filters: Asked['filters']): void =>
    setAsked((before) => ({ ...before, filters: { ...before.filters, ...filters } }))
  const range = (from: number, to: number): void =>
    setAsked((before) => ({ ...before, since: isoMinute(from), until: isoMinute(to) }))
  return (
    <div class={`denials-page${data.isStale ? ' stale' : ''}`} aria-busy={data.isStale}>
      <Controls {...{ asked, data, isLive }} onAsk={setAsked} onLive={setLive} />
      <div aria-live="polite">{data.fault === undefined ? null : <FaultNote fault={data.fault} />}</div>
      {data.overview === undefined ? null : (
        <>
          <OverTime overview={data.overview} {...{ asked, data }} onRange={range} />
          <Panel title="What stands out" id="spikes">
            <Spikes spikes={data.spikes} series={data.series} onFilter={filter} onOpen={onOpen} onAsk={setAsked} />
          </Panel>
          <div class="tops">
            {GROUPS.map(([name, title]) => (
              <Top key={name} name={name} title={title} groups={data.overview?.groups[name] ?? []} onFilter={filter} />
            ))}
          </div>
          {data.overview.regressions.length === 0 ? null : (
            <Panel title="Worked before, or was fixed, and is refused" id="regressions">
              <Tuples tuples={data.overview.regressions} time="lastSeen" onFilter={filter} />
            </Panel>
          )}
          <Panel title="First seen" id="first-seen">
            <Tuples tuples={data.overview.firstSeen} time="firstSeen" onFilter={filter} />
          </Panel>
          <Panel title="Newest" id="newest">
            <Listed denials={data.listed} onOpen={onOpen} />
          </Panel>
        </>
      )}
    </div>
  )
}

function Controls(props: {
  readonly asked: Asked
  readonly data: DenialsData
  readonly isLive: boolean
  readonly onAsk: (change: (asked: Asked) => Asked) => void
  readonly onLive: (isLive: boolean) => void
}) {
  const { asked, data, isLive, onAsk, onLive } = props
  const drop = (name: string): void =>
    onAsk((before) => ({
      ...before,
      filters: Object.fromEntries(Object.entries(before.filters).filter(([one]) => one !== name)),
    }))
  return (
    <section class="panel controls" aria-label="Which denials">
      <label>
        Time{' '}
        <select
          id="range"
          value={asked.since}
          onChange={(event) => {
            const since = event.currentTarget.value
            onAsk((before) => ({ ...before, since, until: '' }))
          }}
        >
          {RANGES.some(([value]) => value === asked.since && asked.until === '') ? null : (
            <option value={asked.since}>a part of it</option>
          )}
          {RANGES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {asked.until === '' ? null : (
        <button type="button" class="chip" onClick={() => onAsk((before) => ({ ...before, since: '7d', until: '' }))}>
          {timeOf(asked.since)} to {timeOf(asked.until)} UTC <span aria-hidden="true">✕</span>
          <span class="unseen">, remove this filter</span>
        </button>
      )}
      {Object.entries(asked.filters).map(([name, value]) => (
        <button key={name} type="button" class="chip" onClick={() => drop(name)} title={value}>
          {name.replace('-', ' ')}: {shortArn(value)} <span aria-hidden="true">✕</span>
          <span class="unseen">, remove this filter</span>
        </button>
      ))}
      <label class="live">
        <input type="checkbox" checked={isLive} onChange={(event) => onLive(event.currentTarget.checked)} /> Live
      </label>
      <span class="muted">
        {data.isStale ? 'reading …' : data.readAt === undefined ? '' : `read ${data.readAt.toLocaleTimeString()}`}
      </span>
    </section>
  )
}

function OverTime(props: {
  readonly overview: OverviewAnswer
  readonly asked: Asked
  readonly data: DenialsData
  readonly onRange: (from: number, to: number) => void
}) {
  const { overview, asked, data, onRange } = props
  const { bucket, total } = overview
  const title = `Denials by ${bucket}`
  const changes = useMemo(
    () => [
      ...new Set(
        (data.spikes ?? []).flatMap(({ cause }) =>
          cause.change === null ? [] : [Date.parse(cause.change.time) / 1000],
        ),
      ),
    ],
    [data.spikes],
  )
  const drawn = useMemo(
    () => overTime(overview, asked, (data.readAt ?? new Date()).getTime() / 1000, changes),
    [overview, changes],
  )
  return (
    <Panel title={title} id="over-time" aside={<b class="total">{total.toLocaleString('en')}</b>}>
      {total === 0 ? <p class="muted">No denial in this time.</p> : null}
      <Chart title={title} data={drawn} height={190} onRange={onRange} />
      <p class="muted hint">Drag over the chart to look closer; click a bar for its {bucket} alone.</p>
      <ChartTable title={title} data={drawn} />
    </Panel>
  )
}

/** To the minute, as the address has it. */
const isoMinute = (at: number): string => `${new Date(Math.round(at / 60) * 60_000).toISOString().slice(0, 16)}:00Z`

function Top(props: {
  readonly name: FilterName
  readonly title: string
  readonly groups: readonly DenialGroup[]
  readonly onFilter: (filters: Asked['filters']) => void
}) {
  const { name, title, groups, onFilter } = props
  const most = Math.max(1, ...groups.map(({ count }) => count))
  const words = (key: string | null): string =>
    key === null ? 'not told' : name === 'layer' ? (LAYER_WORDS[key as keyof typeof LAYER_WORDS] ?? key) : shortArn(key)
  return (
    <Panel title={title}>
      <ol class="top-list">
        {groups.map(({ key, count }) => (
          <li key={key ?? ''}>
            <button
              type="button"
              class="quiet"
              disabled={key === null}
              title={key ?? ''}
              onClick={() => onFilter({ [name]: key ?? '' })}
            >
              {words(key)}
            </button>
            <span class="count">{count.toLocaleString('en')}</span>
            <span class="share" aria-hidden="true" style={{ width: `${(count / most) * 100}%` }} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}

const timeOf = (time: string): string => time.slice(0, 16).replace('T', ' ')

function Tuples(props: {
  readonly tuples: readonly TupleRow[]
  readonly time: 'firstSeen' | 'lastSeen'
  readonly onFilter: (filters: Asked['filters']) => void
}) {
  const { tuples, time, onFilter } = props
  if (tuples.length === 0) return <p class="muted">Nothing new in this time.</p>
  return (
    <ul class="tuples">
      {tuples.map((tuple) => {
        const { principalKey, action, resourceFamily, count } = tuple
        return (
          <li key={`${principalKey} ${action} ${resourceFamily} ${tuple.account}`}>
            <span class="muted">{timeOf(tuple[time])}</span>{' '}
            <button
              type="button"
              class="quiet"
              onClick={() => onFilter({ principal: principalKey, action, 'resource-family': resourceFamily })}
            >
              {action === '' ? 'not told' : action}
            </button>{' '}
            on <code>{shortArn(resourceFamily)}</code> by <code>{shortArn(principalKey)}</code>{' '}
            <span class="muted">{count} times</span>
          </li>
        )
      })}
    </ul>
  )
}

function Listed({
  denials,
  onOpen,
}: {
  readonly denials: readonly ListedDenial[]
  readonly onOpen: (eventId: string) => void
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Newest denials">
      <table class="listed">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Action</th>
            <th scope="col">Resource</th>
            <th scope="col">Principal</th>
            <th scope="col">Layer</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {denials.map(({ eventId, time, action, resource, principal, layer, state }) => (
            <tr key={eventId}>
              <td>{timeOf(time)}</td>
              <td>
                <button type="button" class="quiet" onClick={() => onOpen(eventId)}>
                  {action ?? 'not told'}
                </button>
              </td>
              <td title={resource ?? ''}>{shortArn(resource ?? '')}</td>
              <td title={principal ?? ''}>{shortArn(principal ?? '')}</td>
              <td>{layer === null ? '' : (LAYER_WORDS[layer as keyof typeof LAYER_WORDS] ?? layer)}</td>
              <td>{state}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
