/** What the test files of one `npm test` share (share-parts.ts); a file that is run alone starts its own. */
export type SharedPart = 'chromium' | 'postgres'

/** The address of a part that is shared; undefined: this file is run alone. */
export async function sharedPart(name: SharedPart): Promise<string | undefined> {
  const { TEST_PARTS: holder } = process.env
  if (holder === undefined) return undefined
  const answer = await fetch(new URL(name, holder))
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${name} did not start: ${text}`)
  return text
}
