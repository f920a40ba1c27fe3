import { attribute, type Case } from '../case.ts'
import type { FurtherRequest, ServiceRule } from './service-rule.ts'

/**
 * A function URL made or changed since late 2025 needs lambda:InvokeFunction besides lambda:InvokeFunctionUrl, marked as
 * coming through the URL (R-OTH-04).
 */
export const lambda: ServiceRule = {
  service: 'lambda',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  guards: () => [],
  alsoRequires: (facts) =>
    facts.question.action.name === 'invokefunctionurl' && needsInvoke(facts) ? [invoke(facts)] : [],
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
