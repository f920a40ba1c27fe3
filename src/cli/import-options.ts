import { COMMON } from './command.ts'

/** Options of `import`; its run reads the values by these names. */
export const IMPORT_OPTIONS = {
  out: { value: 'DIR', help: 'the directory to write the snapshot into, new or empty' },
  account: { value: 'ID', help: 'the account of what names none' },
  region: { value: 'REGION', help: 'the Region of what names none' },
  parameters: {
    value: 'KEY=VALUE',
    many: true,
    help: 'a template parameter; or a name that is made up at the deploy, by logical id or by ADDRESS.ATTRIBUTE',
  },
  'plain-references': { help: 'Terraform: an expression that refers to one attribute is that and nothing around it' },
  'no-organization': { help: 'the accounts are in no organization: neither SCPs nor RCPs apply' },
  force: { help: 'replace the snapshot in the directory' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
