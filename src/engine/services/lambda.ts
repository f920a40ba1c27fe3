import { attribute, type Case } from '../case.ts'
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
  alsoRequires: (facts) =>
    facts.question.action.name === 'invokefunctionurl' && needsInvoke(facts) ? [invoke(facts)] : [],
}

/** A URL of the type AWS_IAM takes signed requests alone, whoever the function's policy lets in. */
function unsigned(facts: Case): readonly LayerFinding[] {
  if (facts.caller.kind !== 'anonymous' || !isThroughUrl(facts)) return []
  const type = urlAuthType(facts)
  if (type === null || type === 'NONE') return []
  return [unsignedFinding({ refuses: type === 'AWS_IAM' ? true : 'unknown', lacking: URL_TYPE })]
}

function needsInvoke(facts: Case): boolean {
  const urls = attribute(facts, 'functionUrls')
  return Array.isArray(urls) && urls.some((url) => isObject(url) && url['needsInvokeFunction'] === true)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const invoke = ({ request }: Case): FurtherRequest => ({
  request: {
    ...request,
    action: 'lambda:InvokeFunction',
    context: { ...request.context, 'lambda:InvokedViaFunctionUrl': true },
  },
  why: 'a call through this function URL needs both actions',
  rule: 'R-OTH-04',
})
