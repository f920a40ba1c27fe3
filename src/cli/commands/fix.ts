import { command, EXIT } from '../command.ts'
import { FIX_OPTIONS } from '../fix-options.ts'

export const fixCommand = command({
  name: 'fix',
  summary: 'Explain a denial, then write the smallest fix as patch, diff, Terraform and commands',
  operands: '[FILE…]',
  options: FIX_OPTIONS,
  exits: '0 a proven fix, 1 none is proven (as a draft from a text alone), 3 no denial, 4 undetermined',
  examples: [
    {
      args: 'fix examples/kms-behind-s3/denial.json --snapshot examples/kms-behind-s3/snapshot --scope prefix',
      exit: EXIT.ok,
      does: 'one plan for the bucket and its key, for the next release too',
    },
    {
      args: 'fix examples/ci-wrong-caller/denial.txt',
      exit: EXIT.bad,
      does: "without a policy: a draft from AWS's message, not verified",
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/fix.ts')).runFix(args, io),
})
