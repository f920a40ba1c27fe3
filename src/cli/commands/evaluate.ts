import { command, EXIT } from '../command.ts'
import { EVALUATE_OPTIONS } from '../evaluate-options.ts'

export const evaluateCommand = command({
  name: 'evaluate',
  summary: 'Evaluate one request against every policy layer, with the whole trace',
  operands: '[FILE…]',
  options: EVALUATE_OPTIONS,
  exits: '0 allowed, 1 denied, 3 the scenario is unreadable, 4 undetermined; with `--chain` the worst of its steps',
  examples: [
    {
      args: 'evaluate --snapshot examples/kms-behind-s3/snapshot --principal arn:aws:sts::111122223333:assumed-role/deploy-role/ci --action s3:PutObject --resource arn:aws:s3:::prod-artifacts/releases/app.zip --no-session-policy --chain',
      exit: EXIT.bad,
      does: 'a request against a snapshot, with its dependent requests',
    },
    {
      args: 'evaluate --snapshot examples/kms-behind-s3/snapshot --principal arn:aws:iam::111122223333:role/deploy-role --action s3:ListBucket --resource arn:aws:s3:::prod-artifacts --format json',
      exit: EXIT.undetermined,
      does: 'as JSON; facts that are not given stay unknown',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/evaluate.ts')).runEvaluate(args, io),
})
