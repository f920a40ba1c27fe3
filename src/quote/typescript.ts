import { escapedJson } from './json.ts'

/** A text of TypeScript in single quotes. */
export const typeScriptText = (text: string): string =>
  `'${escapedJson(JSON.stringify(text)).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** A key of an object: bare where it may be; `__proto__` computed, for written plainly it sets what the object is made from. */
export function typeScriptKey(key: string): string {
  if (key === '__proto__') return `['__proto__']`
  return /^[A-Za-z_]\w*$/.test(key) ? key : typeScriptText(key)
}
