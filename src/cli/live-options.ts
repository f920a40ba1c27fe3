import type { Options } from './command.ts'

/** Options of `--live`, which reads the policies that affect the denial from AWS, with your credentials (docs/live.md). */
export const LIVE_OPTIONS = {
  live: { group: 'Policies', help: 'read what affects this denial from AWS, read-only' },
  save: {
    value: 'DIR',
    group: 'AWS',
    isAdvanced: true,
    help: 'with --live: write what was read as a snapshot directory',
  },
  'print-policy': {
    group: 'AWS',
    isAdvanced: true,
    help: 'with --live: print the IAM policy that --live needs, and call nothing',
  },
  role: {
    value: 'NAME',
    group: 'AWS',
    help: 'with --live: role to assume in other accounts',
  },
  'role-account': {
    value: 'ID',
    many: true,
    group: 'AWS',
    isAdvanced: true,
    help: 'with --role: assume it in this account too, even if it is not known to be in your organization; repeatable',
  },
} as const satisfies Options
