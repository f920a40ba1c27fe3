import { isSameAccount } from '#iam/same-account.ts'
import { not, or, type Truth } from '#iam/truth.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { truthOfPolicies } from '../prepare.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import type { ServiceRule } from './service-rule.ts'

/**
 * Most of AWS Organizations answers only the management account, and member accounts that it made a delegated administrator
 * or to which the organization's resource policy gives the call (R-HOP-01, G-109).
 */
export const organizations: ServiceRule = {
  service: 'organizations',
  docs: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html',
  guards: (input) => memberCalls(input),
  alsoRequires: () => [],
}

/** The fact that is missing where nobody says who manages the organization: no scenario is complete about that (R-UNK-03). */
export const MANAGER = 'the management account of the organization'

/** Actions that every account of an organization may call, and those that its members alone may. */
const OF_MEMBERS: ReadonlySet<string> = new Set([
  'describeorganization',
  'describeeffectivepolicy',
  'describehandshake',
  'accepthandshake',
  'declinehandshake',
  'leaveorganization',
  'listhandshakesforaccount',
])

/** Actions of an account that is in no organization: it becomes a manager, or answers an invitation. */
const OF_OTHERS: ReadonlySet<string> = new Set([
  'createorganization',
  'describehandshake',
  'accepthandshake',
  'declinehandshake',
  'listhandshakesforaccount',
])

/**
 * Actions of AWS Organizations that no account may call for the manager.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html
 */
const OF_MANAGER: ReadonlySet<string> = new Set([
  'cancelhandshake',
  'createaccount',
  'creategovcloudaccount',
  'createorganization',
  'createorganizationalunit',
  'deleteorganization',
  'deleteorganizationalunit',
  'deregisterdelegatedadministrator',
  'disableawsserviceaccess',
  'enableallfeatures',
  'enableawsserviceaccess',
  'inviteaccounttoorganization',
  'moveaccount',
  'registerdelegatedadministrator',
  'removeaccountfromorganization',
  'updateorganizationalunit',
])

/**
 * Whether the request is one of AWS Organizations that an account in no organization cannot make, though the account is said
 * to be in none: `organization: null` contradicts what is asked (R-UNK-03).
 */
export const isOfNoOrganization = ({ organization, question: { action } }: EvaluationInput): boolean =>
  organization === null && action.service === 'organizations' && !OF_OTHERS.has(action.name)

/** Whether the call needs no standing in the organization. Of an account that is said to be in none, few do (R-UNK-03). */
const needsNoStanding = ({ organization, question }: EvaluationInput): boolean =>
  (organization === null ? OF_OTHERS : OF_MEMBERS).has(question.action.name)

/** On a resource, which the management account owns, the resource policy says it as across any accounts. */
function memberCalls(input: EvaluationInput): readonly LayerFinding[] {
  const { caller, organization, question, relation, policies } = input
  if (caller.account === undefined) return []
  const isManager = isSameAccount(organization?.managementAccount ?? '', caller.account)
  if (isManager === true) return []
  const isOfManager = OF_MANAGER.has(question.action.name)
  if (needsNoStanding(input) || (relation !== 'same' && !isOfManager)) return []
  const policy = isOfManager ? null : policies.resourcePolicy
  const delegated: Truth = policy === null || policy === undefined ? false : truthOfPolicies([policy], question).allow
  const administers: Truth = isManager === false && (policies.complete || isOfManager) ? false : 'unknown'
  const may = or(delegated, administers)
  if (may === true) return []
  const fact = isManager === 'unknown' ? MANAGER : `whether account ${caller.account} is a delegated administrator`
  return [
    fixedRuleFinding({
      refuses: not(may),
      reason: isOfManager
        ? 'only the management account of the organization may call this (G-109)'
        : 'only the management account of the organization, and whom it delegates to, may call this (G-109)',
      lacking: { fact, kind: 'account' },
    }),
  ]
}
