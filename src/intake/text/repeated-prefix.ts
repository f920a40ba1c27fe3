/** A prefix that may be a log's: it is one if the line before or behind has it too. */
export interface RepeatedPrefix {
  /** Of what parts it is, with the words that do not change from line to line. */
  readonly key: string
  readonly length: number
}

interface Part {
  readonly kind: string
  readonly pattern: RegExp
  /** Two lines have it in common only if it reads the same in both. */
  readonly isSame: boolean
  /** Words that may be anything's stand behind a time only. */
  readonly afterTime?: true
}

const part = (kind: string, pattern: RegExp): Part => ({ kind, pattern, isSame: false })
const word = (kind: string, pattern: RegExp): Part => ({ kind, pattern, isSame: true })

/**
 * Parts of the prefixes with which CI systems, loggers and collectors begin their lines: times (Jenkins in brackets or
 * without a day, Go with slashes, seconds since 1970), klog's head, BuildKit's step, the level, the file, a bar or an
 * arrow; a name before a bar (docker compose, pm2), a pod and its container (stern), behind a time the program (Heroku) or
 * the stream (CloudWatch Logs).
 */
const PARTS: readonly Part[] = [
  part(
    'time',
    /\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d| UTC)?\]?:?(?=\s|$|##)/y,
  ),
  part('time', /\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?(?=\s|$)/y),
  part('time', /1\d{9}(?:\d{3})?(?:\.\d{1,9})?(?=\s|$)/y),
  part('klog', /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} {1,8}\d{1,7} [\w./-]{1,80}:\d{1,6}\]/y),
  part('step', /#\d{1,4}(?: \d{1,5}\.\d{1,3})?(?=\s)/y),
  word('level', /(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.]{1,60}:/y),
  word('level', /\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\]?:?(?=\s|$)/iy),
  word('tag', /(?:##)?\[(?:[\w.$-]{1,40})\](?!\s{1,4}is\b)/y),
  word('file', /[\w./-]{1,60}\.(?:go|py|js|ts|rb|rs|java):\d{1,6}:(?=\s)/y),
  part('arrow', /(?:[-=]{2,3}>|\|)(?=\s)/y),
  word('name', /(?:\d{1,3}\|)?[\w.-]{1,60} {1,30}\|/y),
  word('pod', /[a-z][a-z0-9.-]{1,60}-[a-f0-9]{8,10}-[a-z0-9]{5} [a-z0-9-]{1,60}(?=\s)/y),
  {
    ...word('program', /(?:[\w.-]{1,60}\[[\w.$-]{1,40}\]:|(?!arn:)[\w.[\]$-]{1,60}(?:\/[\w.[\]$-]{1,80}){1,4})(?=\s)/y),
    afterTime: true,
  },
]

const MOST_PARTS = 6
const BLANKS = /[ \t]{0,12}/y

/** Undefined: the line begins with nothing of a log. */
export function repeatedPrefix(head: string): RepeatedPrefix | undefined {
  const keys: string[] = []
  let length = 0
  let at = skipped(BLANKS, head, 0)
  for (let i = 0; i < MOST_PARTS; i++) {
    const found = partAt(head, at, keys.includes('time'))
    if (found === undefined) break
    keys.push(found.key)
    length = found.end
    at = skipped(BLANKS, head, length)
  }
  // Further blanks are the text's own: it may have been broken at one.
  return keys.length === 0 ? undefined : { key: keys.join(' '), length: Math.min(at, length + 1) }
}

function partAt(head: string, at: number, isBehindTime: boolean): { key: string; end: number } | undefined {
  for (const { kind, pattern, isSame, afterTime } of PARTS) {
    if (afterTime === true && !isBehindTime) continue
    const end = skipped(pattern, head, at)
    if (end > at) return { key: isSame ? `${kind} ${head.slice(at, end)}` : kind, end }
  }
  return undefined
}

/** The end of what a sticky expression matches at `at`; `at` itself where it does not. */
function skipped(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  const match = pattern.exec(text)
  return match === null ? at : at + match[0].length
}
