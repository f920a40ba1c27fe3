import type { ManagedPolicies } from '#engine/managed-policies.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import type { Lookup } from '#iam/key-state.ts'
import type { Request } from '#iam/request.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { AccessSet } from '#space/access-set.ts'
import { Budget, DEFAULT_BUDGET, outOfBudget, OutOfBudget } from '#space/budget.ts'
import type { ResourceClasses } from '#space/resource-classes.ts'
import { everyName, resourceServices } from './action-names.ts'
import { type Answer, type AccessQuestion, newAnswers } from './answer.ts'
import { isNoObject, withInner } from './catalog-patterns.ts'
import {
  type ActionGroup,
  type Entry,
  entriesOf,
  grantNotKnown,
  grantsOf,
  groupsBy,
  type Holder,
  holderOf,
  policiesOf,
} from './grants.ts'
import { writtenPattern } from './open-conditions.ts'
import { askAt, lookupOf } from './own-account.ts'
import {
  excludeFrom,
  mergeGroups,
  keyOf,
  merged,
  type AnsweredGroup,
  setsOf,
  type DescribedGroup,
} from './action-groups.ts'
import { regionsOf, type Regions, UNCLEAR } from './regions.ts'
import { type Elsewhere, lookElsewhere } from './what-can-elsewhere.ts'

export interface WhatCanOptions {
  readonly managedPolicies: ManagedPolicies
  /** Keys that are not free. */
  readonly context?: NonNullable<Request['context']>
  /** Steps of work before what is left is told as not decided. */
  readonly budget?: number | undefined
}

/** The access of a principal: sets of actions, resources and conditions. */
export interface WhatCan {
  readonly schemaVersion: 1
  readonly access: readonly AccessSet[]
  /** Sets in which it hangs on a fact that is missing. */
  readonly undetermined: readonly AccessSet[]
  /** Assumptions, as sentences. */
  readonly assumptions: readonly string[]
  /** Why some of it is not decided that more work would decide. */
  readonly reason?: string
}

/**
 * Access of a principal, in the words of the policies: for each Allow of its own side what boundary, organization and
 * Denies leave of it, for resources of its own account; and for each resource of the snapshot with a policy what that
 * policy makes of it, with grants of keys and ACLs. Undefined: the caller has no account.
 */
export function whatCan(snapshot: Snapshot, principal: string, options: WhatCanOptions): WhatCan | undefined {
  const holder = holderOf(snapshot, principal, options.context, options.managedPolicies)
  if (holder === undefined) return undefined
  const half = Math.ceil((options.budget ?? DEFAULT_BUDGET) / 2)
  const hunt = huntFor(holder, new Budget(half))
  const general = [...grantsOf(holder).map((grant) => ({ grant, tells: isPossible })), ...notKnown(holder)].map(
    ({ grant, tells }) => ({ grant, pieces: groupsWithin(hunt, grant, tells) }),
  )
  const elsewhere = lookElsewhere({ snapshot, ...huntFor(holder, new Budget(half)) })
  const telling = new Telling(holder, hunt.budget, elsewhere)
  for (const { grant, pieces } of general)
    if (pieces === undefined) telling.notDecided(setOf(hunt, grant))
    else for (const group of pieces) telling.general(group)
  for (const group of mergeGroups(elsewhere.pieces)) telling.add({ piece: group, cuts: [] }, false)
  return {
    schemaVersion: 1,
    ...telling.sets(),
    assumptions: assumptionsOf(holder),
  }
}

/** Sets to tell, as far as the budget reaches; what it does not reach is told as open. */
class Telling {
  private readonly allowed: AccessSet[] = []
  private readonly open: AccessSet[] = []
  private readonly left = new Map<string, AccessSet>()
  private readonly holder: Holder
  private readonly budget: Budget
  private readonly elsewhere: Elsewhere

  constructor(holder: Holder, budget: Budget, elsewhere: Elsewhere) {
    this.holder = holder
    this.budget = budget
    this.elsewhere = elsewhere
    for (const arn of elsewhere.notDecided)
      this.notDecided({ principals: [holder.request.principal], actions: ['*'], resources: [arn], conditions: [] })
  }

  /** Adds what the principal's own side gives, which is open where the policies of resources were not looked at. */
  general(group: AnsweredGroup): void {
    const described = excludeFrom(group, this.elsewhere.cuts)
    if (described !== undefined) this.add(described, this.elsewhere.notDecided.length > 0)
  }

  add(described: DescribedGroup, isOpen: boolean): void {
    const { piece: group } = described
    const { account, request } = this.holder
    const whose = { principal: request.principal, account }
    try {
      this.budget.spend(2 * (group.names.length + (group.grant?.names.length ?? 0) + 8 * group.patterns.length))
      const allowed = setsOf(described, 'allowed', whose)
      const undetermined = setsOf(described, 'undetermined', whose)
      ;(isOpen ? this.open : this.allowed).push(...allowed)
      this.open.push(...undetermined)
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error
      const actions = group.grant?.actions ?? ['*']
      this.notDecided({ principals: [request.principal], actions, resources: group.resources, conditions: [] })
    }
  }

  /** Nothing is claimed of these, nor left out. */
  notDecided(set: AccessSet): void {
    this.left.set(JSON.stringify(set), set)
  }

  sets(): Pick<WhatCan, 'access' | 'undetermined' | 'reason'> {
    const { left } = this
    const principals = [this.holder.request.principal]
    const all: AccessSet = { principals, actions: ['*'], resources: ['*'], conditions: [] }
    const rest = left.size > MOST_LEFT ? [all] : [...left.values()]
    const reason = outOfBudget(2 * this.budget.whole)
    return {
      access: merged(this.allowed),
      undetermined: merged([...this.open, ...rest]),
      ...(left.size === 0 ? {} : { reason: `not everything is decided: ${reason}` }),
    }
  }
}

/** More sets than this say no more than one for all. */
const MOST_LEFT = 100

function huntFor(holder: Holder, budget: Budget): Hunt {
  const entries = entriesOf(holder)
  return {
    holder,
    entries,
    weight: weightOf(holder),
    groups: groupsBy(entries, budget),
    answers: newAnswers(budget),
    lookup: lookupOf(holder),
    made: new Map(),
    budget,
  }
}

/** The cost of evaluating one request, in steps. */
function weightOf(holder: Holder): number {
  let weight = 40
  for (const { document } of policiesOf(holder))
    for (const { resources, conditions } of document.statements) {
      weight += 2 + (resources?.length ?? 0)
      for (const { values } of conditions) weight += 1 + values.length
    }
  return weight
}

/** Undefined: the budget does not reach. */
function groupsWithin(
  hunt: Hunt,
  grant: Entry,
  tells: (answer: Answer) => boolean,
): readonly AnsweredGroup[] | undefined {
  try {
    return groupsOf(hunt, grant, tells)
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return undefined
  }
}

/** All that a grant speaks of. */
function setOf(hunt: Hunt, grant: Entry): AccessSet {
  const { actionElement, actionSource, resourceElement } = grant.statement
  return {
    principals: [hunt.holder.request.principal],
    actions: actionElement === 'Action' ? actionSource : ['*'],
    resources: resourceElement === 'Resource' ? writtenOf(hunt, grant) : ['*'],
    conditions: [],
  }
}

const assumptionsOf = ({ policies, account, notes }: Holder): readonly string[] => [
  ...(policies.identityPolicies === undefined ? [`identity policies are not known: ${notes.join('; ')}`] : []),
  `a resource of account ${account} that the snapshot does not list has no policy that refuses`,
  'sessions are made without a session policy, and no VPC endpoint policy refuses',
]

interface Hunt {
  readonly holder: Holder
  readonly entries: readonly Entry[]
  /** The cost of evaluating one request, in steps. */
  readonly weight: number
  readonly groups: (grant: Entry) => readonly ActionGroup[]
  readonly lookup: Lookup
  /** Resources that the same patterns tell apart. */
  readonly made: Map<string, ResourceClasses>
  readonly budget: Budget
  readonly answers: (question: AccessQuestion) => Answer
}

const isPossible = ({ decision }: Answer): boolean => decision !== 'denied'
/** Whether an answer is undetermined: what a policy that can be read surely allows is told as its own. */
const isOpen = ({ decision }: Answer): boolean => decision === 'undetermined'

/** Grant of all that the rest lets through, where identity policies that are missing or cannot be read may allow it. */
function notKnown(holder: Holder): readonly { readonly grant: Entry; readonly tells: (answer: Answer) => boolean }[] {
  const grant = grantNotKnown(holder)
  return grant === undefined ? [] : [{ grant, tells: isOpen }]
}

function groupsOf(hunt: Hunt, grant: Entry, tells: (answer: Answer) => boolean): readonly AnsweredGroup[] {
  const groups = hunt.groups(grant)
  const { statement } = grant
  const isListed = statement.actionElement === 'Action'
  const words = {
    actions: isListed ? statement.actionSource : ['*'],
    names: isListed ? groups.flatMap((group) => group.names) : everyName(),
  }
  const pieces = groups.flatMap((group) =>
    regionsIn(hunt, grant, group)
      .filter(({ value }) => tells(value))
      .map(
        ({ resources, except, value }): AnsweredGroup => ({
          names: group.names,
          resources,
          except,
          answer: value,
          patterns: [grant, ...group.bearing].flatMap((entry) => entry.statement.actionSource),
          grant: words,
        }),
      ),
  )
  return mergeGroups(pieces)
}

/** The resources of the grant, divided by what the other statements say there. */
function regionsIn(hunt: Hunt, grant: Entry, group: ActionGroup): Regions<Answer>['regions'] {
  const { holder, budget, made, weight } = hunt
  const [name = ''] = group.names
  budget.spend(weight)
  if (isWildcardOnlyAction(name) === true) {
    const value = hunt.answers(askAt(holder, name, '*'))
    return [{ resources: ['*'], except: [], value }]
  }
  const { statement } = grant
  const own = statement.resourceElement === 'Resource' ? writtenOf(hunt, grant) : ['*']
  const services = resourceServices(name)
  const written = new Set([...group.bearing, grant].flatMap((entry) => writtenOf(hunt, entry)))
  const patterns = [...withInner(name, [...written]), ...FIXED].filter((pattern) => mayBeOf(pattern, services))
  const apart = { accounts: [holder.account], services, budget, made }
  return own.flatMap((within) => {
    const { regions, unclear } = regionsOf(within, patterns, apart, (arn) => {
      if (isElsewhere(arn, holder.account, services) || isNoObject(name, arn)) return undefined
      budget.spend(weight)
      const value = hunt.answers(askAt(holder, name, arn))
      return { key: keyOf(value), value }
    })
    return [...regions, ...unclear.map((pattern) => ({ resources: [pattern], except: [], value: UNCLEAR }))]
  })
}

/** Resources that services treat apart whatever the policies say (R-EVAL-05, R-KMS-01). */
const FIXED = [
  'arn:*:iam::*:role/aws-reserved/*',
  'arn:*:iam::*:role/aws-service-role/*',
  'arn:*:iam::aws:policy/*',
  'arn:*:kms:*:*:key/*',
]

/** False: it holds no resource of the services; nothing else is asked about. No services: any. */
function mayBeOf(pattern: string, services: readonly string[]): boolean {
  const service = parseArn(pattern)?.service
  return services.length === 0 || service === undefined || /[*?$]/.test(service) || services.includes(service)
}

const writtenOf = ({ lookup }: Hunt, { statement, policy }: Entry): readonly string[] =>
  (statement.resources ?? []).map(({ source }) => writtenPattern(source, policy.document.version, lookup))

function isElsewhere(arn: string, account: string, services: readonly string[]): boolean {
  const parts = parseArn(arn)
  if (parts === undefined) return true
  if (isAccountId(parts.account) && parts.account !== account) return true
  return services.length > 0 && !services.includes(parts.service)
}
