import type { Options } from './command.ts'

/** Options for facts of the denied request that a person knows. Each overrides the error text (docs/at-hand.md). */
export const FACTS = {
  principal: { value: 'ARN', group: 'Request', help: 'ARN of the caller; overrides the error text' },
  action: { value: 'ACTION', group: 'Request', help: 'the IAM action, such as s3:PutObject' },
  resource: { value: 'ARN', group: 'Request', help: 'the resource, or `*`' },
  'resource-account': {
    value: 'ID',
    group: 'Request',
    isAdvanced: true,
    help: 'account that owns the resource, if its ARN has none',
  },
  context: {
    value: 'KEY=VALUE',
    many: true,
    group: 'Request',
    help: 'a condition key; `KEY=`: not sent',
  },
} as const satisfies Options

/** Options that name a policy file and what it is, or say what does not exist (docs/at-hand.md). */
export const POLICIES_AT_HAND = {
  'identity-policy': {
    value: 'FILE',
    many: true,
    group: 'Policies',
    help: 'a policy of the caller, or of one of its groups',
  },
  'resource-policy': { value: 'FILE', many: true, group: 'Policies', help: 'the policy of the bucket, key, queue …' },
  'trust-policy': { value: 'FILE', group: 'Policies', help: 'the trust policy of the role' },
  boundary: { value: 'FILE', group: 'Policies', help: 'the permissions boundary of the caller' },
  scp: {
    value: 'FILE',
    many: true,
    group: 'Policies',
    help: 'an SCP: one for each level, root first',
  },
  rcp: {
    value: 'FILE',
    many: true,
    group: 'Policies',
    isAdvanced: true,
    help: 'an RCP: one for each level, root first',
  },
  'endpoint-policy': {
    value: 'FILE',
    group: 'Policies',
    isAdvanced: true,
    help: 'the policy of the VPC endpoint that the call used',
  },
  'no-endpoint': { group: 'Policies', isAdvanced: true, help: 'the call did not go through a VPC endpoint' },
  'no-organization': { group: 'Policies', isAdvanced: true, help: 'the accounts are not in an organization' },
} as const satisfies Options
