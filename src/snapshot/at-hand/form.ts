import { field, textField } from '../fields.ts'
import type { Content } from './piece.ts'
import type { Reader } from './reader.ts'

/** A form in which AWS prints what was in force, told from others by members that only it has. */
export interface Form {
  readonly form: string
  readonly is: (value: unknown) => boolean
  readonly read: (reader: Reader) => readonly Content[]
}

/** Whether a value has all of these members. */
export const hasAll =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    names.every((name) => field(value, name) !== undefined)

/** Whether a member is a text. */
export const isText = (value: unknown, name: string): boolean => textField(value, name) !== undefined
