import type { ShownFix } from '#fix/proof/fix.ts'
import { type PlacedOutcome, resultOf, type SuiteRun } from '#suite/suite-run.ts'
import { toJson } from '../json.ts'
import type { Page } from '../page.ts'
import { suiteAnnotations } from './github.ts'
import { suiteJunit } from './junit.ts'
import { suiteMarkdown } from './markdown.ts'
import { suiteSarif } from './sarif.ts'
import { suiteText } from './text.ts'

export interface ReportOptions {
  readonly page: Page
  readonly version: () => string
  /** The smallest fix of each failed case that has one, for the forms that show it (`showsFixes`). */
  readonly fixes: ReadonlyMap<PlacedOutcome, ShownFix>
}

/** Whether a form shows fixes: for the others none has to be searched. */
export const showsFixes = (reporter: string): boolean => reporter === 'sarif'

/** A run in one of the forms of `denytrace test`. */
export function suiteReport(
  reporter: 'text' | 'json' | 'junit' | 'sarif' | 'github' | 'markdown',
  run: SuiteRun,
  { page, version, fixes }: ReportOptions,
): string {
  switch (reporter) {
    case 'text':
      return suiteText(run, page)
    case 'json':
      return toJson(resultOf(run))
    case 'junit':
      return suiteJunit(run)
    case 'sarif':
      return suiteSarif(run, { version: version(), fixes })
    case 'github':
      return suiteAnnotations(run)
    case 'markdown':
      return suiteMarkdown(run)
  }
}
