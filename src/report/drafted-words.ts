import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Change } from '#fix/change.ts'
import { CHANGE_WORDS } from './change-words.ts'

/** What is said of a fix that AWS's words alone come to, wherever it is told. */
export const DRAFTED = "drafted from AWS's words: no policy was seen, so it is neither replayed nor proved"

type Causes = Pick<Diagnosis, 'status' | 'causes'>

/** The word before a fix that was replayed: whether the cause that it mends is sure, and the statement that denies. */
export const titleOfFix = ({ status, causes }: Causes): string =>
  status === 'likely' || causes.some(({ statementCertainty }) => statementCertainty === 'likely') ? LIKELY_FIX : FIX

/**
 * The word before a fix that was drafted: it mends for certain what AWS names for certain. A guess is what mends another layer than
 * that, and what a call should send, of which a decoded message shows the keys and no operators.
 */
export const titleOfDraft = (changes: readonly Change[], { causes }: Causes): string =>
  changes.some(
    ({ layer, kind }) =>
      CHANGE_WORDS[kind].ofPolicy === true &&
      causes.some((cause) => cause.layer === layer && cause.certainty === 'certain'),
  )
    ? FIX
    : LIKELY_FIX

const FIX = 'Fix'
const LIKELY_FIX = 'Likely fix'
