import type { ProgressLine } from './progress.ts'

/** Tells how fast records are read and how long the rest will take, by the share of files that is done. */
export function rateLine({ tell }: ProgressLine): (done: number, total: number, records: number) => void {
  const start = Date.now()
  return (done, total, records) => {
    const seconds = (Date.now() - start) / 1000
    const rate = seconds === 0 ? 0 : Math.round(records / seconds)
    const left = done === 0 ? undefined : Math.ceil((seconds / done) * Math.max(0, total - done))
    tell(
      done,
      total,
      `files, ${rate.toLocaleString('en')} events/s${left === undefined ? '' : `, ${clock(left)} left`}`,
    )
  }
}

const clock = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
