import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { isUnsignedCall } from '#iam/unsigned-calls.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import type { Denial } from '#intake/denial.ts'
import { accountsInOrganization, isListedCompletely } from '#snapshot/organization.ts'
import { accountFilesOf, filesMentioning } from '#snapshot/snapshot.ts'
import type { Identity, PolicySource } from './diagnosis.ts'
import { tokenRelation } from './token-owner.ts'
import { mentions, statementsIn, trustedAccountsIn } from './trusted-accounts.ts'

type Relation = Pick<Identity, 'relation' | 'warning'>

/** What the evidence has of the denied call. */
interface Call {
  readonly denial: Denial
  /** Undefined: the request is not known well enough to be evaluated. */
  readonly scenario: Scenario | undefined
  readonly policySource: PolicySource
}

/**
 * Returns how the caller relates to the accounts of whoever asks, and the warning where it is from outside (R-ADV-08). Its account is
 * compared with the owner's, then with the organization, the accounts of the snapshot, and those that the policies name.
 */
export function callerRelation({ denial, scenario, policySource }: Call): Relation {
  if (denial.kind !== 'aws-access-denied') return UNKNOWN
  const call: Call = { denial, scenario, policySource }
  if (isAnonymous(call)) return anonymousRelation(call)
  return tokenRelation(denial, scenario) ?? accountRelation(call)
}

const UNKNOWN: Relation = { relation: 'unknown' }

const outside = (what: string): Relation => ({ relation: 'outside', warning: `${what} ${DOING_ITS_JOB}` })

export const DOING_ITS_JOB = "If you don't know it, this denial is your policy doing its job. Don't fix it."

const isAnonymous = ({ denial, scenario }: Call): boolean =>
  denial.principalType === 'anonymous' || (scenario !== undefined && readCaller(scenario.request).kind === 'anonymous')

/** Calls that are made without credentials by design: they are how a caller gets some. */
const isUnsigned = (action: string): boolean => isUnsignedCall(action) || /^sts:AssumeRoleWith.+$/i.test(action)

function anonymousRelation({ denial, scenario }: Call): Relation {
  const action = scenario?.request.action ?? denial.action ?? ''
  // Who has the policies of the identity that should have signed is on the caller's side.
  if (isUnsigned(action) || hasCallersPolicies(scenario?.policies)) return UNKNOWN
  return {
    relation: 'outside',
    warning:
      "The request was anonymous: it was not signed with AWS credentials, so anyone could have sent it. If it was not yours, this denial is your policy doing its job. Don't open it to everyone.",
  }
}

/** The two accounts of the call, as far as both are known. */
function accountsOf({ denial, scenario }: Call): {
  readonly caller: string | undefined
  readonly owner: string | undefined
} {
  const request = scenario?.request
  const caller = request === undefined ? denial.accountId : (readCaller(request).account ?? denial.accountId)
  const [resource = ''] = [request?.resource ?? denial.resource ?? []].flat()
  const owner = request?.resourceAccount ?? (parseArn(resource)?.account || denial.resourceAccount)
  return { caller: known(caller), owner: known(owner) }
}

const known = (account: string | null | undefined): string | undefined =>
  typeof account === 'string' && isAccountId(account) ? account : undefined

function accountRelation(call: Call): Relation {
  const { caller, owner } = accountsOf(call)
  if (caller === undefined) return UNKNOWN
  if (caller === owner) return { relation: 'same-account' }
  const listed = listedAccounts(call)
  if (listed.accounts.has(caller)) return { relation: 'organization' }
  const documents = documentsOf(call, caller)
  const trusted = trustedAccountsIn(documents)
  if (trusted.has(caller)) return { relation: 'named-in-policy' }
  const near = [...listed.accounts, ...trusted, ...(owner === undefined ? [] : [owner])].find((id) =>
    oneEditApart(id, caller),
  )
  if (near !== undefined)
    return outside(
      `Account ${caller} is not ${near}: they differ by one digit, and nothing you provided vouches for ${caller}.`,
    )
  const place = listed.place ?? (isOfOwner(call, trusted) ? 'policies' : undefined)
  if (place !== undefined) return outside(strangerText(caller, place, mentions(documents, caller)))
  if (!isDeniedAsStranger(call)) return UNKNOWN
  return outside(
    `The policy denies callers from outside its organization, and nothing you provided shows that account ${caller} is in it.`,
  )
}

/** What an account was compared with. */
type ComparedWith = 'organization' | 'snapshot' | 'policies'

function strangerText(caller: string, place: ComparedWith, isMentioned: boolean): string {
  const policy = `no policy you provided ${isMentioned ? 'trusts' : 'mentions'} it`
  switch (place) {
    case 'organization':
      return `Account ${caller} is not in your organization, and ${policy}.`
    case 'snapshot':
      return `Account ${caller} is not one of the accounts in your snapshot, and ${policy}.`
    case 'policies':
      return isMentioned
        ? `No policy you provided trusts account ${caller}.`
        : `No policy you provided mentions account ${caller}.`
  }
}

interface Listed {
  readonly accounts: ReadonlySet<string>
  /** Undefined: the list may lack accounts that are the user's own. */
  readonly place: Exclude<ComparedWith, 'policies'> | undefined
}

/** The accounts that the organization or the snapshot lists. */
function listedAccounts({ scenario, policySource }: Call): Listed {
  if (policySource.kind === 'snapshot') {
    const { snapshot } = policySource
    const own = [...accountFilesOf(snapshot).keys()]
    const members = accountsInOrganization(snapshot)
    const isComplete = isListedCompletely(snapshot)
    const place = !isComplete
      ? undefined
      : members.length > 0
        ? 'organization'
        : own.length > 0
          ? 'snapshot'
          : undefined
    return { accounts: new Set([...members, ...own]), place }
  }
  const { organization } = scenario ?? {}
  const caller = scenario === undefined ? undefined : readCaller(scenario.request).account
  const isMember = typeof organization?.principalPath === 'string'
  const isStranger = organization?.principalOutside === true || organization?.principalPath === null
  return {
    accounts: new Set(isMember && caller !== undefined ? [caller] : []),
    place: isStranger ? 'organization' : undefined,
  }
}

/**
 * Whether the policies are those of the resource's owner: they name accounts, and none is the caller's own. Who has the caller's
 * policies is on the caller's side.
 */
function isOfOwner({ scenario }: Call, trusted: ReadonlySet<string>): boolean {
  const policies = scenario?.policies
  return policies?.resourcePolicy?.document !== undefined && trusted.size > 0 && !hasCallersPolicies(policies)
}

/**
 * Whether the layer that AWS named denies every caller of another organization and nothing else, and nothing is known of the caller's: that is what a
 * data perimeter is there for. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
function isDeniedAsStranger({ denial, scenario }: Call): boolean {
  const { layer, denyType } = denial.reported
  const policies = scenario?.policies
  if (denyType !== 'explicit' || hasCallersPolicies(policies)) return false
  const named =
    layer === 'resource-control-policy'
      ? policies?.resourceControlPolicies
      : layer === 'resource-policy'
        ? policies?.resourcePolicy?.document
        : undefined
  // Where another Deny may be the one that denied it, nothing follows from it; calls are usually made over TLS.
  const denies = statementsIn([named])
    .filter(({ Effect }) => Effect === 'Deny')
    .map(({ Condition }) => JSON.stringify(Condition ?? ''))
    .filter((condition) => !/"aws:securetransport"/i.test(condition))
  return denies.length > 0 && denies.every((condition) => OTHER_ORGANIZATIONS.test(condition))
}

const OTHER_ORGANIZATIONS = /"StringNot(?:Equals|Like)\w*":\{[^}]*"aws:principalorg(?:id|paths)"/i

const hasCallersPolicies = (policies: PoliciesInForce | undefined): boolean =>
  Array.isArray(policies?.identityPolicies) && policies.identityPolicies.length > 0

/** The policies in force for the call; of a snapshot also those files that have the account in them. */
function documentsOf({ scenario, policySource }: Call, account: string): readonly unknown[] {
  const inForce = [scenario?.policies, scenario?.resources]
  return policySource.kind === 'snapshot' ? [...inForce, ...filesMentioning(policySource.snapshot, account)] : inForce
}
