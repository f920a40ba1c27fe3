import type { Lacking } from '#engine/layers/finding.ts'
import type { ManagedPolicies } from '#engine/managed-policies.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { accountsInOrganization } from '#snapshot/organization.ts'
import { detailsFile } from '#snapshot/entities.ts'
import { accountFilesOf, coverageOf, type Snapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { sweepPrincipals } from './account-sweep.ts'
import { type Answer, accessSet, type Effect, conjunctionsWhere } from './answer.ts'
import type { Region } from './regions.ts'
import { namedPrincipals } from './named-principals.ts'
import { ANY_OTHER, mayLetInAnybody, externalPrincipalsLetIn } from './external-principals.ts'
import { partitionAsked } from './partition.ts'
import { mayLetIn } from './resource-side-access.ts'
import { answerForNamed, newSweep, type SetAnswer, type Sweep, type WhoCanQuestion } from './sweep.ts'

export interface WhoCanOptions {
  /** Documents of AWS managed policies, which a snapshot gives by ARN alone. */
  readonly managedPolicies: ManagedPolicies
  /** List those who surely cannot, too. */
  readonly all?: boolean
  /** False: judge every principal in full. The answer is the same, and takes longer. */
  readonly index?: boolean
  /** Steps of work before what is left is told as not decided; each principal adds some. */
  readonly budget?: number | undefined
}

/** A principal and its answer; a role stands for its sessions made without a session policy. */
export interface PrincipalAccess {
  readonly principal: string
  readonly decision: Effect
  /** When; of an undetermined decision, when it may be. */
  readonly access: readonly AccessSet[]
  /** Further access of an allowed principal, if something holds that is not known. */
  readonly perhaps?: readonly AccessSet[]
  /** Facts that an undetermined decision, or `perhaps`, hangs on. */
  readonly missing?: readonly Lacking[]
}

export interface WhoCan {
  readonly schemaVersion: 1
  /** By ARN. */
  readonly principals: readonly PrincipalAccess[]
  /** How many principals were looked at. */
  readonly examined: number
  /** Accounts that the resource's side may let in, and whose users and roles are not in the snapshot; `*`: any that nothing names. */
  readonly notExamined: readonly { readonly account: string; readonly why: string }[]
}

/**
 * Every principal of a snapshot that may do an action on a resource, and when. The decision is that of `evaluate` with every
 * context key left free, for a session without session policies, over no VPC endpoint whose policy could refuse.
 */
export function whoCan(snapshot: Snapshot, question: WhoCanQuestion, options: WhoCanOptions): WhoCan {
  const sweep = newSweep(snapshot, question, options)
  const hunt = {
    sweep,
    options,
    named: namedPrincipals(sweep.side),
    found: [],
    seen: new Set<string>(),
    notExamined: [],
  }
  const result: Hunt = { ...hunt, examined: 0 }
  for (const account of accountsIn(snapshot)) lookInto(result, account)
  for (const principal of result.named) if (!result.seen.has(principal)) lookAt(result, principal)
  lookOutside(result)
  result.found.sort((a, b) => (a.principal < b.principal ? -1 : 1))
  return {
    schemaVersion: 1,
    principals: result.found,
    examined: result.examined,
    notExamined: result.notExamined,
  }
}

interface Hunt {
  readonly sweep: Sweep
  readonly options: WhoCanOptions
  /** Beyond users and roles of the snapshot. */
  readonly named: readonly string[]
  readonly found: PrincipalAccess[]
  /** ARNs of `named` that were looked at on the way. */
  readonly seen: Set<string>
  readonly notExamined: { account: string; why: string }[]
  examined: number
}

const accountsIn = (snapshot: Snapshot): readonly string[] =>
  [...new Set([...accountFilesOf(snapshot).keys(), ...accountsInOrganization(snapshot)])].filter(isAccountId).sort()

function lookInto(hunt: Hunt, account: string): void {
  const { sweep, options, named, seen } = hunt
  const reached = mayLetIn(sweep.side, account)
  if (!reached && sweep.sought !== undefined && options.all !== true) {
    for (const name of named) if (parseArn(name)?.account === account) seen.add(name)
    return
  }
  lookAt(hunt, `arn:${partitionAsked(sweep.side.request)}:iam::${account}:root`)
  const isNamed = new Set(named)
  const state = sweepPrincipals(sweep, account, (principal, answer) => {
    if (isNamed.has(principal)) seen.add(principal)
    tell(hunt, principal, answer)
  })
  if (!reached) return
  const unread = state === 'missing' ? NOT_AT_HAND : 'its details cannot be read'
  const why = state === 'read' ? cutShort(sweep.snapshot, account) : unread
  if (why !== undefined) hunt.notExamined.push({ account, why })
}

/** Why the account's users and roles are not all there, where the snapshot says so of that very list. */
function cutShort(snapshot: Snapshot, account: string): string | undefined {
  const file = detailsFile(account)
  const { part, state, why } = coverageOf(snapshot, file) ?? {}
  return part === file && state !== 'complete'
    ? `its users and roles are not all there${why === undefined ? '' : `: ${why}`}`
    : undefined
}

/** Accounts that no list of the snapshot has, and that the resource's side lets in all the same. */
function lookOutside({ sweep, named, found, notExamined }: Hunt): void {
  const listed = new Set(accountsIn(sweep.snapshot))
  const tellsOfEverybody = found.some(({ principal, decision }) => principal === 'anonymous' && decision !== 'denied')
  const outside = { isListed: (account: string) => listed.has(account), named, tellsOfEverybody }
  const letIn = externalPrincipalsLetIn(sweep, outside)
  if (!letIn.includes(ANY_OTHER) && mayLetInAnybody(sweep, outside))
    notExamined.push({ account: ANY_OTHER, why: POLICY_NOT_KNOWN })
  for (const account of letIn) notExamined.push({ account, why: account === ANY_OTHER ? EVERYBODY : NOT_AT_HAND })
}

const NOT_AT_HAND = 'its users and roles are not in the snapshot'
const POLICY_NOT_KNOWN =
  'the policy of the resource is not known, and may let in users and roles of accounts that are not in the snapshot'
const EVERYBODY = 'the resource lets in users and roles of accounts that are not in the snapshot'

function lookAt(hunt: Hunt, principal: string): void {
  hunt.seen.add(principal)
  tell(hunt, principal, answerForNamed(hunt.sweep, { principal }))
}

/** Each principal may cost a little more than the one before it. */
const FOR_EACH = 2000

function tell(hunt: Hunt, principal: string, answer: SetAnswer): void {
  const { found, options, sweep } = hunt
  const { decision, missing } = answer
  hunt.examined++
  if (!sweep.budget.isUsedUp) sweep.budget.add(FOR_EACH)
  if (decision === 'denied' && options.all !== true) return
  const { action, resource } = sweep.side.request
  const of = { principals: [principal], actions: [action], resources: [typeof resource === 'string' ? resource : '*'] }
  const perhaps = decision === 'allowed' ? setsWhere(answer, 'undetermined', of) : []
  found.push({
    principal,
    decision,
    access: setsWhere(answer, decision, of),
    ...(perhaps.length === 0 ? {} : { perhaps }),
    ...(missing.length === 0 ? {} : { missing }),
  })
}

type AccessSetCore = Omit<AccessSet, 'conditions' | 'except'>

function setsWhere({ regions, ...whole }: SetAnswer, decision: Effect, of: AccessSetCore): readonly AccessSet[] {
  return regions === undefined
    ? conjunctionsWhere(whole, decision).map((way) => accessSet(way, of))
    : regions.flatMap((region) => setsOfRegion(region, decision, of))
}

function setsOfRegion(
  { resources, except, value }: Region<Answer>,
  decision: Effect,
  core: AccessSetCore,
): readonly AccessSet[] {
  const of = { ...core, resources }
  const out = except.length === 0 ? [] : [{ ...of, resources: except, conditions: [] }]
  return conjunctionsWhere(value, decision).map((way) => {
    const set = accessSet(way, of)
    const all = [...(set.except ?? []), ...out]
    return all.length === 0 ? set : { ...set, except: all }
  })
}
