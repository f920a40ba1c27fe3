import { block, type Page, paint } from '../page.ts'
import { safeLine } from '#quote/terminal.ts'
import { join } from '../text-decision.ts'

interface Replayed {
  readonly time: string | null
  readonly count: number
  readonly principal: string | null
  readonly action: string
  readonly resource: string | readonly string[] | null
  readonly outcome: string
  readonly blockedBy: readonly string[]
  readonly statement: string | null
  readonly missing: readonly string[]
}

interface Replay {
  readonly counts: Readonly<Record<string, number>>
  readonly results: readonly Replayed[]
  readonly report: readonly {
    readonly layer: string
    readonly reported: number
    readonly agrees: number
    readonly disagrees: number
    readonly unknown: number
  }[]
}

/** Report of a replay: what is refused newly first, then what is refused still; what is well is only counted. */
export function replayText({ counts, results, report }: Replay, withReport: boolean, page: Page): string {
  const shown = ['newly-refused', 'still-denied', 'undetermined'].flatMap((outcome) =>
    results.filter((result) => result.outcome === outcome),
  )
  const sums = Object.entries(counts).map(([outcome, n]) => `${n} ${outcome}`)
  return join([
    ...shown.map((replayed) => replayedLines(replayed, page)),
    ...(withReport && report.length > 0
      ? [
          [
            paint(page, 'bold', 'Where AWS named a layer'),
            ...report.map(
              (difference) =>
                `  ${difference.layer}: ${difference.reported} named, ${difference.agrees} refused there too, ${difference.disagrees} not, ${difference.unknown} unknown`,
            ),
          ],
        ]
      : []),
    [sums.join(', ')],
  ])
}

function replayedLines(replayed: Replayed, page: Page): readonly string[] {
  const { time, action, resource, principal, outcome, blockedBy, statement, missing, count } = replayed
  const times = count === 1 ? '' : ` (${count} times)`
  return [
    paint(page, outcome === 'newly-refused' ? 'red' : 'bold', `${outcome}: ${safeLine(action)}${times}`),
    ...block(page, '  ', 4, `on ${[resource ?? 'a resource that is not told'].flat().join(', ')}`),
    ...block(page, '  ', 4, `by ${principal ?? 'somebody who is not told'}, ${time ?? ''}`),
    ...(blockedBy.length === 0 ? [] : block(page, '  ', 4, `refused by ${blockedBy.join(', ')}`)),
    ...(statement === null ? [] : block(page, '  ', 4, statement)),
    ...(missing.length === 0 ? [] : block(page, '  ', 4, `missing: ${missing.join(', ')}`)),
  ]
}

interface Verified {
  readonly status: string
  readonly why: string
  readonly commands: readonly string[]
}

export function verifiedText({ status, why, commands }: Verified, page: Page): string {
  const paintOf = status === 'confirmed' ? 'green' : status === 'still-denied' ? 'red' : 'yellow'
  return join([
    [`${paint(page, paintOf, status)}`, ...block(page, '', 0, why)],
    ...(commands.length === 0 ? [] : [['To get the evidence', ...commands.map((line) => `  ${safeLine(line)}`)]]),
  ])
}
