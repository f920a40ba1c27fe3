import type { ProgressLine } from './progress.ts'

/** In milliseconds: nobody reads faster, and to write numbers as people do takes as long as to read a record. */
const BETWEEN = 100

/** Tells how fast records are read and how long the rest will take, by the share of files that is done. */
export function rateLine({ isShown, tell }: ProgressLine): (done: number, total: number, records: number) => void {
  if (!isShown) return () => undefined
  const start = Date.now()
  let last = 0
  return (done, total, records) => {
    const now = Date.now()
    if (now - last < BETWEEN && done < total) return
    last = now
    const seconds = (now - start) / 1000
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
