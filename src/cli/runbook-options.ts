import type { Options } from './command.ts'

export const RUNBOOK_OPTIONS = {
  runbook: {
    group: 'AWS',
    isAdvanced: true,
    help: "run AWS's runbook AWSSupport-TroubleshootIAMAccessDeniedEvents and show its report too",
  },
  'runbook-execution': {
    value: 'ID',
    group: 'AWS',
    isAdvanced: true,
    help: 'read this execution of the runbook instead of starting one',
  },
  'runbook-parameter': {
    value: 'NAME=VALUE',
    many: true,
    group: 'AWS',
    isAdvanced: true,
    help: 'a parameter of the runbook; repeatable',
  },
} as const satisfies Options
