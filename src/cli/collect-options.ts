import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'

export const COLLECT_OPTIONS = {
  out: { value: 'DIR', help: 'where the snapshot goes (default: snapshot)' },
  accounts: {
    value: 'IDS',
    many: true,
    help: 'accounts to read, or `all` (default: all with --role, otherwise your own)',
  },
  role: { value: 'ROLE', help: 'role to assume in the other accounts: its name, or an ARN' },
  'external-id': { value: 'ID', help: 'external id for that role' },
  regions: { value: 'REGIONS', many: true, help: 'Regions to read; default: all that an account has enabled' },
  services: { value: 'SERVICES', many: true, help: 'services whose resources are read; default: all' },
  ...AWS_OPTIONS,
  concurrency: { value: 'N', help: 'calls at once (default: 20)' },
  resume: { help: 'go on where a run into the same directory was stopped' },
  'print-policy': { help: 'print the IAM policy that collect needs, and end' },
  'policy-part': { value: 'N', help: 'with --print-policy: one of its parts, each of which fits a managed policy' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
