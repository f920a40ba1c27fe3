// R-MSG-21. The look-behinds keep the extended id and Lambda's own lines out; R-MSG-35 bounds every quantifier.
const REQUEST_ID =
  /(?<!Extended[ _-]?)(?<!START )(?<!END )(?<!REPORT )(?:(?:\bx-amzn?-)?request[-_ ]?id|\bRid(?=[ :]))["']?(?<sep>\s{0,3}(?:=>|[:=>])\s{0,3}|\s{1,3})(?:Optional\(|chr |\[|HeaderValue \{ _private: H0\()?["']?(?<id>[A-Za-z0-9][A-Za-z0-9-]{5,79})(?![A-Za-z0-9-]{0,80}(?:\s?\(truncated|\.{3}|…))/gi
const EXTENDED_ID =
  /(?:Extended[-_ ]?Request[-_ ]?ID|\bHostId|\bhost[-_ ]id|x-amz-id-2)["']?\s{0,3}[:=>]\s{0,3}(?:chr )?["']?(?<id>[A-Za-z0-9+/]{16,120}={0,2})/gi
/** `Optional("")` is Swift's empty id, `Unrecoverable` that of a delivery of SNS which is not tried again. */
const NO_VALUE = /^(?:undefined|unknown|missing|redacted|optional|headervalue|unrecoverable)$/i

interface Found {
  readonly id: string
  readonly at: number
}

export interface RequestIds {
  readonly requestId: string | null
  readonly extendedRequestId: string | null
}

/** Go v2 prints the id in front: `RequestID: R, HostID: H, api error CODE: ` and the message. */
const OWN_BEFORE =
  /request ?id:\s{0,2}(?<id>[A-Za-z0-9][A-Za-z0-9-]{5,79}),\s(?:HostID:\s[^\s,]{0,120},\s)?api\serror\s[\w.]{1,80}:(?:(?!\n\n)[^]){0,80}$/i

const OWN_REACH = 400

/**
 * The ids of the request whose message stands between `left` and `right`: the innermost `(Service: …)` behind it first, else
 * the one of Go directly before, else the nearest behind, else the nearest before (R-MSG-21).
 */
export function readRequestIds(left: string, right: string): RequestIds {
  const behind = untilNextRequest(right)
  const before = sameWrapper(left)
  const own = ownGroup(right) === undefined ? OWN_BEFORE.exec(left.slice(-OWN_REACH))?.groups?.['id'] : undefined
  return {
    requestId: own ?? nearest(idsIn(behind, REQUEST_ID), idsIn(before, REQUEST_ID)),
    extendedRequestId: nearest(idsIn(behind, EXTENDED_ID), idsIn(before, EXTENDED_ID)),
  }
}

/** The first ids of a text in which no message was recognised. */
export const firstRequestIds = (text: string): RequestIds => ({
  requestId: idsIn(text, REQUEST_ID)[0]?.id ?? null,
  extendedRequestId: idsIn(text, EXTENDED_ID)[0]?.id ?? null,
})

const nearest = (behind: readonly Found[], before: readonly Found[]): string | null =>
  behind[0]?.id ?? before.at(-1)?.id ?? null

function idsIn(text: string, pattern: RegExp): Found[] {
  const found: Found[] = []
  for (const match of text.matchAll(pattern)) {
    const id = match.groups?.['id'] ?? ''
    const sep = match.groups?.['sep']
    // An empty field is not the word in the next line.
    const separated = sep === undefined || (/[:=>]/.test(sep) && !sep.includes('\n'))
    if (NO_VALUE.test(id) || (!separated && !/\d/.test(id))) continue
    found.push({ id, at: match.index })
  }
  return found
}

/** PHP's `CODE (client): MESSAGE - <?xml …?><Error>`: the body of this very error. */
const OWN_BODY = /^ \((?:client|server)\): [^<]{0,400}(?:<\?xml[^>]{0,80}>\s{0,8})?<Error>/

/** `(Service: …; Request ID: …` behind the message. */
function ownGroup(right: string): string | undefined {
  const group = /^[^()\n]{0,80}\(Service: [^()]{0,400}/.exec(right)?.[0]
  return group !== undefined && /request ?id/i.test(group) ? group : undefined
}

/**
 * Text behind a denial, as long as it can belong to the same error: no blank line, no next error, no object of a line of
 * its own, no `(Service: …)` left unclosed.
 */
function untilNextRequest(right: string): string {
  const group = ownGroup(right)
  if (group !== undefined) return group
  const body = OWN_BODY.exec(right.slice(0, 600))?.[0].length ?? 0
  const stop =
    /\n[ \t]*\n(?!Caused by:|[ \t]{0,40}status code: \d{3}, request id)|\n ?\{ ?"|An error occurred \(|\boperation error |<Error>|\b(?:START|REPORT|END) RequestId|\(Service: (?=[^()]{1,80}\(Service: )/.exec(
      right.slice(body),
    )
  return stop === null ? right : right.slice(0, body + stop.index)
}

/** `… api error AccessDeniedException:`, a blank line, and then the sentence. */
const isLeadIn = (before: string, after: string): boolean =>
  /\w{3,80}:\s{0,8}$/.test(before.slice(-100)) && after.trim() === ''

/**
 * Text before a denial, as far as it can belong to the same error: behind the last closed `(Service: …)`, blank line or
 * other error's end.
 */
function sameWrapper(left: string): string {
  let start = 0
  for (const match of left.matchAll(
    /\n[ \t]*\n|Request ID: [\w-]{6,80}[^()\n]{0,120}\)|request id: [\w-]{6,80}\n|<\/Error(?:Response)?>/g,
  ))
    if (!isLeadIn(left.slice(0, match.index), left.slice(match.index + match[0].length)))
      start = match.index + match[0].length
  return left.slice(start)
}
