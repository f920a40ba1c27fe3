import type { KeyState } from '#iam/key-state.ts'
import { isSameAccount } from '#iam/same-account.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import { MANAGER } from './organizations.ts'
import type { FurtherRequest, ServiceRule } from './service-rule.ts'

/**
 * Passing session tags or a source identity needs an action of its own, allowed by the same trust policy; without it the
 * whole AssumeRole fails (R-STS-07, R-STS-08).
 */
export const sts: ServiceRule = {
  service: 'sts',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html',
  guards: (input) => privilegedCalls(input),
  alsoRequires: (input) => {
    const { name } = input.question.action
    if (ASSUMES.has(name)) return marksOfSession(input)
    return name === 'tagsession' ? marksOfSession(input).filter(({ rule }) => rule === 'R-STS-08') : []
  },
}

/**
 * Root users of member accounts are for the management account, and for an account that it made a delegated administrator of IAM
 * (R-STS-13); who that is, no scenario is complete about (R-UNK-03). https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
function privilegedCalls({ question, caller, organization, policies }: EvaluationInput): LayerFinding[] {
  if (question.action.name !== 'assumeroot' || caller.account === undefined) return []
  const isManager = isSameAccount(organization?.managementAccount ?? '', caller.account)
  if (isManager === true) return []
  const fact =
    isManager === 'unknown' ? MANAGER : `whether account ${caller.account} is a delegated administrator of IAM`
  return [
    fixedRuleFinding({
      refuses: isManager === false && policies.complete ? true : 'unknown',
      reason: 'only the management account, and a delegated administrator of IAM, may call AssumeRoot (R-STS-13)',
      lacking: { fact, kind: 'account' },
    }),
  ]
}

const ASSUMES = new Set(['assumerole', 'assumerolewithsaml', 'assumerolewithwebidentity'])

/**
 * Services that tag every session they make, or set its source identity, whatever the request lists.
 * https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
 */
const TAGS_SESSIONS: ReadonlySet<string> = new Set(['rolesanywhere.amazonaws.com'])
const SETS_IDENTITY: ReadonlySet<string> = new Set(['rolesanywhere.amazonaws.com'])

function marksOfSession(input: EvaluationInput): FurtherRequest[] {
  const { lookup } = input.question
  const { principal } = input.request
  const further: FurtherRequest[] = []
  if (isSent(lookup('aws:TagKeys')) || listsRequestTag(input) || TAGS_SESSIONS.has(principal))
    further.push({
      request: { ...input.request, action: 'sts:TagSession' },
      why: 'the call passes session tags, which the trust policy must allow as sts:TagSession',
      rule: 'R-STS-07',
    })
  if (isSent(lookup('sts:SourceIdentity')) || SETS_IDENTITY.has(principal))
    further.push({
      request: { ...input.request, action: 'sts:SetSourceIdentity' },
      why: 'the call sets a source identity, which the trust policy must allow as sts:SetSourceIdentity',
      rule: 'R-STS-08',
    })
  return further
}

const isSent = (state: KeyState): boolean => state.state === 'values' || state.state === 'present'

const listsRequestTag = ({ request }: EvaluationInput): boolean =>
  Object.entries(request.context ?? {}).some(
    ([key, value]) => key.toLowerCase().startsWith('aws:requesttag/') && value !== null,
  )
