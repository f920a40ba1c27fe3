import { type PreparedPolicy, preparePolicy } from '#engine/prepare.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { actionsOf, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import type { Lookup } from '#iam/key-state.ts'
import type { Statement } from '#iam/policy.ts'
import { actionTruth, principalTruth, type Question } from '#iam/statement.ts'
import { principalsOfAccount } from '#snapshot/account-principals.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { policyOfResource, resourcesOf } from '#snapshot/resources.ts'
import { accountFilesOf, type Snapshot } from '#snapshot/snapshot.ts'
import { type Budget, OutOfBudget } from '#space/budget.ts'
import { nonPolicyGrants } from './non-policy-grants.ts'
import { actionOf, namesOf, placesOf, resourceServices, traitOf } from './action-names.ts'
import { type Answer, accessQuestion, type AccessQuestion } from './answer.ts'
import type { Entry, Holder } from './grants.ts'
import { isNoObject, withInner } from './catalog-patterns.ts'
import { askAt } from './own-account.ts'
import { type ExcludedAccess, keyOf, type AnsweredGroup } from './action-groups.ts'
import { writtenPattern } from './open-conditions.ts'
import { regionsOf, UNCLEAR } from './regions.ts'
import { prepareResourceSide } from './prepared-policy-cache.ts'

/** Access that the policies of single resources add to, and take from, what the principal's own side gives. */
export interface Elsewhere {
  readonly pieces: AnsweredGroup[]
  /** Where the general answer does not hold: the resource's policy says more, or the resource is another's. */
  readonly cuts: ExcludedAccess[]
  /** ARNs that were not looked at, for the budget did not reach. */
  readonly notDecided: string[]
}

interface Look {
  readonly snapshot: Snapshot
  readonly question: Question
  readonly lookup: Lookup
  readonly holder: Holder
  readonly entries: readonly Entry[]
  readonly answers: (question: AccessQuestion) => Answer
  /** Cost of evaluating the principal's side once, in steps of the budget. */
  readonly weight: number
  readonly budget: Budget
}

/** Empty policy of a resource that has none, and lets in by something else. */
const NO_POLICY = { name: 'none', document: { Version: '2012-10-17', Statement: [] } }

/** Goes through every resource of the snapshot that may let the principal in or keep it out, and every role it may assume. */
export function lookElsewhere(lookOptions: Omit<Look, 'question' | 'lookup'>): Elsewhere {
  const { snapshot, holder } = lookOptions
  const { question, known: lookup } = askAt(holder, 's3:GetObject', 'arn:aws:s3:::b/k')
  const look: Look = { ...lookOptions, question, lookup }
  const pieces: AnsweredGroup[] = []
  const cuts: ExcludedAccess[] = []
  const into: Elsewhere = { pieces, cuts, notDecided: [] }
  for (const account of [...accountFilesOf(snapshot).keys()].filter(isAccountId).sort()) {
    for (const resource of resourcesOf(snapshot, account)) {
      // Without a document it may say anything, as one does that cannot be read.
      const unknown = resource.policy === undefined ? { name: `policy of ${resource.arn}` } : undefined
      const beside = nonPolicyGrants(resource, holder.account)
      const policy = policyOfResource(resource) ?? unknown ?? (beside.length > 0 ? NO_POLICY : undefined)
      if (policy !== undefined) lookWithin(look, resource.arn, preparePolicy(policy, 'resource'), into, beside)
    }
    for (const { kind, arn, entity } of principalsOfAccount(snapshot, account).principals) {
      const trust = kind === 'role' ? entity()?.trustPolicy : undefined
      if (trust !== undefined) lookWithin(look, arn, preparePolicy(trust, 'trust'), into)
    }
  }
  return into
}

/** Each resource may cost a little more than the one before it. */
const FOR_EACH = 10_000

function lookWithin(
  look: Look,
  arn: string,
  policy: PreparedPolicy,
  into: Elsewhere,
  beside: readonly string[] = [],
): void {
  const { budget } = look
  try {
    if (!budget.isUsedUp) budget.add(FOR_EACH)
    budget.spend(20 + 4 * policy.document.statements.length)
    lookAt(look, arn, policy, into, beside)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    into.notDecided.push(arn)
  }
}

/** A resource, or a role as one, and those of its statements that may speak of the principal. */
interface Found {
  readonly arn: string
  readonly policy: PreparedPolicy
  readonly speaking: readonly Statement[]
  /** Actions for which something beside the policy may let in. */
  readonly beside: readonly string[]
  /** Whether it belongs to the principal's own account. */
  readonly isOwn: boolean
}

function lookAt(
  look: Look,
  arn: string,
  policy: PreparedPolicy,
  into: Elsewhere,
  beside: readonly string[] = [],
): void {
  const speaking = policy.document.statements.filter(
    (statement) => principalTruth(statement, policy.place, look.question).matches !== false,
  )
  if (speaking.length === 0 && policy.document.unreadable.length === 0 && beside.length === 0) return
  const account = parseArn(arn)?.account ?? ''
  const isOwn = (isAccountId(account) ? account : ownerOf(look, arn)) === look.holder.account
  const found: Found = { arn, policy, speaking, beside, isOwn }
  look.budget.spend(speaking.length * (look.entries.length + speaking.length))
  for (const names of groupsOn(found, look.entries))
    for (const within of placesOf(names[0] ?? '', arn)) divide(look, found, names, within, into)
}

/** Divides what the resource's policy and the principal's side come to together; of the own account only where it is news. */
function divide(
  { holder, entries, answers, snapshot, lookup, weight, budget }: Look,
  { policy, speaking, isOwn }: Found,
  names: readonly string[],
  within: string,
  { pieces, cuts }: Elsewhere,
): void {
  const [name = ''] = names
  const own = policy.document.statements.map((statement) => ({ statement, policy }))
  const written = [...own, ...entries].flatMap((entry) => writtenBy(lookup, entry))
  const patterns = withInner(name, written)
  let isNews = !isOwn
  const { regions, unclear } = regionsOf(
    within,
    patterns,
    { accounts: [], services: resourceServices(name), budget },
    (arn) => {
      if (isNoObject(name, arn)) return undefined
      budget.spend(2 * weight + 4 * policy.document.statements.length)
      const value = answers(askOn(snapshot, holder, name, arn))
      isNews ||= keyOf(value) !== keyOf(answers(askAt(holder, name, arn)))
      return { key: keyOf(value), value }
    },
  )
  if (!isNews && unclear.length === 0) return
  const words = speaking.flatMap((statement) => statement.actionSource)
  const all = [...regions, ...unclear.map((pattern) => ({ resources: [pattern], except: [], value: UNCLEAR }))]
  const open = all.filter(({ value }) => value.decision !== 'denied')
  // Of a policy that does not speak of the principal there is nothing to tell where nothing beside it lets in either.
  if (open.length === 0 && speaking.length === 0) return
  cuts.push({ names, resources: [within] })
  for (const { resources, except, value } of open)
    pieces.push({ names, resources, except, answer: value, patterns: words })
}

const ownerOf = ({ snapshot, holder }: Look, resource: string): string | undefined =>
  policiesInForce(snapshot, { ...holder.request, action: 's3:GetObject', resource }).request.resourceAccount

const writtenBy = (lookup: Lookup, { statement, policy }: Entry): readonly string[] =>
  (statement.resources ?? []).map(({ source }) => writtenPattern(source, policy.document.version, lookup))

/** Actions of the resource's service for which its policy, or something beside it, says something; those together that nothing tells apart. */
function groupsOn(
  { arn, policy, speaking, beside, isOwn }: Found,
  entries: readonly Entry[],
): readonly (readonly string[])[] {
  const service = parseArn(arn)?.service ?? ''
  const isUnread = policy.document.unreadable.length > 0
  const every = isUnread
    ? actionsOf(service).map((name) => `${service}:${name}`)
    : [...speaking.flatMap(namesOf), ...beside.flatMap(spelled)]
  const statements = [...entries.map(({ statement }) => statement), ...speaking]
  const groups = new Map<string, string[]>()
  for (const name of new Set(service === 'iam' ? TRUST : every)) {
    if (isWildcardOnlyAction(name) === true || !resourceServices(name).includes(service)) continue
    const action = actionOf(name)
    const bearing = statements.map((statement) => (actionTruth(statement, action) ? '+' : '-')).join('')
    const key = `${bearing} ${isOwn ? traitOf(name) : name}`
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [name])
    else known.push(name)
  }
  return [...groups.values()]
}

/** As the service's own list spells it, for an action is told in those letters. */
const spelled = (name: string): readonly string[] =>
  actionsOf(name.slice(0, name.indexOf(':')))
    .map((actionName) => `${name.slice(0, name.indexOf(':'))}:${actionName}`)
    .filter((action) => action.toLowerCase() === name)

const TRUST = ['sts:AssumeRole']

/** The whole question: the principal's side, and the resource's as the snapshot has it. */
function askOn(snapshot: Snapshot, holder: Holder, action: string, resource: string): AccessQuestion {
  const { request, policies, resources, organization } = policiesInForce(snapshot, {
    ...holder.request,
    action,
    resource,
  })
  const { identityPolicies, permissionsBoundary, serviceControlPolicies, sessionPolicies } = holder.policies
  const { vpcEndpointPolicy = null } = policies
  const side = prepareResourceSide({ ...policies, vpcEndpointPolicy })
  const scenario = { request, resources, ...(organization === undefined ? {} : { organization }) }
  return accessQuestion({
    scenario,
    policies: { ...side, identityPolicies, permissionsBoundary, serviceControlPolicies, sessionPolicies },
  })
}
