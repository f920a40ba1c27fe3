import { afterLetter } from '../text/letters-only.ts'
import { readDenyClause } from './explicit-deny.ts'
import { policyTypeAt, readNamedPolicy } from './reason.ts'
import type { MessageRule, PreparedMessage, ParsedMessage } from './rule.ts'

/** A text that lost its beginning: only `because no TYPE allows the A action` is left (R-MSG-15c, R-MSG-15i). */
export const implicitReasonAlone: MessageRule = {
  id: 'implicit-reason-alone',
  example: 'AccessDenied ... because no permissions boundary allows the s3:ListAllMyBuckets action',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'becauseno',
  read: (message) => implicitClause(message, 'because'),
}

/** The reason of an implicit denial, quoted without its `because`. */
export const implicitClauseAlone: MessageRule = {
  id: 'implicit-clause-alone',
  example: 'It says "no identity-based policy allows the s3:PutObject action"',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'allowsthe',
  read: (message) => {
    const reading = implicitClause(message, '')
    return reading?.action === undefined ? undefined : reading
  },
}

function implicitClause({ text, lettersOnly }: PreparedMessage, opening: string): ParsedMessage | undefined {
  const { letters } = lettersOnly
  const phrase = `${opening}no`
  for (let at = letters.indexOf(phrase); at >= 0; at = letters.indexOf(phrase, at + 1)) {
    const type = policyTypeAt(letters, at + phrase.length)
    if (type === undefined) continue
    const from = lettersOnly.at[at] ?? 0
    const end = afterLetter(lettersOnly, at + phrase.length + type.length - 1)
    const allows = ALLOWS.exec(text.slice(end, end + 260))
    return {
      ...before(text, from),
      span: [from, end + (allows?.[0].length ?? 0)],
      ...(allows === null ? {} : { action: allows[1] ?? null }),
      layer: type.layer,
      denyType: 'implicit',
    }
  }
  return undefined
}

const ALLOWS =
  /^["'*)]{0,3}\s{1,8}allows?\s{1,8}(?:for\s{1,8})?(?:the\s{1,8})?([A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,128})(?:\s{1,8}action)?/

/** A denial code, and then nothing but what a CLI puts between it and its message. */
const BEHIND_CODE =
  /(?:AccessDenied\w{0,12}|UnauthorizedOperation|AuthorizationError)["'`*)\]]{0,4}(?: when calling the \w{1,80} operation(?: \([^()\n]{1,60}\))?)?[\s:.…("'`–—|-]{1,12}$/

/** `with an explicit deny in a TYPE` without its sentence; people drop the first words behind a code. */
export const explicitReasonAlone: MessageRule = {
  id: 'explicit-reason-alone',
  example:
    'AccessDenied: ... with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-exampleorg1/service_control_policy/p-example1',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'explicitdenyin',
  read: ({ text, lettersOnly }) => {
    const { letters } = lettersOnly
    const phrase = 'explicitdenyin'
    for (let at = letters.indexOf(phrase); at >= 0; at = letters.indexOf(phrase, at + 1)) {
      const clause = readDenyClause(letters, at)
      if (clause === undefined) continue
      const isWhole = letters.endsWith('withan', at)
      const from = lettersOnly.at[isWhole ? at - 'withan'.length : at] ?? 0
      if (!isWhole && !BEHIND_CODE.test(text.slice(Math.max(0, from - 240), from))) continue
      const policy = readNamedPolicy(text, afterLetter(lettersOnly, clause.end - 1))
      return {
        ...before(text, from),
        span: [from, policy.end],
        layer: clause.layer,
        denyType: 'explicit',
        policyArn: policy.arn,
        notes: policy.notes,
        ...(clause.throughScp ? { via: 'service-control-policy' as const } : {}),
      }
    }
    return undefined
  },
}

/** `s3:PutObject on resource: X`, or `...on resource: X`, left of the reason where the sentence lost its beginning (R-MSG-15i). */
function before(text: string, reason: number): Pick<ParsedMessage, 'action' | 'resource'> {
  const left = text.slice(Math.max(0, reason - 1400), reason).replaceAll('\n', ' ')
  const at = left.lastIndexOf('on resource')
  const value = at < 0 ? null : /^on resources?:?\s{1,8}"?([^"\s]{1,1200})"?\s{0,8}$/.exec(left.slice(at))
  if (value === null) return {}
  const [resource = ''] = value.slice(1)
  const lead = left.slice(Math.max(0, at - 130), at)
  const action = /(?:^|[\s:"'])([a-z0-9-]{2,40}:[A-Za-z0-9*]{2,80})\s$/i.exec(lead)?.[1]
  if (action !== undefined) return { action, resource }
  return /(?:\.{3}|…)\s?$/.test(lead) && resource.startsWith('arn:') ? { resource } : {}
}
