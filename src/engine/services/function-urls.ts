import { lowerCase } from '#iam/memoize.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { authTypeOfUrls } from '../resource-facts.ts'

/** Whether the call comes through a function URL: the first of the two actions it needs, or the second (R-OTH-04). */
export function isThroughUrl({ action, question }: EvaluationInput): boolean {
  const name = lowerCase(action)
  if (name === 'lambda:invokefunctionurl') return true
  if (name !== 'lambda:invokefunction') return false
  const marked = question.lookup('lambda:InvokedViaFunctionUrl')
  return marked.state === 'values' && lowerCase(marked.values[0] ?? '') === 'true'
}

/**
 * How the URL authorizes: as the request says, else as all URLs of the function do. Undefined: not known, or not of all; null: no URL is
 * known to be there.
 */
export function urlAuthType(input: EvaluationInput): string | null | undefined {
  const said = input.question.lookup('lambda:FunctionUrlAuthType')
  if (said.state === 'values') return said.values[0] ?? undefined
  const urls = attribute(input, 'functionUrls')
  if (urls === null) return null
  return authTypeOfUrls(urls)
}

/** The fact that is open while that is not known. */
export const URL_TYPE = { fact: 'authType of the function URL', kind: 'attribute' } as const

/**
 * A URL of the type NONE authenticates nobody: the function's policy must let everyone in, whatever the caller's own policies say.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export const isOpenUrl = (input: EvaluationInput): boolean => isThroughUrl(input) && urlAuthType(input) === 'NONE'
