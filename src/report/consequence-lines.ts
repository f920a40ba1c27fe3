import type { Consequence } from '#fix/gate/consequence.ts'
import { block, type Page, paint } from './page.ts'

/** Returns the lines below a change that say what it does beyond letting the caller make the call. */
export const consequenceLines = (consequences: readonly Consequence[], change: number, page: Page): string[] =>
  consequences
    .filter((consequence) => consequence.change === change)
    .flatMap(({ text }) => block(page, '     ! ', 7, text).map((line) => paint(page, 'yellow', line)))
