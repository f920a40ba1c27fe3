import { safeText } from './terminal.ts'

/**
 * The text behind `::` of a workflow command of GitHub Actions: a line end would begin another.
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export const workflowText = (text: string): string =>
  safeText(text.replaceAll('\r\n', '\n')).replaceAll('%', '%25').replaceAll('\n', '%0A')

/** The value of one of its properties. */
export const workflowProperty = (text: string): string =>
  workflowText(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/**
 * A line of plain text that a runner of GitHub Actions reads: it obeys `::` behind spaces, and `##[` anywhere. Where text of
 * others comes to stand so, its first sign is written by its number.
 */
export const noWorkflowCommand = (line: string): string =>
  line.includes('::') || line.includes('##[')
    ? line.replace(/^(\s*):(?=:)/, '$1\\x3a').replaceAll('##[', '#\\x23[')
    : line
