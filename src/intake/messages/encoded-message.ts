import type { LettersOnly } from '../text/letters-only.ts'

const PHRASE = 'encodedauthorizationfailuremessage'

export interface Blob {
  readonly text: string
  readonly end: number
  readonly elided: boolean
}

/** Shorter runs after the phrase are placeholders. */
const MIN_BLOB = 16
/** EC2's messages are a few kilobytes. */
const MAX_BLOB = 32_768

/** The blob for sts:DecodeAuthorizationMessage, from `from` on and before `to` (R-MSG-13, R-MSG-20). */
export function readEncodedMessage(text: string, lettersOnly: LettersOnly, from: number, to: number): Blob | undefined {
  for (let i = lettersOnly.letters.indexOf(PHRASE); i >= 0; i = lettersOnly.letters.indexOf(PHRASE, i + 1)) {
    const start = lettersOnly.at[i] ?? 0
    if (start < from) continue
    if (start >= to) return undefined
    const after = (lettersOnly.at[i + PHRASE.length - 1] ?? 0) + 1
    const lead = /^["'*]{0,3}\s{0,3}[:=]?\s{0,80}["'(]{0,2}/.exec(text.slice(after, after + 100))
    return readBlob(text, after + (lead?.[0].length ?? 0))
  }
  return undefined
}

function readBlob(text: string, start: number): Blob | undefined {
  let end = runEnd(text, start)
  let blob = text.slice(start, end)
  let width = blob.length
  while (blob.length < MAX_BLOB && text[end] === '\n') {
    const next = text.slice(end + 1, runEnd(text, end + 1))
    if (!isContinuation(text, end + 1, next, width, start, end)) break
    blob += next
    end += 1 + next.length
    width = next.length
  }
  if (blob.length < MIN_BLOB) return undefined
  return { text: blob, end, elided: text.startsWith('...', end) || text.startsWith('…', end) }
}

function runEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && end - from < MAX_BLOB && /[\w-]/.test(text[end] ?? '')) end++
  return end
}

/**
 * A wrapped blob: whole lines of its characters, at least 20 long, after a line that was full. A shorter last line
 * belongs to it if it mixes cases or digits (R-MSG-15h).
 */
function isContinuation(text: string, at: number, next: string, width: number, start: number, end: number): boolean {
  const lineEnd = at + next.length
  const whole = lineEnd >= text.length || /["'\n`<)]/.test(text[lineEnd] ?? '')
  if (next === '' || !whole) return false
  const line = end - (text.lastIndexOf('\n', start - 1) + 1)
  const full = width >= 20 || line >= 60
  if (!full) return false
  if (next.length >= 20) return /\d/.test(next) || /[a-z]/.test(next) === /[A-Z]/.test(next)
  return (
    (/[a-z]/.test(next) && /[A-Z]/.test(next) && (/\d/.test(next) || /[a-z][A-Z]/.test(next))) ||
    /^(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{1,19}$/.test(next)
  )
}

const AUTHORIZATION_ID = /authorization\s{1,8}id:?\s{0,8}([A-Za-z0-9]{8,64})\b/
const AUTHORIZATION_LINK =
  /https:\/\/(?<region>[a-z0-9-]{6,24})\.console\.[a-z0-9.-]{6,40}\/iam\/[^\s"'<>]{0,80}authorization-details\/(?<id>[A-Za-z0-9]{8,64})/

/** The id for GetRequestAuthorizationDetails, and the Region to call it in (R-MSG-14). */
export function readAuthorizationId(text: string): { id: string; region: string | null } | undefined {
  const link = AUTHORIZATION_LINK.exec(text.replaceAll('\n', ''))
  const id = AUTHORIZATION_ID.exec(text)?.[1] ?? link?.groups?.['id']
  return id === undefined ? undefined : { id, region: link?.groups?.['region'] ?? null }
}
