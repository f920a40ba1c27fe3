import { command, EXIT } from '../command.ts'
import { TEST_OPTIONS } from '../test-options.ts'

export const testCommand = command({
  name: 'test',
  summary: 'Run access tests: who must be allowed what, who must not, and which layer and statement decides',
  operands: '[FILE…]',
  options: TEST_OPTIONS,
  exits: '0 all passed, 1 one failed (an undetermined one too), 2 wrong usage, 3 a file is unreadable or holds no test',
  examples: [
    {
      args: 'test examples/kms-behind-s3/access.test.yaml',
      exit: EXIT.bad,
      does: 'tests in a file; two of these cases fail, as the incident says',
    },
    {
      args: 'test --from-denial examples/kms-behind-s3/denial.json --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'the tests that keep a denial from coming back',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/test.ts')).runTest(args, io),
})
