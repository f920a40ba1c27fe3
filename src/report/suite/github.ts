import type { PlacedOutcome, SuiteRun } from '#suite/suite-run.ts'
import { caseText, failureOf } from './failure.ts'

/**
 * Workflow commands of GitHub Actions: an annotation at the line of each failed case.
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function suiteAnnotations({ files }: SuiteRun): string {
  const all = files.flatMap(({ outcomes }) => outcomes)
  const failed = all.filter(({ passed }) => !passed).length
  const lines = files.flatMap(({ file, outcomes }) =>
    outcomes.filter(({ passed }) => !passed).map((outcome) => annotation(file, outcome)),
  )
  return [...lines, `${all.length - failed} passed, ${failed} failed`, ''].join('\n')
}

function annotation(file: string, outcome: PlacedOutcome): string {
  const { title, details } = failureOf(outcome)
  const text = [caseText(outcome), title, ...details].join('\n')
  return `::error file=${property(file)},line=${outcome.line},title=${property(outcome.case.name)}::${data(text)}`
}

const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
