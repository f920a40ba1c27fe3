import { isAccountId } from '#iam/arn.ts'
import { isAccountInWords, isDots, tokenEnd, trimValue, unwrapped } from '../text/values.ts'

/** A principal ARN with a session name fits in this; what is longer is prose. */
const SUBJECT = 2400

/** Who is not authorized, and where the sentence begins: left of `not authorized`, which stands at `anchor`. */
export function readSubject(text: string, anchor: number): { start: number; principal: string | null } {
  const base = Math.max(0, anchor - SUBJECT)
  const left = text.slice(base, anchor)
  const bare = withoutGluedIs(left.replace(/(?:^|\s{1,40}|(?<=\buser:))(?:is|are|was)\s{0,40}$/i, '').trimEnd(), left)
  const user = lastUser(bare)
  if (user !== undefined) {
    const value = bare.slice(user.valueAt).trim()
    if (value === '') return { start: base + user.at, principal: null }
    const account = BY_ACCOUNT.exec(value)?.groups?.['account']
    if (account !== undefined) return { start: base + user.at, principal: isAccountId(account) ? account : null }
    const principal = asPrincipal(value)
    if (principal !== undefined) return { start: base + user.at, principal }
  }
  return subjectToken(bare, base, anchor)
}

/** CloudWatch Logs names a caller by its account alone: `User with accountId: 111122223333`. */
const BY_ACCOUNT = /^with accountId: (?<account>\S{1,40})$/

/** `…/i-0abc1is not authorized`: a copied text lost the blank. No instance id and no number ends in `is`. */
function withoutGluedIs(bare: string, left: string): string {
  if (bare.length < left.trimEnd().length || !/(?:\d|\/i-[\w]{6,40})is$/.test(bare.slice(-60))) return bare
  return bare.slice(0, -2)
}

/** The last `User` that opens a sentence: not part of a path, an ARN or another word. */
function lastUser(left: string): { at: number; valueAt: number } | undefined {
  for (let at = left.length; at > 0; ) {
    at = Math.max(left.lastIndexOf('User', at - 1), left.lastIndexOf('user', at - 1))
    if (at < 0) return undefined
    const colon = left[at + 4] === ':'
    const apart = at + 4 >= left.length || /[\s:]/.test(left[at + 4] ?? '')
    if (isInBrackets(left, at)) continue
    if (apart && !/[\w/.:@<[{$-]/.test(colon ? (left[at - 1] ?? ' ').replace(/[:.[{<]/, ' ') : (left[at - 1] ?? ' ')))
      return { at, valueAt: colon ? at + 5 : at + 4 }
  }
  return undefined
}

/** `<iam user name>`, `{the user ARN}`: the word of a placeholder (R-MSG-15e). */
function isInBrackets(left: string, at: number): boolean {
  const before = /[<{[][^<>{}[\]\n]{0,60}$/.test(left.slice(Math.max(0, at - 61), at))
  return before && /^[^<>{}[\]\n]{4,60}[>}\]]/.test(left.slice(at, at + 61))
}

/** Markdown makes links of ARNs with an e-mail address in them: `[arn:…](mailto:…`. */
const LINK = /^\[?(arn:[^\]\s]{1,2100})\]\((?:https?:|mailto:)[^\s()]{1,400}$/

function asPrincipal(raw: string): string | null | undefined {
  const bare = raw.replace(/^["'(]{1,2}|["')]{1,2}$/g, '').replaceAll('\n(', ' (')
  const value = unwrapped(LINK.exec(bare)?.[1] ?? bare)
  if (tokenEnd(value, 0) === value.length) return isDots(value) ? null : value
  return value.startsWith('arn:') ? (withoutBlank(value) ?? beforeWords(value)) : undefined
}

/** An editor's blank inside the ARN, in front of or behind a separator (R-MSG-15b). */
function withoutBlank(value: string): string | undefined {
  const pieces = value.split(' ')
  if (pieces.length === 2 && isAccountInWords(pieces[0] ?? '', pieces[1] ?? '')) return value
  const isInside = pieces.slice(0, -1).every((piece, i) => {
    const whole = pieces.slice(0, i + 1).join('')
    return /[:/]$/.test(piece) || whole.split(':', 6).length < 6 || /^[:/]/.test(pieces[i + 1] ?? '')
  })
  const joined = pieces.join('')
  return isInside && pieces.length <= 3 && tokenEnd(joined, 0) === joined.length ? joined : undefined
}

const MOST_WORDS = 60

/** Somebody's words between the ARN and `is not`: `arn:… (admin) is not`, `arn:… currently is not`. */
function beforeWords(value: string): string | undefined {
  const end = tokenEnd(value, 0)
  const words = value.slice(end)
  if (!words.startsWith(' ') || words.length > MOST_WORDS || /arn:|[.!?;]\s/.test(words)) return undefined
  return trimValue(value.slice(0, end))
}

/**
 * Services that write out their name, with the principal that they call as.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html,
 * https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html
 */
const WRITTEN_OUT: readonly (readonly [name: string, principal: string])[] = [
  ['CloudWatch Alarms', 'cloudwatch.amazonaws.com'],
  ['CodeBuild', 'codebuild.amazonaws.com'],
  ['CodePipeline', 'codepipeline.amazonaws.com'],
]

/** No `User:` in front: an ARN, a service name or a bracketed name directly before `is not authorized`. */
function subjectToken(bare: string, base: number, anchor: number): { start: number; principal: string | null } {
  const [name = '', service] = WRITTEN_OUT.find(([written]) => bare.endsWith(written)) ?? []
  if (service !== undefined) return { start: base + bare.length - name.length, principal: service }
  const space = Math.max(bare.lastIndexOf(' '), bare.lastIndexOf('\n'), bare.lastIndexOf('\t'))
  let at = space + 1
  let token = bare.slice(at)
  if (space > 0 && bare[space] === '\n' && !token.startsWith('arn:')) {
    const before = bare.slice(0, space)
    const previous = Math.max(before.lastIndexOf(' '), before.lastIndexOf('\n')) + 1
    if (bare.startsWith('arn:', previous)) {
      at = previous
      token = unwrapped(bare.slice(at))
    }
  }
  const opening = /^["'([]{0,2}(?=arn:)/.exec(token)?.[0].length ?? 0
  const value = token.slice(opening).replace(/["')]{1,2}$/, '')
  const named =
    /^(?:arn:[^\s:]{1,20}:\S{1,2100}|anonymous|[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?|\[[A-Za-z]{1,40}\])$/
  return named.test(value) ? { start: base + at + opening, principal: value } : { start: anchor, principal: null }
}
