import type { Options } from './command.ts'

/** Options of `--live`, by which what bears on the denial is read from AWS, with the credentials at hand (docs/live.md). */
export const LIVE_OPTIONS = {
  live: { help: 'read from AWS what bears on this denial, and only that; nothing is changed' },
  save: { value: 'DIR', help: 'with --live: keep what was read as a snapshot directory' },
  'print-policy': { help: 'with --live: print the IAM policy that reading it needs, and call nothing' },
  role: {
    value: 'NAME',
    help: 'with --live: the role to assume in the other accounts of your organization, by name or ARN',
  },
  'role-account': {
    value: 'ID',
    many: true,
    help: 'with --role: assume it in this account too, which is not known to be in your organization; may be given several times',
  },
} as const satisfies Options
