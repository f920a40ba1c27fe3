import type { Page } from './page.ts'
import { safeLine } from '#quote/terminal.ts'

/** Summary of a run of `collect` or of an import (docs/collect.md). */
export interface CollectedSummary {
  readonly caller: string
  readonly accounts: readonly string[]
  readonly files: number
  readonly coverage: readonly { readonly part: string; readonly state: string; readonly why?: string }[]
}

const MAX_LISTED = 20

/** Report of a collected snapshot: what was read, and what was not and why, which the rest of the program will call unknown. */
export function collectedText(
  folder: string,
  { caller, accounts, files, coverage }: CollectedSummary,
  _page: Page,
): string {
  const lacking = coverage.filter(({ state }) => state !== 'complete')
  const many = accounts.length === 1 ? 'account' : 'accounts'
  return [
    `Collected ${accounts.length} ${many}, ${files} files, into ${safeLine(folder)}`,
    `  caller      ${safeLine(caller)}`,
    `  complete    ${coverage.length - lacking.length} of ${coverage.length} parts`,
    ...(lacking.length === 0 ? [] : ['Not complete, so unknown where a decision needs it:']),
    ...lacking
      .slice(0, MAX_LISTED)
      .map(
        ({ part, state, why }) =>
          `  ${state.padEnd(8)}  ${safeLine(part)}${why === undefined ? '' : `: ${safeLine(why)}`}`,
      ),
    ...(lacking.length > MAX_LISTED ? [`  … and ${lacking.length - MAX_LISTED} more: see coverage in meta.json`] : []),
    '',
  ].join('\n')
}
