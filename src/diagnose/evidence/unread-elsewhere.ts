import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { furtherRequests } from '#engine/chain.ts'
import { policyHolderOf } from '#engine/dependent-calls/call-view.ts'
import { attributeCommand } from '#engine/how-to-get.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Unseen } from '../diagnosis.ts'

/** Layers of the account that owns the resource. */
const OF_OWNER: ReadonlySet<PolicyLayer> = new Set(['resource-policy', 'resource-control-policy'])

/** The account that has to be asked about a finding, where it is not the caller's. */
export const otherAccount = (
  { layer }: Pick<LayerFinding, 'layer'>,
  { relation, resourceAccount }: EvaluationInput,
): Pick<Unseen, 'account'> =>
  relation === 'cross' && resourceAccount !== undefined && OF_OWNER.has(layer) ? { account: resourceAccount } : {}

/** The placeholder for the key of a resource that was not read; no key has this name. */
const UNREAD_KEY = '00000000-0000-0000-0000-000000000000'

/**
 * The key of a resource of another account whose encryption was not read: with a customer managed key the same call needs
 * permissions on the key, in the key policy and in the caller's own policies (R-ADV-03, R-HOP-02).
 */
export function unreadKey(scenario: Scenario, input: EvaluationInput): readonly Unseen[] {
  const { resource, resourceAccount, relation } = input
  if (relation !== 'cross' || resourceAccount === undefined || resource.kind !== 'arn') return []
  const holder = policyHolderOf(resource.arn)
  const name = holder.startsWith('arn:aws:s3:::') ? 'sseKmsKeyArn' : 'kmsKeyArn'
  if (input.attributes?.[name] !== undefined) return []
  const known = new Set(furtherRequests(scenario).map(({ request }) => request.action))
  const encrypted = withAttribute(scenario, holder, resourceAccount, { [name]: UNREAD_KEY })
  const found = furtherRequests(encrypted)
    .filter(({ request, later }) => later !== true && String(request.resource).endsWith(`:key/${UNREAD_KEY}`))
    .map(({ request }) => request.action)
    .filter((action) => !known.has(action))
  const actions = [...new Set(found)]
  if (actions.length === 0) return []
  return [
    {
      layer: 'resource-policy',
      kind: 'key',
      what: `KMS key of ${holder} (${actions.join(', ')})`,
      could: 'refuse',
      dependentActions: actions,
      howToGet: `${attributeCommand(input)}, then aws kms get-key-policy --policy-name default`,
      account: resourceAccount,
    },
  ]
}

function withAttribute(
  scenario: Scenario,
  arn: string,
  account: string,
  attributes: Readonly<Record<string, unknown>>,
): Scenario {
  const { resources = [], policies } = scenario
  const listed = resources.find((resource) => resource.arn === arn) ?? { arn, account }
  return {
    ...scenario,
    policies: { ...policies, serviceGuards: { ...policies?.serviceGuards, ...attributes } },
    resources: [
      ...resources.filter((resource) => resource.arn !== arn),
      { ...listed, attributes: { ...listed.attributes, ...attributes } },
    ],
  }
}
