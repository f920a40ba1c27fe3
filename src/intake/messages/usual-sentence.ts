import { canonicalAction } from '#iam/facts/actions.ts'
import type { ReportedLayer } from '../denial.ts'
import { principalFields } from '../principal-fields.ts'
import { canonicalResource } from '../resource-form.ts'
import type { MessageFields } from './message-fields.ts'

/** Opening words of EC2 before the usual sentence (R-MSG-13). */
const OPENING = 'You are not authorized to perform this operation. '

/**
 * The sentence as IAM writes it, whole and in one line, with ARNs that hold nothing which another program could have put
 * there: principal, action, quoted resource, plain resource, and one of the two reasons (R-MSG-01, R-MSG-09). What follows
 * each part cannot be in it, so nothing is tried twice. Some services name no resource, all of them, or a user or role by its
 * name alone (R-MSG-23); EC2 adds its encoded message (R-MSG-13).
 */
const SENTENCE =
  /^(?:You are not authorized to perform this operation\. )?User: (arn:[\w:/@.-]{1,2000}) is not authorized to perform: ([A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,128})(?: on resource: (?:"(arn:[ !#-%'-*,-<>-Z\]-_a-z~]{1,1200})"|(arn:[\w:/@.*-]{1,1200}|\*|(?:user|role|group|policy|instance profile) [\w.@-]{1,128})))?(?: because no ([A-Za-z -]{10,30}) allows the \2 action| with an explicit deny in an? ([A-Za-z -]{10,30})(?:: (arn:[\w:/-]{1,500}))?)?(?:\. Encoded authorization failure message: ([\w-]{16,6000}))?$/

/** The policy types as IAM spells them, and the layer each stands for. */
const LAYERS: ReadonlyMap<string, ReportedLayer> = new Map([
  ['identity-based policy', 'identity-policy'],
  ['resource-based policy', 'resource-policy'],
  ['service control policy', 'service-control-policy'],
  ['resource control policy', 'resource-control-policy'],
  ['VPC endpoint policy', 'vpc-endpoint-policy'],
  ['permissions boundary', 'permissions-boundary'],
  ['session policy', 'session-policy'],
])

/**
 * Reads such a sentence as the rules of table.ts would, in a tenth of the time: most messages of a trail are such. Undefined:
 * anything about it is unusual, and the rules are to read it.
 */
export function usualSentence(text: string): MessageFields | undefined {
  const match = SENTENCE.exec(text)
  if (match === null) return undefined
  const [, principal = '', action = '', quoted, plain, without, deniedIn, policyArn = null, encodedMessage = null] =
    match
  const type = without ?? deniedIn
  const layer = type === undefined ? null : LAYERS.get(type)
  const printed = quoted ?? plain ?? null
  if (layer === undefined || !isWhole(principal) || (plain !== undefined && !isWhole(plain))) return undefined
  const said = encodedMessage === null ? text : text.slice(0, -encodedMessage.length)
  if (principalFields(principal).accountId?.length !== 12 || hasMarks(said)) return undefined
  const { resource, from } = canonicalResource(printed, principal)
  return {
    form:
      without !== undefined
        ? 'no-policy-allows'
        : deniedIn !== undefined
          ? 'explicit-deny-in-policy'
          : 'not-authorized',
    principal,
    action: canonicalAction(action) ?? action,
    impliedAction: null,
    oneOf: [],
    orElse: [],
    sender: null,
    behind: false,
    resource,
    resourceText: printed === resource ? null : printed,
    resourceFrom: from,
    layer,
    denyType: without !== undefined ? 'implicit' : deniedIn !== undefined ? 'explicit' : null,
    policyArn,
    via: null,
    setting: null,
    encodedMessage,
    authorizationId: null,
    authorizationRegion: null,
    notes: [],
    span: [text.startsWith(OPENING) ? OPENING.length : 0, text.length],
  }
}

/** Without the full stop of a text around it; no `user:`, at which a sentence would begin anew. */
const isWhole = (arn: string): boolean => !arn.endsWith('.') && !/user:/i.test(arn)

/** Mark-up, or what a log or a masker leaves. */
const hasMarks = (text: string): boolean => text.includes('**') || text.includes('__') || text.includes('..')
