import { UserError, type Code, CODES } from '../../errors.ts'
import { runSelf } from '../child-process.ts'
import type { Query } from '../store/denials-query.ts'
import { timeOption } from '../store/since.ts'

/**
 * The detector for a service: it goes through weeks of denials, which takes seconds. So it runs as a process of its own
 * (`spikes`), one at a time, and its answer serves everybody who asks for the same time. Who asks when it is old and the next
 * one is not there soon gets the old one: it is at most as old as the pause between two who ask.
 */
export interface Detector {
  /** `since` and `until`. Undefined where the answer is not there soon: ask again. */
  readonly spikes: (query: Query) => Promise<string | undefined>
  readonly close: () => void
}

export interface DetectorOptions {
  /** The words that run this program. */
  readonly self: readonly string[]
  /** Undefined: the store of this user. */
  readonly store: string | undefined
  /** How long one who asks is kept waiting, how long an answer serves, how long the process may take. */
  readonly waitSeconds: number
  readonly freshSeconds: number
  readonly timeoutSeconds: number
}

/** Report of a window and when it was made, in milliseconds; or the run that makes it. */
interface CachedReport {
  at: number
  freshMs: number
  report: string | undefined
  running: Promise<string> | undefined
}

/** An answer that took long serves for so many times as long: a page that is left open must not keep a processor busy. */
const REST = 4
/** Times asked for that are held at once. */
const MAX_HELD = 8
/** How many spikes are given with their series. */
const BANDS = '12'

export function openDetector(options: DetectorOptions): Detector {
  const held = new Map<string, CachedReport>()
  const ended = new AbortController()
  let last: Promise<unknown> = Promise.resolve()
  const run = (entryHeld: CachedReport, args: readonly string[]): Promise<string> => {
    let start = 0
    const turn = last.then(() => {
      start = Date.now()
      return report(options, args, ended.signal)
    })
    last = turn.catch(() => undefined)
    return turn
      .then((text) => {
        entryHeld.report = text
        entryHeld.at = Date.now()
        entryHeld.freshMs = Math.max(options.freshSeconds * 1000, REST * (entryHeld.at - start))
        return text
      })
      .finally(() => (entryHeld.running = undefined))
  }
  return {
    spikes: async (query) => {
      const args = timesOf(query)
      const report = entry(held, args.join(' '))
      if (report.report !== undefined && Date.now() - report.at < report.freshMs) return report.report
      report.running ??= run(report, args)
      const soon = await Promise.race([report.running, later(options.waitSeconds)])
      const found = soon ?? report.report
      if (found !== undefined) return found
      // Nobody may be left to hear how it ends.
      report.running?.catch(() => undefined)
      return undefined
    },
    close: () => ended.abort(),
  }
}

function entry(held: Map<string, CachedReport>, key: string): CachedReport {
  const found = held.get(key) ?? { at: 0, freshMs: 0, report: undefined, running: undefined }
  held.delete(key)
  held.set(key, found)
  const [oldest] = held.keys()
  if (held.size > MAX_HELD && oldest !== undefined) held.delete(oldest)
  return found
}

const later = (seconds: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(undefined), seconds * 1000).unref()
  })

/** The times are checked here, so that what is wrong is said at once and no word of a caller is taken for an option. */
function timesOf(query: Query): readonly string[] {
  return (['since', 'until'] as const).flatMap((name) => {
    const text = query[name]
    if (text === undefined) return []
    timeOption(name, text, Date.now())
    return [`--${name}=${text}`]
  })
}

async function report({ self, store, timeoutSeconds }: DetectorOptions, args: readonly string[], signal: AbortSignal) {
  const to = store === undefined ? [] : [`--store=${store}`]
  const words = [...self, 'spikes', '--format=json', `--bands=${BANDS}`, ...to, ...args]
  const { code, stdout, stderr } = await runSelf(words, timeoutSeconds, signal)
  if (code === 0) return stdout
  const [, said, message = '', hint = ''] = /^([a-z-]{1,40}\/[a-z-]{1,60}): (.*)\nhint: (.*)$/m.exec(stderr) ?? []
  const known: Code | undefined = CODES.find((code) => code === said)
  if (known !== undefined) throw new UserError(known, message, hint)
  throw new UserError('http/too-hard', 'the detector did not come to an end', 'ask for a shorter time with `since`')
}
