import { NO_QUESTION, type Question } from './intake-form.tsx'

const PREFIX = 'denytrace-question-'

/** Begins the id of a text that was pasted: no event has such an id. */
export const OWN = 'p-'

/** Keeps a question for this tab alone, and gone with it, under an id of its text; what is too large is not kept. */
export function keepQuestion(question: Question): string {
  const id = `${OWN}${hashOf(JSON.stringify(question))}`
  try {
    sessionStorage.setItem(PREFIX + id, JSON.stringify(question))
  } catch {
    // Full: the address then leads nowhere, and says so.
  }
  return id
}

export const forgetQuestion = (id: string): void => sessionStorage.removeItem(PREFIX + id)

export function keptQuestion(id: string): Question | undefined {
  const text = sessionStorage.getItem(PREFIX + id)
  return text === null ? undefined : { ...NO_QUESTION, ...(JSON.parse(text) as Question) }
}

/** FNV-1a, twice 32 bits: tells texts of one tab apart, and protects nothing. */
function hashOf(text: string): string {
  let [one, other] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < text.length; i++) {
    one = Math.imul(one ^ text.charCodeAt(i), 0x01000193)
    other = Math.imul(other ^ text.charCodeAt(i), 0x5bd1e995) + i
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36)
}
