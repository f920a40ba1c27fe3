import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChartData } from '../chart/data.ts'
import type { ChartModule, MountedChart } from '../chart/mounted.ts'
import { loader } from '../load.ts'

const loadChart = loader<ChartModule>('/chart.js')

/** Counts over time as bars on an axis up to now, with the band in which they were expected, where it is known. */
export function Chart(props: {
  readonly title: string
  readonly data: ChartData
  readonly height: number
  readonly onRange?: (from: number, to: number) => void
}) {
  const { title, data, height } = props
  const host = useRef<HTMLDivElement>(null)
  const held = useRef(props)
  held.current = props
  const [chart, setChart] = useState<MountedChart>()
  const [hovered, setHovered] = useState<number>()
  useEffect(() => mounted(host, held, setChart, setHovered), [])
  useEffect(() => chart?.show(data), [chart, data])
  const most = Math.max(0, ...data.counts)
  const words = `${timeWords(data.from)} to ${timeWords(data.to)} UTC, at most ${most} in ${stepWords(data)}`
  return (
    <figure class={`chart${props.onRange === undefined ? '' : ' brushed'}`}>
      <div ref={host} role="img" aria-label={`${title}: ${words}`} style={{ minHeight: `${height}px` }} />
      <figcaption>
        {hovered === undefined || data.counts[hovered] === undefined ? (
          <>
            <span>at most {most.toLocaleString('en')}</span>
            {data.band === undefined ? null : (
              <span>
                <i class="key band-key" /> 98 of 100 hours were expected in it
              </span>
            )}
            {data.changes.length === 0 ? null : (
              <span>
                <i class="key change-key" /> a policy was changed
              </span>
            )}
          </>
        ) : (
          <span class="hovered">{hoverWords(data, hovered)}</span>
        )}
      </figcaption>
    </figure>
  )
}

function mounted(
  host: { readonly current: HTMLDivElement | null },
  held: { readonly current: Parameters<typeof Chart>[0] },
  setChart: (chart: MountedChart) => void,
  setHovered: (index: number | undefined) => void,
): () => void {
  let made: MountedChart | undefined
  let isGone = false
  const recolour = (): void => made?.recolour()
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const theme = new MutationObserver(recolour)
  loadChart()
    .then(({ mountChart }) => {
      if (isGone || host.current === null) return
      const { data, height, onRange } = held.current
      made = mountChart(host.current, data, {
        height,
        onHover: setHovered,
        onRange: onRange === undefined ? undefined : (from, to) => held.current.onRange?.(from, to),
      })
      setChart(made)
      dark.addEventListener('change', recolour)
      theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    })
    // The table beside it says the same.
    .catch(() => undefined)
  return () => {
    isGone = true
    dark.removeEventListener('change', recolour)
    theme.disconnect()
    made?.destroy()
  }
}

const timeWords = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')

const stepWords = ({ step }: ChartData): string => (step >= 86_400 ? 'a day' : 'an hour')

/** What is pointed at: its time, its count, and what was expected. */
function hoverWords({ times, counts, step, band }: ChartData, at: number): string {
  const from = times[at] ?? 0
  const [low, high] = [band?.low[at], band?.high[at]]
  const when =
    step >= 86_400 ? timeWords(from).slice(0, 10) : `${timeWords(from)} to ${timeWords(from + step).slice(11)}`
  const expected = typeof low === 'number' && typeof high === 'number' ? `, expected ${low} to ${high}` : ''
  const count = counts[at] ?? 0
  return `${when} UTC: ${count.toLocaleString('en')} ${count === 1 ? 'denial' : 'denials'}${expected}`
}

/** The points of a chart as a table, for whoever reads no picture. */
export const ChartTable = ({ title, data }: { readonly title: string; readonly data: ChartData }) => (
  <details class="chart-table">
    <summary>As a table</summary>
    <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time (UTC)</th>
            <th scope="col">Denials</th>
          </tr>
        </thead>
        <tbody>
          {data.times
            .map((at, i) => [timeWords(at).slice(0, data.step >= 86_400 ? 10 : 16), data.counts[i] ?? 0] as const)
            .filter(([, count]) => count > 0)
            .toReversed()
            .slice(0, 200)
            .map(([label, count]) => (
              <tr key={label}>
                <td>{label}</td>
                <td>{count}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  </details>
)
