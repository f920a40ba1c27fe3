import { isUserError } from '../../errors.ts'
import { isFolder, isThere, readInput } from '../files.ts'
import { type Evidence, evidenceOfText } from '../inputs.ts'

/** What was pasted as evidence; a single line that names a file stands for what is in it. A text says what is wrong. */
export async function evidenceOfPaste(text: string): Promise<Evidence | string> {
  try {
    if (text.includes('\n') || text.length > 1000 || !isThere(text) || isFolder(text))
      return evidenceOfText(text, 'the paste')
    const none = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array())
    return evidenceOfText((await readInput(text, none)).text, `\`${text}\``)
  } catch (error) {
    return faultOf(error)
  }
}

/** A fault of the user's as a sentence; a bug goes on. */
export function faultOf(error: unknown): string {
  if (isUserError(error)) return `${error.message}: ${error.hint}`
  throw error
}
