import { command, EXIT } from '../command.ts'
import { DIAGNOSE_OPTIONS } from '../lookup-options.ts'

export const diagnoseCommand = command({
  name: 'diagnose',
  summary: 'Explain which policies denied a call, and what would deny it next',
  operands: '[FILE…]',
  options: DIAGNOSE_OPTIONS,
  exits: '0 explained, 1 contradicts AWS or a caller from outside, 3 no denial found, 4 undetermined',
  examples: [
    {
      args: 'diagnose examples/kms-behind-s3/denial.json --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'a CloudTrail event and a snapshot of the policies',
    },
    {
      args: 'diagnose examples/unseen-all-but-one-policy/denial.txt examples/unseen-all-but-one-policy/role-policy.json',
      exit: EXIT.ok,
      does: 'an error text, with policies as files (from the AWS CLI or your repository)',
    },
    {
      args: 'diagnose --live examples/ci-wrong-caller/denial.txt',
      does: 'an error text; denytrace reads the policies with your AWS credentials',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/diagnose.ts')).runDiagnose(args, io),
})
