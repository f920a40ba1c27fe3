import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON, type Options } from './command.ts'

export const DECODE = {
  decode: { help: 'send encoded authorization messages to AWS to be decoded (sts:DecodeAuthorizationMessage)' },
} as const satisfies Options

export const PARSE_OPTIONS = { ...COMMON, ...DECODE, ...AWS_OPTIONS } as const
