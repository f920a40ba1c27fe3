import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { isThroughUrl, URL_TYPE, urlAuthType } from './function-urls.ts'
import type { FurtherRequest, ServiceRule } from './service-rule.ts'
import { unsignedFinding } from './unsigned.ts'

/**
 * A function URL made or changed since late 2025 needs lambda:InvokeFunction besides lambda:InvokeFunctionUrl, marked as
 * coming through the URL (R-OTH-04).
 */
export const lambda: ServiceRule = {
  service: 'lambda',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  guards: unsigned,
  alsoRequires: (input) =>
    input.question.action.name === 'invokefunctionurl' && needsInvoke(input) ? [invoke(input)] : [],
}

/** A URL of the type AWS_IAM takes signed requests alone, whoever the function's policy lets in. */
function unsigned(input: EvaluationInput): readonly LayerFinding[] {
  if (input.caller.kind !== 'anonymous' || !isThroughUrl(input)) return []
  const type = urlAuthType(input)
  if (type === null || type === 'NONE') return []
  return [unsignedFinding({ refuses: type === 'AWS_IAM' ? true : 'unknown', lacking: URL_TYPE })]
}

function needsInvoke(input: EvaluationInput): boolean {
  const urls = attribute(input, 'functionUrls')
  return Array.isArray(urls) && urls.some((url) => isObject(url) && url['needsInvokeFunction'] === true)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const invoke = ({ request }: EvaluationInput): FurtherRequest => ({
  request: {
    ...request,
    action: 'lambda:InvokeFunction',
    context: { ...request.context, 'lambda:InvokedViaFunctionUrl': true },
  },
  why: 'a call through this function URL needs both actions',
  rule: 'R-OTH-04',
})
