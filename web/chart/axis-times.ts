const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const DAY = 86_400

/** Ticks of an axis in UTC: the time of day where they stand close, and below it the day where it is another. */
export function axisTimes(splits: readonly number[]): readonly string[] {
  const [first = 0, second = first + DAY] = splits
  const hasHours = second - first < DAY
  return splits.map((at, i) => {
    const date = new Date(at * 1000)
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`
    const before = splits[i - 1]
    const isOther = before === undefined || Math.floor(before / DAY) !== Math.floor(at / DAY)
    const hour = date.toISOString().slice(11, 16)
    return hasHours ? (isOther ? `${hour}\n${day}` : hour) : day
  })
}
