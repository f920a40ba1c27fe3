const NOWHERE = Number.POSITIVE_INFINITY

/** No wrapper opens further before its message. */
const REACH = 1500

/** Openings of the wrapper of an error: CLI and boto, Go v2, PHP, XML. */
const OPENING = /An error occurred \(|\boperation error \w|Error executing "|<Error(?:Response)?>/

/**
 * Where, behind a message that ends at `end`, the wrapper of the next one begins, whose message begins at `next` (R-MSG-21: an
 * id is of the error in whose wrapper it stands): at what opens a wrapper, at the object it is a field of, else at its line,
 * with the lines above that lead to it. Undefined: nothing parts the two.
 */
export function nextWrapper(text: string, end: number, next: number): number | undefined {
  const base = Math.max(end, next - REACH)
  const gap = text.slice(base, next)
  const opening = OPENING.exec(gap)?.index ?? NOWHERE
  const start = Math.min(lineWithLead(gap), opening, openObject(gap))
  return start === NOWHERE ? undefined : base + start
}

/** The start of the line of JSON in which the message at `from` stands; 0: it stands in none. */
export function ownObject(text: string, from: number): number {
  const base = Math.max(0, from - REACH)
  const start = base + text.slice(base, from).lastIndexOf('\n') + 1
  return text.startsWith('{"', start) ? start : 0
}

/** More lines than a broken wrapper has between its colon and its message. */
const MOST_LEADS = 3

/** The start of the last line of the gap (if it has several), or of the line above that ends in a colon: `… api error AccessDeniedException:`. */
function lineWithLead(gap: string): number {
  let start = gap.lastIndexOf('\n') + 1
  if (start === 0) return NOWHERE
  for (let leads = 0; leads < MOST_LEADS; leads++) {
    const above = gap.slice(0, start).trimEnd()
    const newline = above.lastIndexOf('\n') + 1
    if (!above.endsWith(':') || newline === 0) break
    start = newline
  }
  return start
}

/** Where the outermost object opens that is not closed in the gap. */
function openObject(gap: string): number {
  let open = NOWHERE
  let closed = 0
  for (let i = gap.length - 1; i >= 0; i--) {
    if (gap[i] === '}') closed++
    else if (gap[i] === '{') {
      if (closed === 0) open = i
      else closed--
    }
  }
  return open
}
