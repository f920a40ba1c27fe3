import { statementsOf } from '../statement.ts'

/** Why no key policy is edited: AWS manages the key (R-KMS-12). */
export const AWS_MANAGED_KEY =
  "AWS manages this key, and its key policy can't be changed. Encrypt with a customer managed key, and allow the caller in its key policy: AWS services such as sns.amazonaws.com, s3.amazonaws.com and events.amazonaws.com can't use an AWS managed key in their own name"

/**
 * Whether a key policy is that of an AWS managed key, by its text: it allows everyone in one account through one service, and allows
 * nobody to change it (R-KMS-12, R-KMS-13).
 */
export function isPolicyOfAwsManagedKey(document: unknown): boolean {
  const allows = statementsOf(document).filter((statement) => fieldsOf(statement)['Effect'] === 'Allow')
  return allows.some(isThroughService) && !allows.some(mayAllowChange)
}

function isThroughService(statement: unknown): boolean {
  const { Principal: principal, Condition: condition } = fieldsOf(statement)
  const keys = Object.keys(fieldsOf(fieldsOf(condition)['StringEquals'])).map((key) => key.toLowerCase())
  const isEveryone = principal === '*' || [fieldsOf(principal)['AWS']].flat().includes('*')
  return isEveryone && keys.includes('kms:viaservice') && keys.includes('kms:calleraccount')
}

/** Whether the actions of a statement include `kms:PutKeyPolicy`, or are not listed. */
function mayAllowChange(statement: unknown): boolean {
  const { Action: action } = fieldsOf(statement)
  const actions = [action].flat()
  return actions.some((name) => typeof name !== 'string' || /^(?:\*|kms:[p?*].*)$/i.test(name))
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
