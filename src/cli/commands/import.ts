import { command, EXIT } from '../command.ts'
import { IMPORT_OPTIONS } from '../import-options.ts'

export const importCommand = command({
  name: 'import',
  summary: 'Make a snapshot from Terraform, CloudFormation, AWS Config, iam-collect or IAM authorization details',
  operands: '[KIND] PATH',
  maxOperands: 2,
  options: IMPORT_OPTIONS,
  exits: '0 imported, 2 wrong usage, 3 nothing could be read',
  examples: [
    {
      args: 'import terraform examples/terraform-plan.json --out snapshot --force',
      exit: EXIT.ok,
      does: 'the policies after a plan, as `terraform show -json` prints it',
    },
    {
      args: 'import cloudformation examples/template.yaml --account 111122223333 --region eu-west-1',
      exit: EXIT.ok,
      does: 'check what can be read from a template; writes nothing',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the readers.
  run: async (args, io) => (await import('../runs/import.ts')).runImport(args, io),
})
