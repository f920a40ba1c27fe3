import { nameInWords } from '#answer/name-in-words.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'

/** Name of a resource or caller as a person says it. */
export const nameOfResource = (arn: string): string => (isUnnamedCaller(arn) ? 'the caller' : nameInWords(arn))
