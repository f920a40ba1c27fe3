import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON, type Options } from './command.ts'

export const DECODE = {
  decode: {
    help: 'have AWS decode encoded messages (sts:DecodeAuthorizationMessage), and give what it keeps of an authorization id',
  },
} as const satisfies Options

export const PARSE_OPTIONS = { ...COMMON, ...DECODE, ...AWS_OPTIONS } as const
