import { repeatedKeysAt } from '#iam/json-scan.ts'

/**
 * Keys that stand more than once in one object of a JSON text. `JSON.parse` keeps the last without a word, and AWS saves
 * no such policy (R-GRAM-06). `text` is known to be JSON, URL-encoded or not.
 */
export function repeatedKeys(text: string): readonly string[] {
  const trimmed = text.trimStart()
  return repeatedKeysAt(trimmed.startsWith('%') ? decodeURIComponent(trimmed).trimStart() : trimmed, 0)
}
