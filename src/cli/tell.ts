import { safeLine } from '#quote/terminal.ts'
import type { UserError } from '../errors.ts'
import type { Io } from './command.ts'

export const tellFault = (io: Io, { code, message, hint }: UserError): void =>
  io.err(`${code}: ${safeLine(message)}\nhint: ${safeLine(hint)}\n`)

/** Says on standard error what a call to AWS takes along, before it goes out. */
export const tellSent = (io: Io, call: string, what: string): void =>
  io.err(`asking AWS: ${call}, sending ${safeLine(what)}\n`)

/** Somebody who types the command without a file would look at a blinking cursor. */
export function promptForPaste(io: Io, files: readonly string[]): void {
  if (io.stdinIsTerminal && (files.length === 0 || files.includes('-')))
    io.err('Paste the error message or the event, then press Ctrl-D.\n')
}

export const namesOf = (inputs: readonly { readonly name: string }[]): string =>
  inputs.map(({ name }) => `\`${name}\``).join(', ')
