import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { BUDGET, COMMON } from './command.ts'
import { CROSS_CHECK } from './cross-check.ts'
import { AGAINST } from './against-option.ts'
import { DECODE } from './decode-options.ts'
import { LIVE_OPTIONS } from './live-options.ts'
import { STORE } from './store-options.ts'

export const FIX_OPTIONS = {
  choose: { value: 'ID', help: 'the fix to write, by the id that `diagnose` shows; default: the smallest' },
  scope: {
    value: 'SCOPE',
    choices: ['exact', 'prefix', 'resource'],
    help: 'the denied resource alone, its folder, or all of what holds it',
  },
  'with-tests': { help: 'write access tests as well: what the fix allows, and what must stay denied' },
  terraform: {
    value: 'PATH',
    help: 'your .tf file, or the folder of them: the policies are edited where they stand, as a diff; nothing is overwritten',
  },
  out: {
    value: 'DIR',
    help: 'write policies, diff, patch, Terraform, CloudFormation and commands into this directory',
  },
  snapshot: COMMON.snapshot,
  scenario: COMMON.scenario,
  ...AGAINST,
  ...FACTS,
  ...POLICIES_AT_HAND,
  ...LIVE_OPTIONS,
  store: {
    ...STORE.store,
    help: 'a store of denials: what the same principals were refused before is replayed, too, and told where it flips; changes of policies that it kept are put back first',
  },
  'expect-principal': COMMON['expect-principal'],
  'session-policy': COMMON['session-policy'],
  reading: COMMON.reading,
  ...BUDGET,
  ...DECODE,
  ...CROSS_CHECK,
  ...AWS_OPTIONS,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
