import type { DraftInHand, OtherFix, ShownDiagnosis } from '#fix/proof/fix.ts'
import { IF_YOU_DECIDE } from '#answer/fix-words.ts'
import { block, type Page } from './page.ts'

/** A fix that is offered only to who asks for it by its id. */
export type OnDemand = Pick<OtherFix, 'id' | 'title' | 'onDemand'>

/** Returns the draft that is offered without being asked for by its id. */
export const offeredIn = ({ drafts }: ShownDiagnosis): DraftInHand | undefined =>
  drafts.find(({ onDemand }) => onDemand === undefined)

/** Whether a draft is the call as another caller, so that no policy changes. */
export const isOtherCaller = ({ changes }: { readonly changes: DraftInHand['changes'] }): boolean =>
  changes.length > 0 && changes.every(({ kind }) => kind === 'change-principal')

/** The lines of what is offered on demand: the first one, and the command that writes it. */
export function onDemandLines(all: readonly OnDemand[], page: Page): string[] {
  const [first] = all
  if (first === undefined) return []
  const title = `${first.title.charAt(0).toLowerCase()}${first.title.slice(1)}`
  return block(page, 'Or', 9, `${IF_YOU_DECIDE}: ${title}. Write it with: denytrace fix … --choose ${first.id}`)
}
