import { parseArn } from '#iam/arn.ts'

/** A pattern of the Service Authorization Reference in fixed texts and `${Names}`, alternating, a text first. */
type Pieces = readonly string[]

const pieces = new Map<string, Pieces>()

function piecesOf(pattern: string): Pieces {
  const known = pieces.get(pattern)
  if (known !== undefined) return known
  const split = withPlainAccount(pattern).split(/\$\{([A-Za-z0-9 _-]{1,80})\}/)
  pieces.set(pattern, split)
  return split
}

/** Chime and others call the account's place `${AccountId}`. */
const withPlainAccount = (pattern: string): string =>
  pattern.replace(/^(arn:[^:]{1,40}:[^:]{1,60}:[^:]{0,40}:)\$\{[Aa]ccount_?I[Dd]\}:/, '$1${Account}:')

/** The names to fill besides partition, Region and account. */
export function namesIn(pattern: string): readonly string[] {
  const known = names.get(pattern)
  if (known !== undefined) return known
  const found = piecesOf(pattern).filter((piece, index) => index % 2 === 1 && !STANDARD.has(piece))
  names.set(pattern, found)
  return found
}

const names = new Map<string, readonly string[]>()

const STANDARD = new Set(['Partition', 'Region', 'Account'])

/** The pattern with every name replaced; undefined if a name has no value. */
export function filled(pattern: string, valueOf: (name: string) => string | undefined): string | undefined {
  let text = ''
  for (const [index, piece] of piecesOf(pattern).entries()) {
    if (index % 2 === 0) {
      text += piece
      continue
    }
    const value = valueOf(piece)
    if (value === undefined) return undefined
    text += value
  }
  return text
}

/**
 * Whether the ARN has the form of the pattern: the same service, the fixed texts of the resource part in order, at least
 * one character for every name. The value is the number of fixed characters, so that the closest pattern can be chosen.
 */
export function formOf(arn: string, pattern: string): number | undefined {
  const given = parseArn(arn)
  const wanted = parseArn(pattern)
  if (given === undefined || wanted === undefined) return undefined
  if (given.service !== wanted.service) return undefined
  if (wanted.region === '' && given.region !== '') return undefined
  const parts = piecesOf(wanted.resource)
  const [first = ''] = parts
  if (!given.resource.startsWith(first)) return undefined
  let at = first.length
  let fixed = first.length
  for (let index = 2; index < parts.length; index += 2) {
    const text = parts[index] ?? ''
    const last = index === parts.length - 1
    const found = last && text === '' ? given.resource.length : given.resource.indexOf(text, at + 1)
    if (found <= at) return undefined
    at = found + text.length
    fixed += text.length
  }
  return at === given.resource.length || parts.at(-1) === '' ? fixed : undefined
}
