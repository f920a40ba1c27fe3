import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'

export const WHOAMI_OPTIONS = {
  'expect-principal': COMMON['expect-principal'],
  'web-identity-token': {
    value: 'FILE|env',
    help: 'show the claims of a web identity token and the condition keys they become, without calling AWS; `env`: the token of this CI job or pod',
  },
  ...AWS_OPTIONS,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
