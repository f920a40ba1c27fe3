import type { ChartData } from './data.ts'

export interface ChartOptions {
  readonly height: number
  /** The bucket that is pointed at; undefined: none. */
  readonly onHover: (index: number | undefined) => void
  /** A time that was brushed, or a bucket that was clicked. */
  readonly onRange: ((from: number, to: number) => void) | undefined
}

export interface MountedChart {
  readonly show: (data: ChartData) => void
  /** Colours are read anew: the theme is another one. */
  readonly recolour: () => void
  readonly destroy: () => void
}

/** Module of the charts, which is loaded when one is shown. */
export interface ChartModule {
  readonly mountChart: (host: HTMLElement, data: ChartData, options: ChartOptions) => MountedChart
}
