import type { Options } from './command.ts'

/** Options for facts of the refused request that a person knows; each stands before what a text says (docs/at-hand.md). */
export const FACTS = {
  principal: { value: 'ARN', help: 'who made the request; as all of these, it stands before what the text says' },
  action: { value: 'ACTION', help: 'the IAM action, such as s3:PutObject' },
  resource: { value: 'ARN', help: 'the resource, or `*`' },
  'resource-account': { value: 'ID', help: 'the account that owns the resource, where its ARN has none' },
  context: {
    value: 'KEY=VALUE',
    many: true,
    help: 'a condition key of the request; `KEY=`: it was absent; the same key again makes a list',
  },
} as const satisfies Options

/** Policies in files of which it must be said what they are, and what there is not (docs/at-hand.md). */
export const POLICIES_AT_HAND = {
  'identity-policy': { value: 'FILE', many: true, help: 'a policy of the caller, or of a group it is in' },
  'resource-policy': { value: 'FILE', many: true, help: 'the policy of the resource: bucket, key, queue …' },
  'trust-policy': { value: 'FILE', help: 'the trust policy of the role' },
  boundary: { value: 'FILE', help: 'the permissions boundary of the caller' },
  scp: { value: 'FILE', many: true, help: 'a service control policy: one for each level, root first' },
  rcp: { value: 'FILE', many: true, help: 'a resource control policy: one for each level, root first' },
  'endpoint-policy': { value: 'FILE', help: 'the policy of the VPC endpoint that the call took' },
  'no-endpoint': { help: 'the call went through no VPC endpoint' },
  'no-organization': { help: 'the accounts are in no organization' },
} as const satisfies Options
