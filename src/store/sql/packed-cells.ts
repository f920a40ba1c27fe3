/** Two small numbers travel as one: what a long answer costs is its columns. */
export const PACK = 4096

export const unpacked = (packed: number): readonly [high: number, low: number] => [
  Math.floor(packed / PACK),
  packed % PACK,
]

/**
 * `4:deny2:s3` → `deny`, `s3`: each text stands behind its length, so there is no character that a text could not have. SQL counts
 * characters, and JavaScript UTF-16's halves of some.
 */
export function toldTexts(told: string): readonly string[] {
  const texts: string[] = []
  let at = 0
  while (at < told.length) {
    const colon = told.indexOf(':', at)
    let left = Number(told.slice(at, colon))
    at = colon + 1
    const start = at
    for (; left > 0; left--) at += (told.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    texts.push(told.slice(start, at))
  }
  return texts
}
