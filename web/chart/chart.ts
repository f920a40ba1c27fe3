/** Charts of denials: uPlot, drawn in the page's tokens. */
import uPlot from 'uplot'
import { axisTimes } from './axis-times.ts'
import type { ChartData } from './data.ts'
import type { ChartOptions, MountedChart } from './mounted.ts'

/** Of the document, by name: the canvas knows no custom properties. */
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const font = (): string => `12px ${token('--sans')}`

/** A drag that is shorter is a click. */
const BRUSH_PX = 5

/** Puts a chart into an element and keeps it as wide as that. */
export function mountChart(host: HTMLElement, first: ChartData, options: ChartOptions): MountedChart {
  let data = first
  const size = (): { width: number; height: number } => ({
    width: Math.max(160, host.clientWidth),
    height: options.height,
  })
  const chart = new uPlot(
    optionsOf(() => data, options, size()),
    columnsOf(data),
    host,
  )
  const watch = new ResizeObserver(() => chart.setSize(size()))
  watch.observe(host)
  return {
    show: (next) => {
      data = next
      chart.setData(columnsOf(next))
    },
    recolour: () => chart.redraw(false, true),
    destroy: () => {
      watch.disconnect()
      chart.destroy()
    },
  }
}

/** Times, counts, those of them that stand out, and the band. */
function columnsOf({ times, counts, band, marked }: ChartData): uPlot.AlignedData {
  const none = times.map(() => null)
  const isOut = (at: number): boolean => marked !== undefined && at >= marked[0] && at < marked[1]
  return [
    [...times],
    counts.map((count, i) => (isOut(times[i] ?? 0) ? null : count)),
    counts.map((count, i) => (isOut(times[i] ?? 0) ? count : null)),
    [...(band?.high ?? none)],
    [...(band?.low ?? none)],
    [...(band?.expected ?? none)],
  ]
}

function seriesOf(): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.82, 80], align: 1 })
  const steps = uPlot.paths.stepped?.({ align: 1 })
  const none = { points: { show: false } }
  const filled = (colour: string): uPlot.Series => ({
    ...none,
    ...(bars === undefined ? {} : { paths: bars }),
    width: 0,
    fill: () => token(colour),
  })
  const line = (colour: string, width: number, dash?: number[]): uPlot.Series => ({
    ...none,
    ...(steps === undefined ? {} : { paths: steps }),
    width,
    stroke: () => token(colour),
    ...(dash === undefined ? {} : { dash }),
  })
  return [
    {},
    filled('--bar'),
    filled('--deny-fill'),
    line('--band-edge', 1),
    line('--band-edge', 1),
    line('--accent', 1.5, [4, 3]),
  ]
}

function optionsOf(
  data: () => ChartData,
  options: ChartOptions,
  size: { width: number; height: number },
): uPlot.Options {
  const axis = { stroke: () => token('--ink-3'), font: font() }
  const grid = { stroke: () => token('--line'), width: 1 }
  return {
    ...size,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: options.onRange !== undefined, y: false, setScale: false },
    },
    scales: {
      x: { time: true, range: () => [data().from, data().to] },
      y: { range: (_chart, _low, high) => [0, Math.max(1, high) * 1.08] },
    },
    axes: [
      {
        ...axis,
        size: 44,
        grid: { show: false },
        ticks: { ...grid, size: 5 },
        values: (_, splits) => [...axisTimes(splits)],
        incrs: () => (data().step < DAY ? HOURS : []).concat(DAYS),
        space: 70,
      },
      { ...axis, size: 48, grid, ticks: { show: false }, incrs: WHOLE, space: 28 },
    ],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    series: seriesOf(),
    bands: [{ series: [3, 4], fill: () => token('--band') }],
    hooks: hooksOf(data, options),
  }
}

const HOUR = 3600
const DAY = 24 * HOUR

/** Seconds between ticks: a bar of a day has no hours. */
const HOURS = [1, 2, 3, 6, 12].map((hours) => hours * HOUR)
const DAYS = [1, 2, 4, 7, 14, 28, 56, 112, 364, 728].map((days) => days * DAY)

/** Half a denial is none. */
const WHOLE = [0, 1, 2, 3, 4, 5, 6].flatMap((zeros) => [1, 2, 5].map((one) => one * 10 ** zeros))

function hooksOf(data: () => ChartData, { onHover, onRange }: ChartOptions): uPlot.Hooks.Arrays {
  const bucketAt = (chart: uPlot, left: number): number | undefined => {
    const { times, step } = data()
    const index = Math.floor((chart.posToVal(left, 'x') - (times[0] ?? 0)) / step)
    return left < 0 || index < 0 || index >= times.length ? undefined : index
  }
  return {
    setCursor: [(chart) => onHover(bucketAt(chart, chart.cursor.left ?? -1))],
    setSelect: [
      (chart) => {
        const { left, width } = chart.select
        if (width < BRUSH_PX) return
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        onRange?.(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'))
      },
    ],
    draw: [(chart) => drawChanges(chart, data())],
    ready: [
      (chart) =>
        chart.over.addEventListener('click', () => {
          const { times, step } = data()
          const at = times[bucketAt(chart, chart.cursor.left ?? -1) ?? -1]
          if (at !== undefined) onRange?.(at, at + step)
        }),
    ],
  }
}

/** A line with a flag where a policy was changed. */
function drawChanges(chart: uPlot, { changes, from, to }: ChartData): void {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = token('--next-shape')
  ctx.fillStyle = token('--next-shape')
  ctx.lineWidth = 1.5 * ratio
  for (const at of changes.filter((one) => one >= from && one <= to)) {
    const x = chart.valToPos(at, 'x', true)
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x + 9 * ratio, bbox.top + 4.5 * ratio)
    ctx.lineTo(x, bbox.top + 9 * ratio)
    ctx.fill()
  }
  ctx.restore()
}
