import type { Fix } from '#prove/fix.ts'
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
  readonly fixOf: (outcome: PlacedOutcome) => Fix | undefined
}

/** A run in one of the forms of `denytrace test`. */
export function suiteReport(
  reporter: 'text' | 'json' | 'junit' | 'sarif' | 'github' | 'markdown',
  run: SuiteRun,
  { page, version, fixOf }: ReportOptions,
): string {
  switch (reporter) {
    case 'text':
      return suiteText(run, page)
    case 'json':
      return toJson(resultOf(run))
    case 'junit':
      return suiteJunit(run)
    case 'sarif':
      return suiteSarif(run, { version: version(), fixOf })
    case 'github':
      return suiteAnnotations(run)
    case 'markdown':
      return suiteMarkdown(run)
  }
}
