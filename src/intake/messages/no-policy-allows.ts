import { canonicalAction } from '#iam/facts/actions.ts'
import { SCOPE_DOWN } from '../call-notes.ts'
import { cutPolicyType, policyTypeAt, reasonAt, reasonEnd } from './reason.ts'
import type { MessageRule } from './rule.ts'

const PHRASE = 'becauseno'

/** An implicit denial that names the type of policy in which no statement allows the action (R-MSG-01). */
export const noPolicyAllows: MessageRule = {
  id: 'no-policy-allows',
  example:
    'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:jobs because no identity-based policy allows the sqs:SendMessage action',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    const at = sentence && reasonAt(sentence, text, PHRASE)
    if (sentence === undefined || at === undefined) return undefined
    const letters = sentence.rest.letters
    const type = policyTypeAt(letters, at + PHRASE.length)
    if (type === undefined) {
      // KMS goes on in another way after "no"; a text that ends inside the type is cut (R-MSG-15i).
      const cut = cutPolicyType(letters, at + PHRASE.length)
      if (cut === undefined) return undefined
      const text_ = `The text ends ${cut.layer === null ? 'before' : 'in'} the policy type.`
      const notes = [{ code: 'message-truncated' as const, text: text_ }]
      return {
        span: [sentence.start, reasonEnd(sentence, letters.length - 1)],
        layer: cut.layer,
        denyType: 'implicit',
        notes,
      }
    }
    const typeEnd = reasonEnd(sentence, at + PHRASE.length + type.length - 1)
    const end = reasonEnd(sentence, allowsEnd(letters, at + PHRASE.length + type.length) - 1)
    const action = furtherAction(sentence.action, text.slice(typeEnd, end))
    const isGuest = type.layer === 'session-policy' && GUEST.test(text.slice(Math.max(0, sentence.start - 80), end))
    const notes = isGuest ? { notes: [SCOPE_DOWN] } : {}
    return { span: [sentence.start, end], action, layer: type.layer, denyType: 'implicit', ...notes }
  },
}

/** As people name a guest of an identity pool in the place of the ARN. */
const GUEST = /\bCognito (?:unauthenticated|guest)\b/i

/**
 * The action that was denied: the sentence names the call, and the reason may name an action of another service that the call also
 * needs (`ec2:CreateVpcEndpoint … allows the vpce:AllowMultiRegion action`). Another spelling of the same name is a slip (R-MSG-07).
 */
function furtherAction(called: string | null, clause: string): string | null {
  const allowed = allowedAction(clause)
  if (called === null || allowed === null || canonicalAction(allowed) === undefined) return called ?? allowed
  return serviceOf(allowed) === serviceOf(called) ? called : allowed
}

const serviceOf = (action: string): string => (action.split(':', 1)[0] ?? '').toLowerCase()

/** A sentence whose action was left out repeats it in the reason (R-MSG-15i). */
const allowedAction = (clause: string): string | null =>
  /\ballows\s{1,8}(?:for\s{1,8})?(?:the\s{1,8})?([A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,128})/.exec(clause)?.[1] ?? null

/** ` allows the s3:PutObject action`; the repeated action may be misspelled or missing (R-MSG-07, R-MSG-15i). */
function allowsEnd(letters: string, from: number): number {
  if (!letters.startsWith('allows', from)) return from
  const action = letters.slice(from, from + 120).indexOf('action')
  return action < 0 ? from + 'allows'.length : from + action + 'action'.length
}
