import type { KeyState } from '#iam/key-state.ts'
import type { Case } from '../case.ts'
import type { FurtherRequest, ServiceRule } from './service-rule.ts'

/**
 * Passing session tags or a source identity needs an action of its own, allowed by the same trust policy; without it the
 * whole AssumeRole fails (R-STS-07, R-STS-08).
 */
export const sts: ServiceRule = {
  service: 'sts',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html',
  guards: () => [],
  alsoRequires: (facts) => (ASSUMES.has(facts.question.action.name) ? marksOfSession(facts) : []),
}

const ASSUMES = new Set(['assumerole', 'assumerolewithsaml', 'assumerolewithwebidentity'])

function marksOfSession(facts: Case): FurtherRequest[] {
  const { lookup } = facts.question
  const further: FurtherRequest[] = []
  if (isSent(lookup('aws:TagKeys')) || listsRequestTag(facts))
    further.push({
      request: { ...facts.request, action: 'sts:TagSession' },
      why: 'the call passes session tags, which the trust policy must allow as sts:TagSession',
      rule: 'R-STS-07',
    })
  if (isSent(lookup('sts:SourceIdentity')))
    further.push({
      request: { ...facts.request, action: 'sts:SetSourceIdentity' },
      why: 'the call sets a source identity, which the trust policy must allow as sts:SetSourceIdentity',
      rule: 'R-STS-08',
    })
  return further
}

const isSent = (state: KeyState): boolean => state.state === 'values' || state.state === 'present'

const listsRequestTag = ({ request }: Case): boolean =>
  Object.entries(request.context ?? {}).some(
    ([key, value]) => key.toLowerCase().startsWith('aws:requesttag/') && value !== null,
  )
