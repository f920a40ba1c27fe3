import { operationsThatTag } from '#engine/dependent-calls/tagging-calls.ts'
import { CALL_FACTS } from '#iam/call-facts.ts'
import { carries } from '#iam/facts/keys-of-actions.ts'
import { parseArn } from '#iam/arn.ts'
import type { Denial } from '#intake/denial.ts'

/**
 * Facts of a refused tagging action that follow from the call that makes the resource with its tags (G-21, G-85): which call it was, and
 * the key `SERVICE:CreateAction` of services that have it. Nothing where the resource was there already, or it is not known.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html
 */
export function creationKeys(denial: Denial): Readonly<Record<string, string>> {
  const { action } = denial
  const operation = creatingOperation(denial)
  if (action === null || operation === undefined) return {}
  const key = `${action.slice(0, action.indexOf(':'))}:CreateAction`
  return {
    [CALL_FACTS.operation]: operation,
    ...(carries(action, key.toLowerCase()) === true ? { [key]: operation } : {}),
  }
}

/** The call that was making what it tags: as the evidence says; else the only one that makes what has no id yet. */
function creatingOperation(denial: Denial): string | undefined {
  const { action, operation, resource } = denial
  const makers = operationsThatTag(action ?? '')
  if (makers.some((maker) => maker.operation === operation)) return operation ?? undefined
  if (isForNewKey(denial)) return 'CreateKey'
  if (operation !== null || resource?.endsWith('/*') !== true) return undefined
  const kind = parseArn(resource)?.resource.split('/')[0]
  const [only, ...others] = makers.filter(({ type }) => type === undefined || type === kind)
  return others.length === 0 ? only?.operation : undefined
}

/**
 * Whether a key is tagged that does not exist yet: KMS names the key of every other call.
 * https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
 */
const isForNewKey = ({ action, resource, resourceText, code, evidence }: Denial): boolean =>
  action === 'kms:TagResource' &&
  resource === null &&
  resourceText === undefined &&
  code !== null &&
  evidence.actionFrom === 'stated'
