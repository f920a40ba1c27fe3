import type { PlacedOutcome, SuiteRun } from '#suite/suite-run.ts'
import { code, plain } from '#quote/markdown.ts'
import { caseText, failureOf } from './failure.ts'

/** GitHub cuts a step summary at 1 MiB; a table nobody can read to its end is no help either. */
const MAX_SHOWN = 50

/** For a pull request's comment or a step summary: the totals, and every failed case with its reasons. */
export function suiteMarkdown({ files }: SuiteRun): string {
  const all = files.flatMap(({ file, outcomes }) => outcomes.map((outcome) => ({ file, outcome })))
  const failed = all.filter(({ outcome }) => !outcome.passed)
  const rows = files.map(({ file, outcomes }) => {
    const bad = outcomes.filter(({ passed }) => !passed).length
    return `| ${code(file)} | ${outcomes.length - bad} | ${bad} |`
  })
  const more = failed.length - MAX_SHOWN
  return [
    `## Access tests: ${failed.length === 0 ? `all ${all.length} passed` : `${failed.length} of ${all.length} failed`}`,
    '',
    '| File | Passed | Failed |',
    '| --- | --- | --- |',
    ...rows,
    '',
    ...failed.slice(0, MAX_SHOWN).flatMap(({ file, outcome }) => failureLines(file, outcome)),
    ...(more > 0 ? [`… and ${more} more.`, ''] : []),
  ].join('\n')
}

function failureLines(file: string, outcome: PlacedOutcome): readonly string[] {
  const { title, details } = failureOf(outcome)
  return [
    `### ${plain(outcome.case.name)}`,
    '',
    `${code(`${file}:${outcome.line}`)}: ${plain(title)}`,
    '',
    `- ${plain(caseText(outcome))}`,
    ...details.map((detail) => `- ${plain(detail)}`),
    '',
  ]
}
