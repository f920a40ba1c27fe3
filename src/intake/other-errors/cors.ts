import type { LettersOnly } from '../text/letters-only.ts'
import { findPhrase } from '../text/letters-only.ts'
import { withoutSecrets } from '../wrapper/secrets.ts'
import type { Finding } from './finding.ts'

/** Phrases that the browsers' messages have in common, letters only (R-MSG-31, 1). */
const PHRASES = [
  'blockedbycorspolicy',
  'crossoriginrequestblocked',
  'notallowedbyaccesscontrolallow',
  'accesscontrolalloworiginheaderispresentontherequestedresource',
  'duetoaccesscontrolchecks',
] as const

const MAX_FINDINGS = 1000

/** Every request a browser blocked. The resource is the URL; who asked is an origin, not a principal. */
export function findCors(text: string, lettersOnly: LettersOnly): Finding[] {
  const findings: Finding[] = []
  const places = PHRASES.flatMap((phrase) => findPhrase(lettersOnly, phrase)).sort(([a], [b]) => a - b)
  let floor = 0
  for (const [from, to] of places.slice(0, MAX_FINDINGS)) {
    if (from < floor) continue
    const start = Math.max(floor, from - 1500)
    const finding = readCors(text.slice(start, to + 600).replaceAll('\n', ' '), from - start, start)
    findings.push(finding)
    floor = Math.max(to, finding.to)
  }
  return findings
}

// Chrome (two ages of it), Firefox, Safari.
const PATTERNS = [
  /Access to (?:[\w ]{1,40}) at ['"‘’](?<url>[^'"‘’]{1,2000})['"‘’](?: \(redirected from ['"‘’][^'"‘’]{1,1500}['"‘’]\))? {1,8}(?:from {1,8}origin {1,8}['"‘’](?<origin>[^'"‘’]{1,300})['"‘’] {1,8})?(?:has {1,8}been {1,8})?blocked by CORS policy:?(?<reason>[^"`]{0,500})/i,
  /Cross-Origin Request Blocked:? .{0,200}?remote {1,8}resource {1,8}at {1,8}['"‘’]?(?<url>[^\s'"‘’]{1,2000}?)['"‘’]?\.?(?= |$)(?<reason>.{0,300})/i,
  /(?:XMLHttpRequest|Fetch API|\w{2,20}) cannot load {1,8}(?<url>[^\s'"]{1,2000}?)\.?(?= |$)(?<reason>.{0,400})/i,
  /Failed to load {1,8}(?<url>https?:[^\s'"]{1,2000}?):(?= )(?<reason>.{0,400})/i,
]

/** Without the URL: Safari says who asked in one line and for what in the next. */
const NO_URL =
  /(?<reason>(?:Origin {1,4}\S{1,300} {1,4}is {1,4})?not {1,4}allowed {1,4}by {1,4}Access-Control-Allow-.{0,200})/i

function readCors(window: string, anchor: number, base: number): Finding {
  for (const pattern of PATTERNS) {
    const match = lastCovering(window, pattern, anchor)
    if (match === undefined) continue
    const { url, origin, reason = '' } = match.groups ?? {}
    const sentence = reason.split(/(?<=\.)\s{1,4}(?=[A-Z(])/, 3).join(' ')
    return {
      kind: 'cors',
      reader: 'cors',
      from: base + match.index,
      to: base + match.index + match[0].length - reason.length + sentenceLength(reason),
      resource: url === undefined ? null : withoutSecrets(url.replaceAll(' ', '')),
      details: readDetails(sentence, origin),
    }
  }
  const match = NO_URL.exec(window.slice(Math.max(0, anchor - 320)))
  const reason = match?.[0] ?? window.slice(anchor, anchor + 200)
  const from = base + (match === null ? anchor : Math.max(0, anchor - 320) + match.index)
  const to = from + sentenceLength(reason)
  return { kind: 'cors', reader: 'cors', from, to, resource: null, details: readDetails(reason, undefined) }
}

/** The match nearest before the anchor phrase, or covering it. */
function lastCovering(window: string, pattern: RegExp, anchor: number): RegExpExecArray | undefined {
  let found: RegExpExecArray | undefined
  for (let from = 0; from < window.length; ) {
    const match = pattern.exec(window.slice(from))
    if (match === null || from + match.index > anchor) break
    const at = from + match.index
    if (at + match[0].length > anchor) {
      match.index = at
      found = match
    }
    from = at + 20
  }
  return found
}

function sentenceLength(reason: string): number {
  const end = /\.(?=\s{1,4}[A-Z\d]|\s{0,2}$|["'])|\)/.exec(reason)
  return end === null ? reason.length : end.index + 1
}

function readDetails(reason: string, origin: string | undefined): Record<string, string | null> {
  const stated = /[Oo]rigin {1,4}['"‘’]?(?<origin>https?:\/\/[^\s'"‘’]{1,300}|null)['"‘’]? {1,4}is/.exec(reason)
  const method = /Method {1,4}['"‘’]?(?<method>[A-Za-z]{3,20})['"‘’]? {1,4}is not allowed/i.exec(reason)
  const header =
    /header field {1,4}['"‘’]?(?<header>[\w-]{1,80})['"‘’]? {1,4}is not allowed/i.exec(reason) ??
    /header {1,4}['"‘’](?<header>[\w-]{1,80})['"‘’] {1,4}is not allowed/i.exec(reason)
  return {
    origin: origin ?? stated?.groups?.['origin']?.replace(/\.$/, '') ?? null,
    method: method?.groups?.['method']?.toUpperCase() ?? null,
    header: header?.groups?.['header'] ?? null,
    failed: failedCheck(reason, method !== null, header !== null),
  }
}

/** The response header, or the step of the preflight, on which the browser's check failed. */
function failedCheck(reason: string, method: boolean, header: boolean): string | null {
  if (/Redirect is not allowed|redirected/i.test(reason)) return 'preflight-redirect'
  if (/HTTP ok status|preflight response did not succeed|did not succeed/i.test(reason)) return 'preflight-status'
  if (method) return 'Access-Control-Allow-Methods'
  if (header) return 'Access-Control-Allow-Headers'
  const named = /Access-Control- ?Allow- ?(Origin|Methods|Headers|Credentials|Private-Network)/i.exec(reason)
  return named === null ? null : `Access-Control-Allow-${named[1] ?? ''}`
}
