/** `*`: any run of characters. Marked apart from character codes, so that a literal `*` can stand in a pattern. */
const STAR = -1
/** `?`: exactly one character. */
const ONE = -2

/**
 * A compiled pattern of IAM's wildcard language. Most patterns in policies are a text, everything, a prefix, or texts
 * between stars, which are found by searching; only the rest pays for the walk, and only on a text that has the longest of
 * its literal runs in it.
 */
export type Glob =
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'pieces'; readonly first: string; readonly middle: readonly string[]; readonly last: string }
  | { readonly kind: 'walk'; readonly codes: readonly number[]; readonly longest: string }

/** Part of a pattern: `pattern` text has wildcards, `literal` text has none (a substituted value, `${*}`; R-VAR-03, R-VAR-06). */
export interface GlobPart {
  readonly text: string
  readonly literal: boolean
}

/** Compiles a text in which `*` and `?` are wildcards. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html (R-RES-02) */
export function compileGlob(pattern: string): Glob {
  const star = pattern.indexOf('*')
  if (!pattern.includes('?')) {
    if (star < 0) return { kind: 'text', text: pattern }
    if (star === pattern.length - 1) return star === 0 ? ANY : { kind: 'prefix', text: pattern.slice(0, -1) }
    if (pattern.includes('**')) return compileGlob(pattern.replaceAll(/\*{2,}/g, '*'))
    const [first = '', ...rest] = pattern.split('*')
    const last = rest.pop() ?? ''
    return { kind: 'pieces', first, middle: rest, last }
  }
  return walkOf(codesOf([{ text: pattern, literal: false }]))
}

const ANY: Glob = { kind: 'any' }

/** Compiles a pattern put together from wildcard text and literal text. */
export function compileParts(parts: readonly GlobPart[]): Glob {
  const [only] = parts
  if (parts.length === 1 && only?.literal === false) return compileGlob(only.text)
  const codes = codesOf(parts)
  const wild = codes.findIndex((code) => code < 0)
  const whole = parts.map((part) => part.text).join('')
  if (wild < 0) return { kind: 'text', text: whole }
  if (wild === codes.length - 1 && codes[wild] === STAR)
    return codes.length === 1 ? ANY : { kind: 'prefix', text: whole.slice(0, -1) }
  return walkOf(codes)
}

const walkOf = (codes: readonly number[]): Glob => ({ kind: 'walk', codes, longest: longestRun(codes) })

/** The longest run of characters that stand for themselves; of several the last: what policies list begins alike. */
function longestRun(codes: readonly number[]): string {
  let [from, length, at] = [0, 0, 0]
  for (let i = 0; i <= codes.length; i++) {
    if ((codes[i] ?? STAR) >= 0) continue
    if (i - at >= length) [from, length] = [at, i - at]
    at = i + 1
  }
  return codes
    .slice(from, from + length)
    .map((code) => String.fromCharCode(code))
    .join('')
}

function codesOf(parts: readonly GlobPart[]): readonly number[] {
  const codes: number[] = []
  for (const { text, literal } of parts)
    for (let i = 0; i < text.length; i++) codes.push(codeOf(text.charCodeAt(i), literal))
  return codes
}

function codeOf(code: number, literal: boolean): number {
  if (literal) return code
  if (code === 0x2a) return STAR
  return code === 0x3f ? ONE : code
}

/**
 * Whether the whole text matches.
 *
 * The walk keeps a single backtrack point instead of building a RegExp: a policy is untrusted input, and a pattern with
 * many stars compiled to a RegExp takes seconds on a short text. `*` and `?` also match line breaks, which S3 keys may hold.
 */
export function globMatches(glob: Glob, text: string): boolean {
  switch (glob.kind) {
    case 'any':
      return true
    case 'text':
      return glob.text === text
    case 'prefix':
      return beginsWith(text, glob.text)
    case 'pieces':
      return hasPieces(glob, text)
    case 'walk':
      return text.includes(glob.longest) && walk(glob.codes, text)
  }
}

/** From the back: what policies list beside each other mostly begins alike. */
function beginsWith(text: string, prefix: string): boolean {
  if (text.length < prefix.length) return false
  for (let i = prefix.length - 1; i >= 0; i--) if (text.charCodeAt(i) !== prefix.charCodeAt(i)) return false
  return true
}

/** Each piece is looked for behind the one before: the first place found leaves most room for those that follow. */
function hasPieces({ first, middle, last }: Extract<Glob, { kind: 'pieces' }>, text: string): boolean {
  const end = text.length - last.length
  let at = first.length
  if (at > end || !beginsWith(text, first) || !text.endsWith(last)) return false
  for (const piece of middle) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= end
}

function walk(codes: readonly number[], text: string): boolean {
  let p = 0
  let t = 0
  let star = -1 // where in the pattern the last `*` stood
  let resume = 0 // where in the text that `*` gives up one more character
  while (t < text.length) {
    const code = codes[p]
    if (code === STAR) {
      star = p++
      resume = t
    } else if (code === ONE) {
      p++
      t += (text.codePointAt(t) ?? 0) > 0xffff ? 2 : 1 // one character, not half of one (R-RES-02)
    } else if (code === text.charCodeAt(t)) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (codes[p] === STAR) p++
  return p === codes.length
}

/** The pattern again; a `*` that stands in it for itself comes out as a wildcard. */
export function textOf(glob: Glob): string {
  switch (glob.kind) {
    case 'any':
      return '*'
    case 'text':
      return glob.text
    case 'prefix':
      return `${glob.text}*`
    case 'pieces':
      return [glob.first, ...glob.middle, glob.last].join('*')
    case 'walk':
      return glob.codes.map((code) => (code === STAR ? '*' : code === ONE ? '?' : String.fromCharCode(code))).join('')
  }
}

/** In the second pattern of `globsMeet`: any run of characters without a slash. A private character, which no name has. */
export const SEGMENT = '\uE000'

/**
 * Whether some text fits both patterns. The rows of the table are kept one at a time: the work is the product of the
 * lengths, the memory one length.
 */
export function globsMeet(a: string, b: string): boolean {
  let below: boolean[] = []
  for (let i = a.length; i >= 0; i--) {
    const row: boolean[] = []
    for (let j = b.length; j >= 0; j--) {
      const [one, two] = [a[i], b[j]]
      if (two === SEGMENT && one === '/') row[j] = row[j + 1] === true
      else if (one === '*' || two === '*' || two === SEGMENT) row[j] = below[j] === true || row[j + 1] === true
      else if (one === undefined || two === undefined) row[j] = one === two
      else row[j] = (one === two || one === '?' || two === '?') && below[j + 1] === true
    }
    below = row
  }
  return below[0] === true
}
