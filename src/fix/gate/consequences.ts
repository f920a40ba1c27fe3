import { isAccountId, parseArn } from '#iam/arn.ts'
import type { ChangeInHand } from '../change.ts'
import { isChosenByCall } from '../edits/request-keys.ts'
import type { Consequence, ConsequenceKind, Consequences } from './consequence.ts'
import { escalationsIn, isPrivilegedRole } from './escalation.ts'
import { isEveryResource, needsResource } from './every-resource.ts'
import { type AdvisedCall, grantsTo } from './grants-to.ts'
import { editsDeny, type Fields, isNotPublic, limitsPrincipals, type NewGrant, newGrants } from './new-grants.ts'
import { outsideAccount } from './outside-account.ts'
import { statementsOf } from '../statement.ts'

/** A change with the Allow statements that it adds or widens, and the denied call. */
interface Judged {
  readonly change: ChangeInHand
  readonly grants: readonly NewGrant[]
  readonly call: AdvisedCall
}

/** Returns the sentence for one kind of consequence; undefined: the change does not have it. */
type Check = (judged: Judged) => string | undefined

/** The checks of all kinds, in the order in which their lines are shown. */
const CHECKS: readonly (readonly [kind: ConsequenceKind, check: Check])[] = [
  ['outside-account', (judged) => outsideAccount(judged.change, judged.call) ?? otherSource(judged)],
  ['public', publicAccess],
  ['whole-account', wholeAccount],
  ['escalation', escalation],
  ['guardrail', guardrail],
  ['every-resource', everyResource],
  ['data-guard-lost', lostGuards],
]

/** Returns who the changes let in, and what each does beyond letting the caller make the call (R-ADV-08, R-ADV-10). */
export function consequencesOf(changes: readonly ChangeInHand[], call: AdvisedCall): Consequences {
  const consequences = changes.flatMap((change, i) => {
    const judged = { change, grants: newGrants(change), call }
    return CHECKS.flatMap(([kind, check]): readonly Consequence[] => {
      const text = check(judged)
      return text === undefined ? [] : [{ kind, change: i, text }]
    })
  })
  return { grantsTo: grantsTo(changes, call), consequences }
}

/** A statement for a service that acts for a resource of an account which neither the policy names nor the resource is of (R-ADV-08). */
function otherSource({ change, grants, call }: Judged): string | undefined {
  if (change.layer !== 'resource-policy') return undefined
  const owner = parseArn(call.resource ?? '')?.account || call.resourceAccount
  const before = JSON.stringify(change.editedDocument?.before ?? change.before ?? null)
  const account = grants
    .filter(({ principals }) => principals.some((name) => /\.amazonaws\.com(?:\.cn)?$/.test(name)))
    .flatMap(({ conditions }) => JSON.stringify(conditions).match(/(?<![0-9])[0-9]{12}(?![0-9])/g) ?? [])
    .find((named) => named !== owner && !before.includes(named))
  return account === undefined
    ? undefined
    : `Lets the service act for account ${account}, which the policy does not name. Apply it only if you know account ${account}.`
}

/** A statement for everyone that no condition limits. */
function publicAccess({ change, grants }: Judged): string | undefined {
  if (change.layer !== 'resource-policy') return undefined
  const open = grants.find((grant) => grant.principals.includes('*') && !isNotPublic(grant))
  return open === undefined ? undefined : `Makes it public: anyone can then call ${open.actions.join(', ')}.`
}

/** A statement for an account, which reaches every principal that the account's own policies allow. */
function wholeAccount({ change, grants }: Judged): string | undefined {
  if (change.layer !== 'resource-policy') return undefined
  const accounts = grants
    .filter((grant) => !limitsPrincipals(grant))
    .flatMap(({ principals }) => principals.flatMap(accountNamed))
  return accounts.length === 0
    ? undefined
    : `Lets in the complete account ${[...new Set(accounts)].join(', ')}: every principal there that its own policies allow, not only the caller.`
}

/** `111122223333`, `arn:aws:iam::111122223333:root` */
function accountNamed(principal: string): readonly string[] {
  if (isAccountId(principal)) return [principal]
  const arn = parseArn(principal)
  return arn?.service === 'iam' && arn.resource === 'root' ? [arn.account] : []
}

/** Published ways to gain permissions, and roles that have broad ones by their name. */
function escalation({ change, grants }: Judged): string | undefined {
  for (const { actions, resources } of grants) {
    const [found] = actions.flatMap(escalationsIn)
    if (found !== undefined) return `Lets the caller gain more permissions: with ${found.action} ${found.how}.`
    const role = actions.some((action) => action.toLowerCase() === 'sts:assumerole')
      ? [...resources, ...(resources.length === 0 && change.on !== undefined ? [change.on] : [])].find(isPrivilegedRole)
      : undefined
    if (role !== undefined)
      return `Lets the caller gain more permissions: it can act as ${roleName(role)}, a role with broad permissions by its name.`
  }
  return undefined
}

const roleName = (resource: string): string => resource.slice(resource.lastIndexOf('/') + 1)

const GUARDRAILS: ReadonlyMap<ChangeInHand['layer'], string> = new Map([
  ['service-control-policy', 'an SCP'],
  ['resource-control-policy', 'an RCP'],
  ['permissions-boundary', 'a permissions boundary'],
])

function guardrail({ change }: Judged): string | undefined {
  if (change.kind !== 'edit-policy' && change.kind !== 'add-policy') return undefined
  const what = GUARDRAILS.get(change.layer) ?? (editsDeny(change) ? 'a Deny statement' : undefined)
  if (what === undefined) return undefined
  const isLocked = change.layer === 'resource-policy' && statementsBefore(change).some(locksPolicy)
  return `Weakens a guardrail: it changes ${what}. ${isLocked ? LOCKED : 'Ask its owner before you apply it.'}`
}

const statementsBefore = (change: ChangeInHand): readonly Fields[] =>
  statementsOf(change.editedDocument?.before ?? change.before).map((statement) => statement as Fields)

/**
 * Whether a statement of a bucket policy denies everyone to change the policy. The root user of the bucket's account can all the same.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
function locksPolicy({ Effect, Principal, Action, Condition }: Fields): boolean {
  const isForAll = Principal === '*' || JSON.stringify(Principal) === '{"AWS":"*"}'
  const actions = [Action ?? []].flat().map(String)
  return (
    Effect === 'Deny' &&
    isForAll &&
    Condition === undefined &&
    actions.some((action) => /^(?:\*|s3:(?:\*|put\*|putbucket\*|putbucketpolicy))$/i.test(action))
  )
}

const LOCKED =
  'Only the root user of the account of the bucket can apply it: the policy denies s3:PutBucketPolicy to everyone else.'

function everyResource({ change, grants }: Judged): string | undefined {
  if (change.layer !== 'identity-policy') return undefined
  const actions = grants
    .filter(({ resources }) => resources.some(isEveryResource))
    .flatMap(({ actions }) => actions.filter(needsResource))
  return actions.length === 0 ? undefined : `Grants ${[...new Set(actions)].join(', ')} on every resource.`
}

/** A condition of the nearest statement that the change leaves out or widens (R-ADV-04). */
function lostGuards({ change: { losesGuards = [] } }: Judged): string | undefined {
  if (losesGuards.length === 0) return undefined
  const texts = losesGuards.map(({ statement, operator, key, values, admits }) =>
    admits === undefined
      ? `the new statement does not ask for ${operator} ${key} ${values.join(', ')}, as ${statement} does`
      : `${statement} then also allows ${key} ${admits.join(', ')}`,
  )
  const isOfData = losesGuards.some(({ key }) => !isChosenByCall(key))
  return `${isOfData ? 'Protects less data' : 'Gives up a condition'}: ${texts.join('; ')}.`
}
