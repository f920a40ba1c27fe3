import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON, type Options } from './command.ts'

export const DECODE = {
  decode: {
    group: 'AWS',
    help: 'let AWS decode the encoded message',
  },
} as const satisfies Options

export const PARSE_OPTIONS = { ...COMMON, ...DECODE, ...AWS_OPTIONS } as const
