import type { PoliciesInForce, Policy, PolicyLevel, Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { Request } from '#iam/request.ts'
import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import type { ChangedPolicy, PolicyChange, PolicyHolder } from '#intake/cloudtrail/policy-change.ts'

/** Texts of policies in which a change is looked up; the records do not have them. */
export interface PolicyTexts {
  /** A managed policy by its ARN. */
  readonly managed: (arn: string, account: string) => Policy | undefined
  /** Text of a version of a managed policy; undefined: not known. */
  readonly version: (arn: string, version: string, account: string) => unknown
  /** A policy of the organization by its id. */
  readonly control: (id: string) => Policy | undefined
  /** Policies of a group; undefined: not known. */
  readonly group: (name: string, account: string) => readonly Policy[] | undefined
}

/** A moment before a change, with the policies of a request as far as the records tell them. */
export interface EarlierPolicies {
  /** ISO 8601, UTC: when the change was made. */
  readonly time: string
  readonly scenarioFor: (now: Scenario) => Scenario
}

/** A change with when it was made, and the account it was made in. */
interface Made {
  readonly time: string
  readonly account: string | null
  readonly change: PolicyChange
}

/** More moments are not looked at. */
const MAX_MOMENTS = 12

/**
 * The moments before each recorded change of policies, the latest first. What a policy said then is what the change before made of
 * it; an attachment, a membership, was then what its first change made it no longer be. What no record tells stays as it is now.
 *
 * @param until when the call was refused, ISO 8601, UTC; null: not known
 */
export function earlierPolicies(
  events: readonly CallEvent[],
  until: string | null,
  texts: PolicyTexts,
): readonly EarlierPolicies[] {
  const made = inForceChanges(events, until, texts)
  return made
    .map((_, at) => at)
    .toReversed()
    .slice(0, MAX_MOMENTS)
    .flatMap((at) => {
      const states = statesBefore(made, at)
      const { time = '' } = made[at] ?? {}
      return states.length === 0
        ? []
        : [{ time, scenarioFor: (now: Scenario) => states.reduce((then, state) => inForce(then, state, texts), now) }]
    })
}

/** The changes of what is in force, in order of time; of a version that was made the default, its text where that is known. */
function inForceChanges(events: readonly CallEvent[], until: string | null, texts: PolicyTexts): readonly Made[] {
  const made = events
    .flatMap(({ policyChange: change, outcome, time, accountId: account }): Made[] =>
      change === undefined || outcome !== 'allowed' || time === null || (until !== null && time > until)
        ? []
        : [{ time, account, change }],
    )
    .toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
  const versions = new Map<string, unknown>()
  return made.flatMap((state): readonly Made[] => {
    const { change, account } = state
    if (change.is === 'text' && change.version !== undefined && change.of.arn !== undefined)
      versions.set(`${change.of.arn} ${change.version}`, change.now)
    if (change.is === 'text') return change.isKeptBack === true ? [] : [state]
    if (change.is !== 'version') return [state]
    const { of, now } = change
    const { arn = '' } = of
    const text = versions.get(`${arn} ${now}`) ?? texts.version(arn, now, account ?? '')
    // Of a text that nobody knows it is known that it was another.
    return [{ ...state, change: { is: 'text', of, now: text ?? UNKNOWN_TEXT } }]
  })
}

const UNKNOWN_TEXT = Symbol('a text that no record has')

/** The recorded changes that would make another of what is in force in one of the scenarios. */
export function changesOf(
  events: readonly CallEvent[],
  scenarios: readonly Scenario[],
  texts: PolicyTexts,
): readonly CallEvent[] {
  const inForceNow = scenarios.map((scenario) => ({ scenario, text: JSON.stringify(scenario.policies) }))
  return events.filter(({ policyChange: change, accountId: account }) => {
    if (change === undefined) return false
    const states = probesOf(change).map((state): Made => ({ time: '', account, change: state }))
    return inForceNow.some(({ scenario, text }) =>
      states.some((state) => JSON.stringify(inForce(scenario, state, texts).policies) !== text),
    )
  })
}

/** States of what a change is about, of which at least one is not the one that is in force. */
function probesOf(change: PolicyChange): readonly PolicyChange[] {
  switch (change.is) {
    case 'text':
      return [
        { ...change, now: { Statement: [] } },
        { ...change, now: null },
      ]
    case 'version':
      return [{ is: 'text', of: change.of, now: { Statement: [] } }]
    case 'boundary':
      return [change, { ...change, now: null }]
    case 'attachment':
    case 'membership':
      return [change, { ...change, now: !change.now }]
  }
}

/** What each thing that changed at that moment or later was before it. */
function statesBefore(made: readonly Made[], at: number): readonly Made[] {
  const states = new Map<string, Made | undefined>()
  for (const [i, state] of made.entries()) {
    const key = keyOf(state)
    if (i < at || states.has(key)) continue
    const before = made.slice(0, at).findLast((earlier) => keyOf(earlier) === key)
    states.set(key, before ?? undone(state))
  }
  return [...states.values()].filter((state) => state !== undefined)
}

const keyOf = ({ account, change }: Made): string =>
  JSON.stringify([account, { ...change, now: undefined, version: undefined }])

/** The state that a change ended, where it can only have been one. */
function undone({ change, ...made }: Made): Made | undefined {
  if (change.is === 'attachment' || change.is === 'membership')
    return { ...made, change: { ...change, now: !change.now } }
  return undefined
}

function inForce(scenario: Scenario, { change, account }: Made, texts: PolicyTexts): Scenario {
  const { policies, request } = scenario
  if (policies === undefined) return scenario
  const changed = changedPolicies(policies, request, change, account, texts)
  return changed === policies ? scenario : { ...scenario, policies: changed }
}

function changedPolicies(
  policies: PoliciesInForce,
  request: Request,
  change: PolicyChange,
  account: string | null,
  texts: PolicyTexts,
): PoliciesInForce {
  switch (change.is) {
    case 'text':
      return change.now === UNKNOWN_TEXT ? policies : withText(policies, request, change.of, change.now, account)
    case 'version':
      return policies
    case 'attachment':
      return withAttachment(policies, request, change.of, change.now, account, texts)
    case 'membership': {
      const user = { kind: 'user', name: change.user } as const
      if (!isHolder(request, user, account)) return policies
      const found = change.now ? texts.group(change.group, account ?? '') : []
      return found === undefined
        ? policies
        : identity(policies, (all) => [...all.filter(({ group }) => group !== change.group), ...found])
    }
    case 'boundary': {
      if (!isHolder(request, change.holder, account)) return policies
      if (change.now === null) return { ...policies, permissionsBoundary: null }
      const found = texts.managed(change.now, account ?? '')
      return found === undefined ? policies : { ...policies, permissionsBoundary: found }
    }
  }
}

function withText(
  policies: PoliciesInForce,
  request: Request,
  of: ChangedPolicy,
  document: unknown,
  account: string | null,
): PoliciesInForce {
  const { holder, name, arn, id, resource } = of
  if (holder !== undefined && name !== undefined) return withInline(policies, request, holder, name, document, account)
  if (arn !== undefined) {
    const rewritten = (policy: Policy): Policy => (policy.arn === arn ? { ...policy, document } : policy)
    const boundary = policies.permissionsBoundary
    return {
      ...identity(policies, (all) => all.map(rewritten)),
      ...(boundary === undefined || boundary === null ? {} : { permissionsBoundary: rewritten(boundary) }),
    }
  }
  if (id !== undefined)
    return levels(policies, (level) => ({
      ...level,
      ...(level.policies === undefined
        ? {}
        : { policies: level.policies.map((policy) => (isControl(policy, id) ? { ...policy, document } : policy)) }),
    }))
  return resource === undefined ? policies : withResourcePolicy(policies, request, resource, document)
}

function withInline(
  policies: PoliciesInForce,
  request: Request,
  holder: PolicyHolder,
  name: string,
  document: unknown,
  account: string | null,
): PoliciesInForce {
  const isOfGroup = holder.kind === 'group'
  if (!isOfGroup && !isHolder(request, holder, account)) return policies
  const called = isOfGroup ? `${name} (group ${holder.name})` : name
  return identity(policies, (all) => {
    const there = all.find((policy) => policy.name === called && policy.arn === undefined)
    if (there === undefined) return document === null || isOfGroup ? all : [...all, { name: called, document }]
    return document === null
      ? all.filter((policy) => policy !== there)
      : all.map((policy) => (policy === there ? { ...policy, document } : policy))
  })
}

function withResourcePolicy(
  policies: PoliciesInForce,
  { resource }: Request,
  changed: string,
  document: unknown,
): PoliciesInForce {
  const arns = [resource ?? []].flat()
  const isIt = arns.some((ownArn) => policyHolderArns(ownArn).includes(changed) || isRoleOfName(ownArn, changed))
  if (!isIt || policies.resourcePolicy === undefined) return policies
  if (document === null) return { ...policies, resourcePolicy: null }
  const { name = 'resource policy', ...rest } = policies.resourcePolicy ?? {}
  return { ...policies, resourcePolicy: { ...rest, name, document } }
}

/** A role by its name alone, which no record of IAM has with its path. */
function isRoleOfName(arn: string, named: string): boolean {
  const [parsed, other] = [parseArn(arn), parseArn(named)]
  return (
    parsed?.service === 'iam' &&
    parsed.account === other?.account &&
    parsed.resource.startsWith('role/') &&
    `role/${parsed.resource.split('/').at(-1) ?? ''}` === other.resource
  )
}

function withAttachment(
  policies: PoliciesInForce,
  request: Request,
  { holder, arn, id, target }: ChangedPolicy,
  isThere: boolean,
  account: string | null,
  texts: PolicyTexts,
): PoliciesInForce {
  if (id !== undefined) {
    const found = isThere ? texts.control(id) : undefined
    if (isThere && found === undefined) return policies
    return levels(policies, (level) => {
      if (level.target !== target || level.policies === undefined) return level
      const others = level.policies.filter((policy) => !isControl(policy, id))
      return { ...level, policies: found === undefined ? others : [...others, found] }
    })
  }
  if (holder === undefined || arn === undefined) return policies
  const group = holder.kind === 'group' ? holder.name : undefined
  const bears =
    group === undefined
      ? isHolder(request, holder, account)
      : policies.identityPolicies?.some((policy) => policy.group === group) === true
  const found = isThere ? texts.managed(arn, account ?? '') : undefined
  if (!bears || (isThere && found === undefined)) return policies
  return identity(policies, (all) => {
    const others = all.filter((policy) => !(policy.arn === arn && policy.group === group))
    return found === undefined ? others : [...others, { ...found, ...(group === undefined ? {} : { group }) }]
  })
}

/** Whether the user or role is the one who asks. */
function isHolder(request: Request, { kind, name }: PolicyHolder, account: string | null): boolean {
  const caller = readCaller(request)
  const arn = caller.kind === 'user' ? caller.arn : caller.kind === 'role-session' ? caller.roleArn : undefined
  const read = parseArn(arn ?? '')
  return (
    read !== undefined &&
    (account === null || read.account === account) &&
    read.resource.startsWith(`${kind}/`) &&
    read.resource.slice(read.resource.lastIndexOf('/') + 1) === name
  )
}

const isControl = ({ arn, name }: Policy, id: string): boolean =>
  arn === undefined ? name === id : arn.slice(arn.lastIndexOf('/') + 1) === id

/** Of a layer that is not known nothing is said of before either. */
function identity(policies: PoliciesInForce, change: (all: readonly Policy[]) => readonly Policy[]): PoliciesInForce {
  const { identityPolicies } = policies
  return identityPolicies === undefined || identityPolicies === null
    ? policies
    : { ...policies, identityPolicies: change(identityPolicies) }
}

function levels(policies: PoliciesInForce, change: (level: PolicyLevel) => PolicyLevel): PoliciesInForce {
  const { serviceControlPolicies: scps, resourceControlPolicies: rcps } = policies
  return {
    ...policies,
    ...(scps === undefined || scps === null ? {} : { serviceControlPolicies: scps.map(change) }),
    ...(rcps === undefined || rcps === null ? {} : { resourceControlPolicies: rcps.map(change) }),
  }
}
