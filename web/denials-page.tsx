import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { DenialGroup, ListedDenial, OverviewAnswer, TupleRow } from '#http/wire.ts'
import { isPolicyLayer } from '#iam/layers.ts'
import { type Address, addressNow, goToAddress } from './address.ts'
import { minuteWords } from './answer/time-words.ts'
import { overTime } from './chart-data.ts'
import { type Asked, askedBy, type FilterName, paramsOf } from './denials-asked.ts'
import { type DenialsData, useDenials } from './denials-data.ts'
import { FaultNote } from './main-page.tsx'
import { Chart, ChartTable } from './parts/chart.tsx'
import { Controls, rangeWords } from './parts/denials-controls.tsx'
import { Issues } from './parts/issue-lists.tsx'
import { Named } from './parts/named.tsx'
import { NoDenials } from './parts/no-denials.tsx'
import { Spikes } from './parts/spikes.tsx'
import { layerTitle } from './answer/names.ts'

const GROUPS = [
  ['layer', 'Refused by'],
  ['principal', 'Who'],
  ['action', 'Action'],
  ['resource-family', 'Resource'],
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
      {data.overview === undefined ? (
        data.fault === undefined ? (
          <Reading />
        ) : null
      ) : data.overview.total === 0 ? (
        <NoDenials asked={asked} onAsk={setAsked} />
      ) : (
        <div class="inbox">
          <div class="mid">
            <OverTime overview={data.overview} {...{ asked, data }} onRange={range} />
            <Group
              title="Regressions"
              id="regressions"
              note="worked before, or was fixed"
              tuples={data.overview.regressions}
            >
              <Issues tuples={data.overview.regressions} {...{ asked, onOpen }} onFilter={filter} />
            </Group>
            <section class="group" id="spikes" aria-label="What stands out">
              <GroupHead title="What stands out" note="above what was expected, the gravest first" />
              <Spikes
                spikes={data.spikes}
                series={data.series}
                filters={asked.filters}
                onFilter={filter}
                onOpen={onOpen}
                onAsk={setAsked}
              />
            </section>
            <section class="group" id="first-seen" aria-label="First seen">
              <GroupHead
                title="First seen"
                count={data.overview.firstSeen.length}
                note="for the first time in this time"
              />
              <Issues tuples={data.overview.firstSeen} {...{ asked, onOpen }} onFilter={filter} />
            </section>
            <section class="group" id="newest" aria-label="Newest">
              <GroupHead title="Newest" note="each with why and fix behind its action" />
              <Listed denials={data.listed} onOpen={onOpen} />
            </section>
          </div>
          <div class="facets">
            {GROUPS.map(([name, title]) => (
              <Facet
                key={name}
                name={name}
                title={title}
                groups={data.overview?.groups[name] ?? []}
                asked={asked}
                onFilter={filter}
              />
            ))}
          </div>
        </div>
      )}
    </div>
  )
}

const GroupHead = (props: { readonly title: string; readonly count?: number; readonly note: string }) => (
  <h2>
    {props.title}
    {props.count === undefined ? null : <span class="n">{props.count}</span>}
    <span class="note">{props.note}</span>
  </h2>
)

/** A list of issues; left out where there are none. */
const Group = (props: {
  readonly title: string
  readonly id: string
  readonly note: string
  readonly tuples: readonly TupleRow[]
  readonly children: ComponentChildren
}) =>
  props.tuples.length === 0 ? null : (
    <section class="group" id={props.id} aria-label={props.title}>
      <GroupHead title={props.title} count={props.tuples.length} note={props.note} />
      {props.children}
    </section>
  )

/** Before the first answer: what comes, in its place. */
const Reading = () => (
  <div class="reading" role="status">
    <p>
      <b>Denials over time</b> <span class="soft">counting …</span>
    </p>
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: 48 }, (_, i) => (
        <i key={i} />
      ))}
    </div>
  </div>
)

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
    <section class="group over-time" id="over-time" aria-label={title}>
      <h2>
        {title}
        <span class="note">
          <b class="total">{total.toLocaleString('en')}</b> {rangeWords(asked)}
        </span>
      </h2>
      <Chart title={title} data={drawn} height={190} onRange={onRange} />
      <p class="muted hint">Drag over the chart to look closer; click a bar for its {bucket} alone.</p>
      <ChartTable title={title} data={drawn} />
    </section>
  )
}

/** To the minute, as the address has it. */
const isoMinute = (at: number): string => `${new Date(Math.round(at / 60) * 60_000).toISOString().slice(0, 16)}:00Z`

function Facet(props: {
  readonly name: FilterName
  readonly title: string
  readonly groups: readonly DenialGroup[]
  readonly asked: Asked
  readonly onFilter: (filters: Asked['filters']) => void
}) {
  const { name, title, groups, asked, onFilter } = props
  if (groups.length === 0) return null
  return (
    <section class="facet" aria-label={title}>
      <h2>{title}</h2>
      <ol>
        {groups.map(({ key, count }) => {
          const isOn = key !== null && asked.filters[name] === key
          return (
            <li key={key ?? ''} class={isOn ? 'on' : ''}>
              <button
                type="button"
                aria-pressed={isOn}
                disabled={key === null}
                onClick={() => onFilter({ [name]: isOn ? '' : (key ?? '') })}
              >
                {name === 'layer' && key !== null ? titleOfLayer(key) : <Named arn={key} />}
              </button>
              <span class="count">{count.toLocaleString('en')}</span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

const titleOfLayer = (layer: string): string => (isPolicyLayer(layer) ? layerTitle(layer) : layer)

/** Rows of the list at first. */
const FEW = 12

function Listed({
  denials,
  onOpen,
}: {
  readonly denials: readonly ListedDenial[]
  readonly onOpen: (eventId: string) => void
}) {
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? denials : denials.slice(0, FEW)
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Newest denials">
        <table class="listed">
          <thead>
            <tr>
              <th scope="col">Time (UTC)</th>
              <th scope="col">Action</th>
              <th scope="col">Resource</th>
              <th scope="col">Who</th>
              <th scope="col">Refused by</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ eventId, time, action, resource, principal, layer, state }) => (
              <tr key={eventId}>
                <td>{minuteWords(time)}</td>
                <td>
                  <button type="button" class="quiet" onClick={() => onOpen(eventId)}>
                    {action ?? 'not told'}
                  </button>
                </td>
                <td>
                  <Named arn={resource} none="" />
                </td>
                <td>
                  <Named arn={principal} none="" />
                </td>
                <td>{layer === null ? '' : titleOfLayer(layer)}</td>
                <td>{state}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length === denials.length ? null : (
        <p class="buttons">
          <button type="button" onClick={() => setWhole(true)}>
            Show {denials.length - shown.length} more
          </button>
        </p>
      )}
    </>
  )
}
