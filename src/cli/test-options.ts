import { COMMON } from './command.ts'
import { STORE } from './store-options.ts'

export const REPORTERS = ['text', 'json', 'junit', 'sarif', 'github', 'markdown'] as const
export type Reporter = (typeof REPORTERS)[number]

/** Options of `test`; its run reads the values by these names. */
export const TEST_OPTIONS = {
  snapshot: { ...COMMON.snapshot, help: 'snapshot directory instead of what the files name' },
  scenario: { ...COMMON.scenario, help: 'a scenario file instead of what the files name' },
  terraform: { value: 'FILE', help: 'a Terraform plan or state as JSON instead of what the files name' },
  cloudformation: { value: 'FILE', help: 'a CloudFormation template instead of what the files name' },
  account: { value: 'ID', help: 'the account of what a plan or template places nowhere' },
  region: { value: 'REGION', help: 'the Region of the same' },
  'plain-references': { help: 'Terraform: an expression that refers to one attribute is that and nothing around it' },
  'no-organization': { help: 'the accounts of a plan or template are in no organization' },
  format: {
    value: 'FORMAT',
    choices: REPORTERS,
    env: COMMON.format.env,
    help: 'text (default), json, junit, sarif, github or markdown',
  },
  reporter: {
    value: 'FORMAT[=FILE]',
    many: true,
    help: 'a report, into a file where one is named; may be given several times',
  },
  watch: { help: 'run again when the tests or the policies change' },
  'from-denial': { help: 'read denials (text, log, CloudTrail) and write their tests instead of running any' },
  denial: { value: 'ID', many: true, help: 'with --from-denial: a denial of the store instead of a file' },
  ...STORE,
  out: { value: 'FILE', help: 'with --from-denial: write the tests into a new file' },
  schema: { help: 'print the JSON Schema of test files, for editors' },
  'expect-principal': COMMON['expect-principal'],
  reading: COMMON.reading,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
