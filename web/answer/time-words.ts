const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `just now`, `40 min ago`, `3 h ago`, `12 days ago`; what is no time comes back as it is. Both in milliseconds or ISO 8601. */
export function agoWords(time: string, now: number): string {
  const past = now - Date.parse(time)
  if (Number.isNaN(past)) return time
  if (past < 2 * MINUTE) return 'just now'
  if (past < 2 * HOUR) return `${Math.floor(past / MINUTE)} min ago`
  return past < 2 * DAY ? `${Math.floor(past / HOUR)} h ago` : `${Math.floor(past / DAY)} days ago`
}

/** As `agoWords`, of what is at most two days past; undefined: the time itself says more. */
export function recentWords(time: string, now: number): string | undefined {
  const past = now - Date.parse(time)
  return past > -MINUTE && past < 2 * DAY ? agoWords(time, now) : undefined
}

/** `2026-04-27 10:03`, in UTC as it is stored. */
export const minuteWords = (time: string): string => time.slice(0, 16).replace('T', ' ')
