import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { CROSS_CHECK } from './cross-check.ts'

/** Options of `evaluate`; apart from the command, because its run reads the values by these names. */
export const EVALUATE_OPTIONS = {
  principal: { value: 'ARN', group: 'Request', help: 'ARN of the caller' },
  action: { value: 'ACTION', group: 'Request', help: 'the IAM action, such as s3:PutObject' },
  resource: {
    value: 'ARN',
    many: true,
    group: 'Request',
    help: 'the resource, or `*`; repeat it if the call needs several',
  },
  'resource-account': FACTS['resource-account'],
  context: FACTS.context,
  ...POLICIES_AT_HAND,
  'no-session-policy': {
    group: 'Policies',
    isAdvanced: true,
    help: 'the session was created without a session policy',
  },
  chain: { help: 'also evaluate the dependent requests of the call' },
  against: {
    value: 'ACCOUNT|ROLE|SNAPSHOT',
    help: 'evaluate it there too, and show the first layer and statement that differ',
  },
  ...COMMON,
  ...CROSS_CHECK,
  ...AWS_OPTIONS,
} as const
