import { BUDGET, COMMON } from './command.ts'

/** Options of `compare`; its run reads the values by these names. */
export const COMPARE_OPTIONS = {
  kind: {
    value: 'KIND',
    choices: ['identity-policy', 'resource-policy'],
    help: 'what the documents are: identity-policy (default), or resource-policy, whose principals count',
  },
  'max-new': { value: 'N', help: 'how many sets of newly allowed requests are still a good answer; 0 when left out' },
  'fail-on-lost': { help: 'access that is lost is a bad answer too' },
  account: { value: 'ID', help: 'the account of what a plan or template places nowhere' },
  region: { value: 'REGION', help: 'the Region of the same' },
  'plain-references': { help: 'Terraform: an expression that refers to one attribute is that and nothing around it' },
  'no-organization': { help: 'the accounts of a plan or template are in no organization' },
  ...COMMON,
  ...BUDGET,
  format: { ...COMMON.format, choices: ['text', 'json', 'markdown'], help: 'text (default), json or markdown' },
} as const
