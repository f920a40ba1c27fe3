import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { BUDGET, COMMON } from './command.ts'
import { CROSS_CHECK } from './cross-check.ts'
import { AGAINST } from './against-option.ts'
import { DECODE } from './decode-options.ts'
import { LIVE_OPTIONS } from './live-options.ts'
import { STORE } from './store-options.ts'

export const FIX_OPTIONS = {
  choose: { value: 'ID', help: 'the fix to write, by the id that `diagnose` shows (default: the smallest)' },
  scope: {
    value: 'SCOPE',
    choices: ['exact', 'prefix', 'resource'],
    help: 'exact (the denied resource), prefix (its folder) or resource (all of the bucket, table …)',
  },
  'with-tests': { help: 'also write access tests: what the fix allows, what must stay denied' },
  terraform: {
    value: 'PATH',
    help: 'your .tf file or their folder: write the fix as a diff of them',
  },
  out: {
    value: 'DIR',
    help: 'write policies, diffs, Terraform, CloudFormation and commands into this directory',
  },
  snapshot: COMMON.snapshot,
  scenario: COMMON.scenario,
  ...AGAINST,
  ...FACTS,
  ...POLICIES_AT_HAND,
  ...LIVE_OPTIONS,
  store: {
    ...STORE.store,
    isAdvanced: true,
    help: 'a store of denials: shows which past denials of the same principals the fix would now allow; stored policy changes are proposed to be reverted first',
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
