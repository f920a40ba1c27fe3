import type { Options } from './command.ts'

export const RUNBOOK_OPTIONS = {
  runbook: { help: "start AWS's runbook AWSSupport-TroubleshootIAMAccessDeniedEvents and show its report beside" },
  'runbook-execution': { value: 'ID', help: 'read this execution of the runbook instead of starting one' },
  'runbook-parameter': {
    value: 'NAME=VALUE',
    many: true,
    help: 'a parameter of the runbook; may be given several times',
  },
} as const satisfies Options
