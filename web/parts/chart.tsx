interface Point {
  readonly label: string
  readonly count: number
  readonly low?: number | null | undefined
  readonly high?: number | null | undefined
  readonly expected?: number | undefined
}

const WIDTH = 1000

/** Counts over time as bars, with the band in which they were expected, where it is known. Hidden detail is in a table. */
export function Chart(props: {
  readonly title: string
  readonly points: readonly Point[]
  readonly height: number
  /** From and to as places in the points: what stands out. */
  readonly marked?: readonly [number, number] | undefined
}) {
  const { title, points, height, marked } = props
  const hasBand = points.some(({ high }) => typeof high === 'number')
  const most = Math.max(1, ...points.map(({ count, high }) => Math.max(count, high ?? 0)))
  const step = WIDTH / Math.max(1, points.length)
  const y = (value: number): number => height - (Math.min(value, most) / most) * (height - 4)
  const first = points[0]?.label ?? ''
  const last = points.at(-1)?.label ?? ''
  const isIn = (i: number): boolean => marked !== undefined && i >= marked[0] && i < marked[1]
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: from ${first} to ${last}, at most ${most}`}
        style={{ height: `${height}px` }}
      >
        {hasBand ? <path class="band" d={bandPath(points, step, y)} /> : null}
        {points.map(({ count }, i) =>
          count === 0 ? null : (
            <rect
              key={i}
              class={isIn(i) ? 'bar out' : 'bar'}
              x={(i * step).toFixed(2)}
              width={Math.max(0.8, step * 0.82).toFixed(2)}
              y={y(count).toFixed(2)}
              height={(height - y(count)).toFixed(2)}
            />
          ),
        )}
        {hasBand ? <path class="expected" d={linePath(points, step, y)} /> : null}
      </svg>
      <figcaption>
        <span>{first}</span>
        <span>
          most {most}
          {hasBand ? ' · band: 98 of 100 hours were expected in it' : ''}
        </span>
        <span>{last}</span>
      </figcaption>
    </figure>
  )
}

const bandPath = (points: readonly Point[], step: number, y: (value: number) => number): string => {
  const top = points.map(({ high }, i) => `${(i * step).toFixed(1)},${y(high ?? 0).toFixed(1)}`)
  const bottom = points.map(({ low }, i) => `${(i * step).toFixed(1)},${y(low ?? 0).toFixed(1)}`).toReversed()
  return `M${[...top, ...bottom].join('L')}Z`
}

const linePath = (points: readonly Point[], step: number, y: (value: number) => number): string =>
  `M${points.map(({ expected }, i) => `${((i + 0.5) * step).toFixed(1)},${y(expected ?? 0).toFixed(1)}`).join('L')}`

/** The points of a chart as a table, for whoever reads no picture. */
export const ChartTable = ({ title, points }: { readonly title: string; readonly points: readonly Point[] }) => (
  <details class="chart-table">
    <summary>As a table</summary>
    <div class="scroll" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Denials</th>
          </tr>
        </thead>
        <tbody>
          {points
            .filter(({ count }) => count > 0)
            .toReversed()
            .slice(0, 200)
            .map(({ label, count }) => (
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
