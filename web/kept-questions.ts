import { jsonPieces, nextTurn } from './in-turns.ts'
import { NO_QUESTION, type Question } from './intake-form.tsx'

const PREFIX = 'denytrace-question-'

/** Begins the id of a text that was pasted: no event has such an id. */
export const OWN = 'p-'

/** Questions that are being kept still. */
const keeping = new Map<string, Promise<void>>()

/**
 * Keeps a question for this tab alone, and gone with it, under an id of its text; what is too large is not kept. A long one is
 * read, and kept, a piece in a turn.
 */
export async function keepQuestion(question: Question): Promise<string> {
  const pieces: string[] = []
  const hash = new Hash()
  for await (const piece of jsonPieces(question)) {
    pieces.push(piece)
    hash.add(piece)
  }
  const id = `${OWN}${hash.value()}`
  keeping.set(
    id,
    keepPieces(id, pieces).finally(() => keeping.delete(id)),
  )
  return id
}

const keyOf = (id: string, index: number): string => `${PREFIX}${id}${index === 0 ? '' : `.${index}`}`

async function keepPieces(id: string, pieces: readonly string[]): Promise<void> {
  try {
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) await nextTurn()
      sessionStorage.setItem(keyOf(id, i), piece)
    }
  } catch {
    // Full: the address then leads nowhere, and says so.
    removePieces(id)
  }
}

function removePieces(id: string): void {
  for (let i = 0; sessionStorage.getItem(keyOf(id, i)) !== null; i++) sessionStorage.removeItem(keyOf(id, i))
}

/** Once it is kept whole, nothing of it is. */
export const forgetQuestion = (id: string): void =>
  void (keeping.get(id) ?? Promise.resolve()).then(() => removePieces(id))

export function keptQuestion(id: string): Question | undefined {
  let text = ''
  for (let i = 0; ; i++) {
    const piece = sessionStorage.getItem(keyOf(id, i))
    if (piece === null) break
    text += piece
  }
  try {
    return text === '' ? undefined : { ...NO_QUESTION, ...(JSON.parse(text) as Question) }
  } catch {
    // Left while it was being kept.
    return undefined
  }
}

/** FNV-1a, twice 32 bits: tells texts of one tab apart, and protects nothing. */
class Hash {
  #one = 0x811c9dc5
  #other = 0x01000193
  #length = 0

  add(text: string): void {
    let [one, other] = [this.#one, this.#other]
    for (let i = 0; i < text.length; i++) {
      one = Math.imul(one ^ text.charCodeAt(i), 0x01000193)
      other = Math.imul(other ^ text.charCodeAt(i), 0x5bd1e995) + this.#length + i
    }
    this.#one = one
    this.#other = other
    this.#length += text.length
  }

  value(): string {
    return (this.#one >>> 0).toString(36) + (this.#other >>> 0).toString(36)
  }
}
