import { nameInWords } from '#answer/name-in-words.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'

/** Name of a resource or caller as a person says it. */
export const nameOfResource = (arn: string): string => (isUnnamedCaller(arn) ? 'the caller' : nameInWords(arn))

/** `s3:PutObject on arn:…` */
export function requestWords({ denial, steps }: Diagnosis): string {
  const [denied] = steps
  const action = denied?.request.action ?? denial.action ?? oneOf(denial) ?? denial.operation ?? 'a request'
  const resource = [denied?.request.resource ?? denial.resource ?? null].flat()
  const named = resource.filter((arn) => arn !== null)
  if (named.length === 0) return action
  return `${action} on ${named.join(', ')}`
}

/** Where the evidence leaves open which of several it was. */
const oneOf = ({ candidates }: Diagnosis['denial']): string | undefined =>
  candidates.length === 0 ? undefined : [...new Set(candidates.map(({ action }) => action))].join(' or ')
