import { jsonText } from '#quote/json.ts'

/** Results are values in the words of docs/json.md, so they are printed as they are; nothing in them is hidden. */
export const toJson = (value: unknown): string => `${jsonText(value, 2)}\n`
