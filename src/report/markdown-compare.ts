import type { Comparison } from '#prove/comparison.ts'
import { code } from '#quote/markdown.ts'
import { comparisonText } from './text-compare.ts'

const TITLES = { none: 'no new access', some: 'new access', undecided: 'new access is undecided' } as const

/** For a comment on a pull request: the answer in a line, and everything else in a block of plain text. */
export function comparisonMarkdown(comparison: Comparison, [old, next]: readonly [string, string]): string {
  const text = comparisonText(comparison, { columns: 100, isTerminal: false, color: false })
  // A fence that is longer than any run of backticks within cannot be left from inside.
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length))
  const fence = '`'.repeat(longest + 1)
  return [
    `## Access: ${TITLES[comparison.newAccess]}`,
    '',
    `${code(old)} → ${code(next)}`,
    '',
    `${fence}text`,
    text.trimEnd(),
    fence,
    '',
  ].join('\n')
}
