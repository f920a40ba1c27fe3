import { workflowProperty, workflowText } from '#quote/workflow-command.ts'
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
  return `::error file=${workflowProperty(file)},line=${outcome.line},title=${workflowProperty(outcome.case.name)}::${workflowText(text)}`
}
