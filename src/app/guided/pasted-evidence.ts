import type { Denial } from '#intake/denial.ts'
import { isUserError } from '../../errors.ts'
import { isFolder, isThere, PASTE_HINT, readInput } from '../files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { evidenceOfText, rawEvidence } from '../inputs.ts'
import type { Talk } from './talk.ts'

/** A single line that names a file stands for what is in it. */
export const fileOfPaste = (text: string): string | undefined =>
  text.includes('\n') || text.length > 1000 || !isThere(text) || isFolder(text) ? undefined : text

/** Evidence as it was pasted, or of the file that the paste names. A text says what is wrong. */
export const evidenceOfPaste = (text: string): Promise<Evidence | string> => readPaste(text, evidenceOfText)

/** The output of a repeated call that was pasted, or of the file it names; it need not hold a denial. A text says what is wrong. */
export const repeatedOfPaste = (text: string): Promise<Evidence | string> =>
  readPaste(text, (input) => rawEvidence(input))

async function readPaste(text: string, read: (text: string, where: string) => Evidence): Promise<Evidence | string> {
  try {
    const file = fileOfPaste(text)
    if (file === undefined) return read(text, 'the paste')
    const none = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array())
    return read((await readInput(file, none, PASTE_HINT)).text, `\`${file}\``)
  } catch (error) {
    return faultOf(error)
  }
}

/** Whether a repeated call succeeded, by what was said of it: of no denial only whoever sat there knows. */
export async function whetherRepeated(
  talk: Talk,
  { denials, events }: Evidence,
  first: Denial,
): Promise<boolean | null> {
  const isSame = (request: { readonly action: string | null; readonly resource: string | null }): boolean =>
    request.action === first.action && request.resource === first.resource
  if (events.some(({ outcome, requests }) => outcome === 'allowed' && requests.some(isSame))) return true
  const other = denials.find(({ kind, code }) => kind !== 'other' || code !== null)
  if (other !== undefined) {
    talk.tell(`It failed for another reason than a policy: ${other.code ?? other.kind}.\n`)
    return null
  }
  return /^y/i.test((await talk.ask('Nothing in it is a denial. Did the call succeed? y/N')) ?? '') ? true : null
}

/** A fault of the user's as a sentence; a bug goes on. */
export function faultOf(error: unknown): string {
  if (isUserError(error)) return `${error.message}: ${error.hint}`
  throw error
}
