/** So many milliseconds lie between notices: a run of tests has thousands of cases. */
const NOTICE_MS = 200

/** Notices of one kind, the first at once and then not too many; a notice of something else does not go through here. */
export function throttled(tell: (notice: string) => void, now: () => number = Date.now): (notice: string) => void {
  let next = Number.NEGATIVE_INFINITY
  return (notice) => {
    const time = now()
    if (time < next) return
    next = time + NOTICE_MS
    tell(notice)
  }
}
