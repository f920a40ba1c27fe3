import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { STORE } from './store-options.ts'

export const VERIFY_OPTIONS = {
  denial: { value: 'ID', help: 'a denial of the store, by request id or event id, instead of a file' },
  events: {
    value: 'PATH',
    many: true,
    help: 'CloudTrail files or folders with later events; may be given several times',
  },
  after: { value: 'TIME', help: 'only events after this time: when the fix was there (default: the denial)' },
  lookup: { help: "also ask CloudTrail's event history (management events)" },
  hours: { value: 'N', help: 'how many hours of CloudTrail to search (default: 24, at most 2160)' },
  ...AWS_OPTIONS,
  ...STORE,
  snapshot: { ...COMMON.snapshot, help: 'the snapshot: what the call needs next is looked for too' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
