import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'

export const WHOAMI_OPTIONS = {
  'expect-principal': COMMON['expect-principal'],
  ...AWS_OPTIONS,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
