/**
 * Member of an object or array by its place in the text, which `JSON.parse` does not tell; `start` and `end` are offsets.
 * Every function expects valid JSON, reads each character once and never recurses, so depth and size cannot hurt.
 */
export interface Member {
  /** The key of an object's member, the index of an array's. */
  readonly key: string | number
  readonly start: number
  readonly end: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
const isOpen = (code: number): boolean => code === 0x7b || code === 0x5b
const isClose = (code: number): boolean => code === 0x7d || code === 0x5d

// A program that runs once is interpreted, and there V8's own search is many times faster than a loop.
const NO_SPACE = /[^ \n\r\t]/g
const BRACKET_OR_QUOTE = /["[\]{}]/g
const MARK = /["[\]{},]/g
const END_OF_LITERAL = /[\]}, \n\r\t]/g

/** The offset of the next character of a kind; the text's length where there is none. */
function next(kind: RegExp, text: string, at: number): number {
  kind.lastIndex = at
  return kind.test(text) ? kind.lastIndex - 1 : text.length
}

export const skipSpace = (text: string, at: number): number =>
  isSpace(text.charCodeAt(at)) ? next(NO_SPACE, text, at) : at

/** The offset after the string that starts at `at`. */
function endOfString(text: string, at: number): number {
  let end = at
  do end = text.indexOf('"', end + 1)
  while (end >= 0 && isEscaped(text, end))
  return end < 0 ? text.length : end + 1
}

function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (at - first) % 2 === 1
}

/** The offset after the value that starts at `at`. */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === QUOTE) return endOfString(text, at)
  if (!isOpen(first)) return next(END_OF_LITERAL, text, at)
  let depth = 0
  for (let i = at; i < text.length; i = next(BRACKET_OR_QUOTE, text, i)) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfString(text, i)
      continue
    }
    if (isOpen(code)) depth++
    i++
    if (isClose(code) && --depth === 0) return i
  }
  return text.length
}

/** The members of the object or array at `at`, in order, repeated keys included; nothing for any other value. */
export function membersAt(text: string, at: number): readonly Member[] {
  const open = text.charAt(at)
  if (open !== '{' && open !== '[') return []
  const members: Member[] = []
  let i = skipSpace(text, at + 1)
  while (i < text.length && !isClose(text.charCodeAt(i))) {
    let key: string | number = members.length
    if (open === '{') {
      const end = endOfString(text, i)
      key = keyText(text.slice(i, end))
      i = skipSpace(text, skipSpace(text, end) + 1)
    }
    const end = endOfValue(text, i)
    members.push({ key, start: i, end })
    i = skipSpace(text, end)
    if (text.charAt(i) === ',') i = skipSpace(text, i + 1)
  }
  return members
}

/** `\u0041ction` and `Action` are one key. */
function keyText(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
}

/** The member a JSON reader would keep: the last with this key. */
export const memberAt = (text: string, at: number, key: string | number): Member | undefined =>
  membersAt(text, at).findLast((member) => member.key === key)

export interface RepeatedKey {
  readonly key: string
  readonly offset: number
}

/** The first key that stands twice in one object, from `at` to the end of the value there (R-GRAM-06). */
export function duplicateKeyAt(text: string, at: number): RepeatedKey | undefined {
  let first: RepeatedKey | undefined
  scanKeys(text, at, (repeated) => {
    first = repeated
    return true
  })
  return first
}

/** Keys that stand more than once in the object at an offset, each once. */
export function repeatedKeysAt(text: string, at: number): readonly string[] {
  const found = new Set<string>()
  scanKeys(text, at, ({ key }) => {
    found.add(key)
    return false
  })
  return [...found]
}

function scanKeys(text: string, at: number, isEnough: (repeated: RepeatedKey) => boolean): void {
  const open: (Set<string> | undefined)[] = []
  let keyExpected = false
  let i = at
  do {
    const char = text.charAt(i)
    if (char === '"') {
      const end = endOfString(text, i)
      const keys = open.at(-1)
      if (keyExpected && keys !== undefined) {
        const key = keyText(text.slice(i, end))
        if (keys.has(key) && isEnough({ key, offset: i })) return
        keys.add(key)
      }
      keyExpected = false
      i = next(MARK, text, end)
      continue
    }
    if (char === '{' || char === '[') open.push(char === '{' ? new Set() : undefined)
    else if (char === '}' || char === ']') open.pop()
    if (char === '{' || char === ',') keyExpected = true
    i = next(MARK, text, i + 1)
  } while (i < text.length && open.length > 0)
}

/** Whether brackets nest deeper than a limit. `JSON.parse` follows any depth, what is done with the value does not. */
export function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0
  for (let at = next(BRACKET_OR_QUOTE, text, 0); at < text.length; at = next(BRACKET_OR_QUOTE, text, at + 1)) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at) - 1
    else if (isOpen(code) && ++depth > limit) return true
    else if (isClose(code)) depth--
  }
  return false
}
