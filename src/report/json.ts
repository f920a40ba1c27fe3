/** Results are values in the words of docs/json.md, so they are printed as they are. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
