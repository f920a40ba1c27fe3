/** Lines of a JSON text by pointer: `/Statement/0/Resource` → first and last line, from 0. */
export type Places = ReadonlyMap<string, readonly [first: number, last: number]>

/** Deeper than any policy; what is deeper has no lines of its own. */
const MAX_DEPTH = 64

/** Where each value stands, its key included. Undefined where the text is no JSON. */
export function jsonPlaces(text: string): Places | undefined {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  const places = new Map<string, readonly [number, number]>()
  const scan = new Scan(text)
  walk(scan, '', 0, undefined, places)
  return places
}

class Scan {
  readonly text: string
  at = 0
  line = 0
  constructor(text: string) {
    this.text = text
  }

  get next(): string {
    return this.text[this.at] ?? ''
  }

  step(): void {
    if (this.text[this.at] === '\n') this.line++
    this.at++
  }

  space(): void {
    while (this.next === ' ' || this.next === '\n' || this.next === '\r' || this.next === '\t') this.step()
  }

  /** A string, as it is read. */
  string(): string {
    const from = this.at
    this.step()
    while (this.next !== '"' && this.next !== '') {
      if (this.next === '\\') this.step()
      this.step()
    }
    this.step()
    return JSON.parse(this.text.slice(from, this.at)) as string
  }
}

type Found = Map<string, readonly [number, number]>

/** The text is JSON: it was parsed before. */
function walk(scan: Scan, pointer: string, depth: number, keyLine: number | undefined, places: Found): void {
  scan.space()
  const first = keyLine ?? scan.line
  if (scan.next === '{' || scan.next === '[') members(scan, pointer, depth, places)
  else if (scan.next === '"') scan.string()
  else while (scan.next !== '' && !',]} \n\r\t'.includes(scan.next)) scan.step()
  if (depth <= MAX_DEPTH) places.set(pointer, [first, scan.line])
}

function members(scan: Scan, pointer: string, depth: number, places: Found): void {
  const isObject = scan.next === '{'
  const end = isObject ? '}' : ']'
  scan.step()
  scan.space()
  for (let i = 0; scan.next !== end && scan.next !== ''; i++) {
    const line = scan.line
    let name = String(i)
    if (isObject) {
      name = scan.string()
      scan.space()
      scan.step()
    }
    const step = name.replaceAll('~', '~0').replaceAll('/', '~1')
    walk(scan, depth > MAX_DEPTH ? pointer : `${pointer}/${step}`, depth + 1, line, places)
    scan.space()
    if (scan.next === ',') scan.step()
    scan.space()
  }
  scan.step()
}
