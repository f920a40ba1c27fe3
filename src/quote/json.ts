import { hex, withoutHidden } from './hidden.ts'

/**
 * A value as JSON in which nothing is hidden: a reader of JSON gets it exactly, a person sees every character. Undefined
 * and functions have no JSON: give a value that has.
 */
export const jsonText = (value: unknown, indent?: number): string => escapedJson(JSON.stringify(value, null, indent))

/** JSON that is written already, with its hidden characters escaped: they stand within texts alone. */
export const escapedJson = (text: string): string => withoutHidden(text, unitsOf)

/** `\u202e`, and `\udb40\udc41` for what takes two units of UTF-16. */
export const unitsOf = (character: string): string =>
  character === '\t'
    ? character
    : [...Array(character.length).keys()].map((i) => `\\u${hex(character.charCodeAt(i), 4)}`).join('')
