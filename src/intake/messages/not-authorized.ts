import { isService } from '#iam/facts/services.ts'
import { PERFORM_THIS } from './perform-this-operation.ts'
import { patternRule } from './pattern-rule.ts'
import type { MessageRule } from './rule.ts'

/** A placeholder, an ellipsis or nothing in the place of the action or of its name; AWS IoT Greengrass prints `null`. */
const LEFT_OUT = /^:\s{0,8}(?:[\w-]{1,40}:)?(?:[<[{$*%]|\.{3}|…|(?:null|undefined|None)\b)/

/** The prefix without a name, as AWS Support prints it. */
const PREFIX_ALONE = /^:\s{0,4}(?<service>[a-z][a-z0-9-]{1,40}):["'`)\]]{0,2}(?=\s|$)/

/** The quotation or the paragraph ends. */
const ENDED = /^["'”)\]]{0,2}[ \t]{0,8}\n\s{0,40}\n/

/** The sentence without a reason: services that have not moved to the longer form, callers of other organizations (R-MSG-05). */
export const notAuthorized: MessageRule = {
  id: 'not-authorized',
  example:
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/ops',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'notauthorizedtoperform',
  read: ({ text, sentence }) => {
    if (sentence === undefined) return undefined
    if (sentence.action !== null) return { span: [sentence.start, sentence.end] }
    const span = [sentence.start, sentence.end] as const
    const rest = text.slice(sentence.end, sentence.end + 40)
    const named = sentence.principal !== null
    const isLeftOut = LEFT_OUT.test(rest) || isService(PREFIX_ALONE.exec(rest)?.groups?.['service'] ?? '')
    if (isLeftOut || (named && ENDED.test(rest)))
      return { span, notes: [{ code: 'elided', text: 'The text leaves the action out.' }] }
    if (PERFORM_THIS.test(rest)) return named ? { span } : undefined
    if (!named || text.slice(sentence.end).trim().length > 1) return undefined
    return { span, notes: [{ code: 'message-truncated', text: 'The text ends before the action.' }] }
  },
}

/** The beginning of the sentence, where the text was cut before it says what was refused (R-MSG-15i). */
export const notAuthorizedCut = patternRule({
  id: 'not-authorized-cut',
  example: 'AccessDenied: User: arn:aws:iam::111122223333:user/ana is not authorized',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'isnotauthorized',
  pattern:
    /\bUser:? {1,8}["'`]?(?<principal>arn:[^\s"'<>,;]{10,600})["']? {1,8}is not authorized(?: to(?: p[a-z]{0,5})?)?(?=["'`)\].,…]| {2}| {0,8}$)/,
  fields: ({ principal }) => ({
    principal: principal ?? null,
    notes: [{ code: 'message-truncated', text: 'The text ends before the action.' }],
  }),
})
