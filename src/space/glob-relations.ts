import { compileParts, type Glob, globMatches } from '#iam/glob.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import type { Template } from '#iam/variables.ts'

/**
 * Relations that can be seen of two patterns without walking them. Each answer is sure where it is true; false says
 * nothing, so that whoever needs to know walks them.
 */

/** Whether every text of `inner` surely is one of `outer`. */
export function globCovers(outer: Glob, inner: Glob): boolean {
  if (outer === inner) return true
  switch (outer.kind) {
    case 'any':
      return true
    case 'walk': // `?` is one character of two sizes: what it covers is left to the walk.
      return false
    case 'text':
      return inner.kind === 'text' && inner.text === outer.text
    case 'prefix':
      return beginning(inner).startsWith(outer.text)
    case 'pieces':
      return (
        inner.kind !== 'any' &&
        beginning(inner).startsWith(outer.first) &&
        ending(inner).endsWith(outer.last) &&
        !mentionsStandIn(outer) &&
        globMatches(outer, withStandIns(inner))
      )
  }
}

/** No policy means this character by its own: in place of a wildcard it is taken by a star alone. */
const STAND_IN = '\u0000'

function withStandIns(glob: Glob): string {
  switch (glob.kind) {
    case 'any':
      return STAND_IN
    case 'text':
      return glob.text
    case 'prefix':
      return glob.text + STAND_IN
    case 'pieces':
      return withPieces(glob)
    case 'walk':
      return glob.codes.map((code) => (code < 0 ? STAND_IN : String.fromCharCode(code))).join('')
  }
}

function withPieces({ first, middle, last }: Extract<Glob, { kind: 'pieces' }>): string {
  let text = first
  for (const piece of middle) text += STAND_IN + piece
  return text + STAND_IN + last
}

const mentionsStandIn = ({ first, middle, last }: Extract<Glob, { kind: 'pieces' }>): boolean =>
  first.includes(STAND_IN) || last.includes(STAND_IN) || middle.some((piece) => piece.includes(STAND_IN))

/** Whether surely no text is held by both: one is a text that the other does not hold, or they begin or end in another way. */
export function globsApart(a: Glob, b: Glob): boolean {
  if (a.kind === 'any' || b.kind === 'any') return false
  if (a.kind === 'text') return !globMatches(b, a.text)
  if (b.kind === 'text') return !globMatches(a, b.text)
  const [one, two] = [beginning(a), beginning(b)]
  if (!one.startsWith(two) && !two.startsWith(one)) return true
  const [left, right] = [ending(a), ending(b)]
  return !left.endsWith(right) && !right.endsWith(left)
}

/** The beginning of every text that the glob holds. */
export function beginning(glob: Glob): string {
  switch (glob.kind) {
    case 'any':
      return ''
    case 'text':
    case 'prefix':
      return glob.text
    case 'pieces':
      return glob.first
    case 'walk':
      return textOf(glob.codes.slice(0, glob.codes.findIndex(isWild)))
  }
}

function ending(glob: Glob): string {
  switch (glob.kind) {
    case 'any':
    case 'prefix':
      return ''
    case 'text':
      return glob.text
    case 'pieces':
      return glob.last
    case 'walk':
      return textOf(glob.codes.slice(glob.codes.findLastIndex(isWild) + 1))
  }
}

const isWild = (code: number): boolean => code < 0
const textOf = (codes: readonly number[]): string => String.fromCharCode(...codes)

/** Whether every ARN that `inner` holds surely is held by `outer`, whatever the values of variables: one has the same in both. */
export function patternCovers(outer: ResourcePattern, inner: ResourcePattern): boolean {
  if (outer === inner || outer.kind === 'any') return outer.kind !== 'never'
  if (!isAsWritten(outer) || !isAsWritten(inner)) return false
  for (let i = 0; i < 5; i++) if (!globCovers(outer.head[i] as Glob, inner.head[i] as Glob)) return false
  if (outer.restGlob !== undefined && inner.restGlob !== undefined) return globCovers(outer.restGlob, inner.restGlob)
  return restCovers(outer.rest, inner.rest)
}

/** Each variable is one strange letter, which a star takes or the same variable: so do they whatever is filled in. */
function restCovers(outer: Template, inner: Template): boolean {
  if (STRANGE.test(outer.source + inner.source)) return false
  const letters = new Map<string, string>()
  const globOf = ({ parts }: Template): Glob =>
    compileParts(
      parts.map((part) => {
        if (part.kind !== 'variable') return { text: part.text, literal: part.kind === 'literal' }
        const name = JSON.stringify([part.key.toLowerCase(), part.fallback, part.literal])
        const letter = letters.get(name) ?? String.fromCharCode(FIRST_STRANGE + letters.size)
        letters.set(name, letter)
        return { text: letter, literal: true }
      }),
    )
  return globCovers(globOf(outer), globOf(inner))
}

const FIRST_STRANGE = 0xe000
const STRANGE = /[\ue000-\uf8ff]/

/** Whether surely no ARN is held by both. */
export function patternsApart(a: ResourcePattern, b: ResourcePattern): boolean {
  if (a.kind === 'never' || b.kind === 'never') return true
  if (a.kind === 'any' || b.kind === 'any' || a.compared !== undefined || b.compared !== undefined) return false
  for (let i = 0; i < 5; i++) if (globsApart(a.head[i] as Glob, b.head[i] as Glob)) return true
  return isPlain(a) && isPlain(b) && globsApart(a.restGlob, b.restGlob)
}

type ArnPattern = Extract<ResourcePattern, { kind: 'arn' }>
type PlainPattern = ArnPattern & { readonly restGlob: Glob }

const isPlain = (pattern: ResourcePattern): pattern is PlainPattern =>
  isAsWritten(pattern) && pattern.restGlob !== undefined

/** Compared segment by segment as it stands: no API's own form, no other reading. */
const isAsWritten = (pattern: ResourcePattern): pattern is ArnPattern =>
  pattern.kind === 'arn' && pattern.ofApi !== true && pattern.compared === undefined && pattern.unsettled !== true
