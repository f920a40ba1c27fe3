import type { Options } from './command.ts'

/** Options of `--live`, by which what bears on the denial is read from AWS, with the credentials at hand (docs/live.md). */
export const LIVE_OPTIONS = {
  live: { help: 'read from AWS what bears on this denial, and only that; nothing is changed' },
  save: { value: 'DIR', help: 'with --live: keep what was read as a snapshot directory' },
  'print-policy': { help: 'with --live: print the IAM policy that reading it needs, and call nothing' },
  role: { value: 'NAME', help: 'with --live: the role to assume in the other accounts, by name or ARN' },
} as const satisfies Options
