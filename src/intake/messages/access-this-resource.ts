import { afterLetter } from '../text/letters-only.ts'
import { readDenyClause } from './explicit-deny.ts'
import { policyTypeAt } from './reason.ts'
import type { MessageRule } from './rule.ts'

// Other products say `The user '…' is not authorized to access this resource`; AWS has no article.
const PATTERN =
  /(?<![Tt]he )\bUser(?::\s{1,8}(?<principal>(?:[^\s"<]|<[^<>"\n]{1,60}>){1,600}))?\s{1,8}is\s{1,8}not\s{1,8}authorized\s{1,8}to\s{1,8}access\s{1,8}this\s{1,8}resource/

/** API Gateway, when an authorizer's policy refuses: no action, at times the reason of the usual sentence. */
export const accessThisResource: MessageRule = {
  id: 'access-this-resource',
  example:
    '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
  docs: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html',
  anchor: 'isnotauthorizedtoaccessthisresource',
  read: ({ text, lettersOnly }) => {
    const match = PATTERN.exec(text)
    if (match === null) return undefined
    const end = match.index + match[0].length
    const principal = match.groups?.['principal'] ?? null
    const base = { span: [match.index, end] as const, principal }
    const next = lettersOnly.at.findIndex((index) => index >= end)
    if (next < 0) return base
    if (lettersOnly.letters.startsWith('withanexplicitdeny', next)) {
      const clause = readDenyClause(lettersOnly.letters, next + 'withan'.length)
      const last = clause === undefined ? next + 'withanexplicitdeny'.length : clause.end
      const span = [match.index, afterLetter(lettersOnly, last - 1)] as const
      return { span, principal, denyType: 'explicit', layer: clause?.layer ?? null }
    }
    const type = policyTypeAt(lettersOnly.letters, next + 'becauseno'.length)
    if (!lettersOnly.letters.startsWith('becauseno', next) || type === undefined) return base
    const span = [match.index, afterLetter(lettersOnly, next + 'becauseno'.length + type.length - 1)] as const
    return { span, principal, denyType: 'implicit', layer: type.layer }
  },
}
