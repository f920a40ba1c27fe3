import type { RunbookReport } from '#diagnose/runbook.ts'
import { block, type Page } from './page.ts'
import { safeLine } from '#quote/terminal.ts'
import { join } from './text-decision.ts'

/** AWS's runbook as it reports, line by line: its words are not ours. */
export function runbookText(reports: readonly RunbookReport[], page: Page): string {
  return join(reports.map((report) => reportLines(report, page)))
}

function reportLines({ document, execution, status, outputs, explanation }: RunbookReport, page: Page): string[] {
  const head = `${document}${execution === null ? '' : `, execution ${execution}: ${status ?? ''}`}`
  return [
    ...block(page, 'Runbook', 9, head),
    ...block(page, '', 0, `  ${explanation}`),
    ...Object.entries(outputs).flatMap(([name, values]) => [
      `  ${safeLine(name)}`,
      ...values.flatMap((value) => value.split('\n')).map((line) => `    ${safeLine(line)}`.trimEnd()),
    ]),
  ]
}
