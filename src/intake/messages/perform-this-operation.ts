import { afterLetter } from '../text/letters-only.ts'
import type { MessageRule } from './rule.ts'

/** Words that follow `not authorized to perform` where a service names no action. */
export const PERFORM_THIS = /^:?\s{1,8}(?:this|the requested|that) (?:operation|action|request)\b/i

const PHRASE = 'youarenotauthorizedtoperformthisoperation'

/** EC2's short form; the encoded message, if there is one, holds the rest (R-MSG-13, R-MSG-32). */
export const performThisOperation: MessageRule = {
  id: 'perform-this-operation',
  example:
    'You are not authorized to perform this operation. Encoded authorization failure message: EXAMPLEabc123def456',
  docs: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html',
  anchor: 'arenotauthorizedtoperformthisoperation',
  // By its letters: a terminal breaks it in the middle of a word.
  read: ({ text, lettersOnly }) => {
    const at = lettersOnly.letters.indexOf(PHRASE)
    const from = lettersOnly.at[at] ?? -1
    if (from < 0 || /\w/.test(text[from - 1] ?? '')) return undefined
    return { span: [from, afterLetter(lettersOnly, at + PHRASE.length - 1)] }
  },
}
