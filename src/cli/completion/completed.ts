import type { Command, Option } from '../command.ts'

/** Kind of words that a shell completes in a place. */
export type Completed =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'directories' | 'nothing' }

/** Kind of an option's value, by what help calls it. */
export function valueOf({ value, choices }: Option): Completed {
  if (choices !== undefined) return { kind: 'words', words: choices }
  if (value === undefined) return { kind: 'nothing' }
  if (/\bDIR\b/.test(value)) return { kind: 'directories' }
  return { kind: /\b(?:FILE|PATH)\b/.test(value) ? 'files' : 'nothing' }
}

/** Whether operands of a command are files or directories. */
export const takesFiles = ({ operands }: Command): boolean => /FILE|PATH|OLD|SCENARIO|CONFIG/.test(operands)

/** Words of the program itself, beside its commands. */
export const PROGRAM_WORDS = ['help', '--help', '--version'] as const

/** A completion needs a few words, not the whole sentence. */
export const brief = (help: string): string => help.split(/[;:]/)[0] ?? help
