import type { WhatCan } from '#prove/what-can.ts'
import type { AccessSet } from '#space/access-set.ts'
import { block, type Page, paint } from './page.ts'
import { exceptTexts, whenText } from '#answer/access-words.ts'
import { join } from './text-decision.ts'

/** The text of a principal's access, set by set. */
export function whatCanText(
  principal: string,
  { access, undetermined, assumptions, reason }: WhatCan,
  page: Page,
): string {
  const nothing = access.length === 0 ? ['Nothing that the snapshot shows'] : []
  return join([
    block(page, 'What can', 10, principal),
    nothing,
    setLines(paint(page, 'green', 'Allowed'), access, page),
    setLines(paint(page, 'yellow', 'Undetermined, at best'), undetermined, page),
    reason === undefined ? [] : block(page, 'Not decided', 13, reason),
    ['Assumed', ...assumptions.flatMap((text) => block(page, '  ', 4, text))],
  ])
}

function setLines(title: string, sets: readonly AccessSet[], page: Page): readonly string[] {
  return sets.length === 0 ? [] : [title, ...sets.flatMap((set) => oneSet(set, page))]
}

function oneSet(set: AccessSet, page: Page): readonly string[] {
  const when = whenText(set)
  return [
    ...block(page, '  ', 4, set.actions.join(', ')),
    ...set.resources.flatMap((resource) => block(page, '    on', 7, resource)),
    ...(when === '' ? [] : block(page, '    ', 6, when)),
    ...exceptTexts(set).flatMap((text) => block(page, '    ', 6, text)),
  ]
}
