import { notCheckedWords } from '#answer/not-checked-words.ts'
import type { Unseen } from '#diagnose/diagnosis.ts'
import { block, type Page } from '../page.ts'

const NOT_CHECKED = 'Not checked'

/** The line of policies that were not provided, and what they could do. */
export const unseenLines = (unseen: readonly Unseen[], page: Page): string[] =>
  unseen.length === 0 ? [] : block(page, NOT_CHECKED, NOT_CHECKED.length + 2, notCheckedWords(unseen))
