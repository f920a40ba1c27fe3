/** Characters that are handled in one turn: at most a few milliseconds of work each. */
export const SLICE = 131_072

/** Lets the browser draw, and answer keys, before more is done. Not a timer's turn, which waits in a tab that is not seen. */
export function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    const come = (): void => {
      port1.close()
      resolve()
    }
    port1.addEventListener('message', come, { once: true })
    port1.start()
    port2.postMessage(undefined)
  })
}

/** Pieces of the JSON of a value, a long text's slice by slice and a turn between them; joined they are its JSON. */
export async function* jsonPieces(value: unknown): AsyncGenerator<string> {
  let piece = ''
  for (const part of partsOf(value)) {
    if (piece.length + part.length > SLICE && piece !== '') {
      yield piece
      await nextTurn()
      piece = ''
    }
    piece += part
  }
  yield piece
}

/** A slice may end between the halves of a character: each half is written as an escape then, and read as one again. */
function* partsOf(value: unknown): Generator<string> {
  if (typeof value === 'string' && value.length > SLICE) {
    yield '"'
    for (let at = 0; at < value.length; at += SLICE) yield JSON.stringify(value.slice(at, at + SLICE)).slice(1, -1)
    yield '"'
  } else if (Array.isArray(value)) {
    yield '['
    for (const [i, one] of value.entries()) {
      if (i > 0) yield ','
      yield* partsOf(one ?? null)
    }
    yield ']'
  } else if (typeof value === 'object' && value !== null) {
    yield '{'
    let comma = ''
    for (const [name, one] of Object.entries(value)) {
      if (one === undefined) continue
      yield `${comma}${JSON.stringify(name)}:`
      comma = ','
      yield* partsOf(one)
    }
    yield '}'
  } else yield JSON.stringify(value)
}

/** The body of a request: what is long is handed to the browser piece by piece. */
export async function jsonBody(value: unknown): Promise<string | Blob> {
  const packed: Blob[] = []
  let last = ''
  for await (const piece of jsonPieces(value)) {
    packed.push(new Blob([piece]))
    last = piece
  }
  return packed.length === 1 ? last : new Blob(packed)
}

/** Lines of a text, without making each of them a text. */
export function linesIn(text: string): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
