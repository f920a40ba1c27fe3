import type { Diagnosis } from '#http/wire.ts'

type Note = Diagnosis['denial']['notes'][number]

/** Codes of the notes that say who was refused. The page does not load the table of all codes; a test holds them equal. */
export const WHO_WAS_REFUSED: readonly Note['code'][] = [
  'account-length',
  'custom-resource',
  'service-role',
  'service-rule',
  'trust-policy',
]

/** The note that says who was refused, where that is not the caller of whom the paste tells. */
export const whoWasRefused = (notes: readonly Note[]): Note | undefined =>
  notes.find(({ code }) => WHO_WAS_REFUSED.includes(code))
