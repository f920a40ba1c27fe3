import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { CROSS_CHECK } from './cross-check.ts'

/** Options of `evaluate`; apart from the command, because its run reads the values by these names. */
export const EVALUATE_OPTIONS = {
  principal: { value: 'ARN', help: 'who makes the request' },
  action: { value: 'ACTION', help: 'the IAM action, such as s3:PutObject' },
  resource: { value: 'ARN', many: true, help: 'the resource, or `*`; several: the call needs the action on each' },
  'resource-account': { value: 'ID', help: 'the account that owns the resource, where its ARN has none' },
  context: FACTS.context,
  ...POLICIES_AT_HAND,
  'no-session-policy': { help: 'the session was made without a session policy' },
  chain: { help: 'and what the call needs next' },
  against: {
    value: 'ACCOUNT|ROLE|SNAPSHOT',
    help: 'judge it there too, and print the first layer and statement that differ',
  },
  ...COMMON,
  ...CROSS_CHECK,
  ...AWS_OPTIONS,
} as const
