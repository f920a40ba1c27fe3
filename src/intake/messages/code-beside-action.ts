import { canonicalAction } from '#iam/facts/actions.ts'
import type { MessageRule } from './rule.ts'

/** A code, and the action directly behind it: nothing but blanks, colons and brackets between them. */
const PAIR =
  /\b(?:AccessDenied(?:Exception)?|UnauthorizedOperation|AuthorizationError(?:Exception)?|UnauthorizedException)\b[\s:("'`–—-]{1,8}(?<action>[a-z][a-z0-9-]{1,40}:[A-Z][A-Za-z0-9]{2,80})\b(?!\/|:)/g

/** A denial in short, as people and pipelines write it: the code and the action, without a sentence. */
export const codeBesideAction: MessageRule = {
  id: 'code-beside-action',
  example: 'AccessDeniedException macie2:UpdateMacieSession',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'accessdenied',
  read: ({ text }) => {
    for (const match of text.replaceAll('\n', ' ').matchAll(PAIR)) {
      const action = canonicalAction(match.groups?.['action'] ?? '')
      if (action !== undefined) return { span: [match.index, match.index + match[0].length], action }
    }
    return undefined
  },
}
