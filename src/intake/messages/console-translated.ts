import { reasonOf } from './console-dialog.ts'
import type { MessageRule, PreparedMessage, ParsedMessage } from './rule.ts'

const DOCS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html'

/** The dialog of the console in another language: labels are translated, or lost in copying, the reason stays English. */
export const translatedDeny: MessageRule = {
  id: 'console-translated-deny',
  example:
    'arn:aws:sts::111122223333:assumed-role/dev/ana\nアクション: bedrock:InvokeModel\nコンテキスト: a service control policy explicitly denies the action',
  docs: DOCS,
  anchor: 'explicitlydenies',
  read: readTranslated,
}

export const translatedAllow: MessageRule = {
  id: 'console-translated-allow',
  example:
    'Benutzer: arn:aws:sts::111122223333:assumed-role/dev/ana\nAktion: sqs:ListQueues\nKontext: no identity-based policy allows the action',
  docs: DOCS,
  anchor: 'allowsthe',
  read: readTranslated,
}

const REASON =
  /[\p{L}\p{M}]{2,20}[)）]?\s?[:：]\s{0,4}\[?(?<value>(?:no|an?|the)\s[\w\s-]{3,60}?\s(?:allows?|explicitly\s{1,8}den(?:y|ies))(?:\sthe)?(?:\s[\w:-]{1,160})?\saction)/gu
const ACTION = /[\p{L}\p{M}]{2,20}\s?[:：]\s{0,4}\[?(?<value>[a-z0-9-]{2,40}:[A-Za-z0-9]{2,80})(?=\]?\s)/gu
const ARN = /arn:[^\s[\]<>]{8,1000}/g
/** The dialog with the longest ARNs fits in this. */
const NEAR = 1200

/** The caller's ARN stands before the action, the resource's between the action and the reason. */
function readTranslated({ text }: PreparedMessage): ParsedMessage | undefined {
  for (const { index, groups, 0: whole } of text.matchAll(REASON)) {
    const left = text.slice(Math.max(0, index - NEAR), index)
    const action = [...left.matchAll(ACTION)].at(-1)
    const reason = reasonOf(groups?.['value'] ?? '')
    if (action === undefined || reason.layer === undefined) continue
    const [above, below] = [left.slice(0, action.index), left.slice(action.index + action[0].length)]
    const principal = above.match(ARN)?.at(-1)
    return {
      span: [index, index + whole.length],
      principal: principal !== undefined && /^arn:[^:]{1,20}:(?:iam|sts):/.test(principal) ? principal : null,
      action: action.groups?.['value'] ?? null,
      resource: below.match(ARN)?.at(-1) ?? null,
      ...reason,
    }
  }
  return undefined
}
