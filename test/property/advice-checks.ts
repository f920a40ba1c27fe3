/**
 * What a proved fix has to keep (advice: R-ADV-01, R-ADV-02, R-ADV-05), checked without the code that made it: the change is
 * made in the files of the snapshot, and the second evaluator compares what every principal may do before and after.
 */
import assert from 'node:assert/strict'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Change } from '#fix/change.ts'
import { isMend } from '#fix/edit.ts'
import type { GrantGoal } from '#fix/grant-goal.ts'
import { searchFixes } from '#fix/proof/fix-search.ts'
import type { Candidate } from '#fix/proof/rank.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import type { Request } from '#iam/request.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { patched, statementsIn } from '../fix/on-paper.ts'
import { matchGlob } from '../spec/glob.ts'
import { spec } from '../spec/spec.ts'
import { FAR, HOME, type Json, type Shared } from './arbitrary-shared.ts'

type Files = Shared['files']

const snapshotOf = (files: Files): Snapshot =>
  readSnapshot(new Map([...files].map(([path, value]) => [path, JSON.stringify(value)])))

const inForce = (snapshot: Snapshot, request: Request): Scenario => {
  const scenario = scenarioOf(snapshot, request)
  return { ...scenario, policies: { ...scenario.policies, sessionPolicies: null } }
}

/** All plans for the call of an organization, of every scope that is offered; none where the call is not denied. */
export function plansFor({ read, request }: Shared, budget: number): readonly Candidate[] {
  const snapshot = snapshotOf(read)
  const scenario = inForce(snapshot, request)
  const decision = evaluate(scenario)
  if (decision.decision !== 'denied') return []
  const identity = { evaluated: request.principal, expected: null, agrees: null, explanation: '' }
  return searchFixes(
    { identity, denial: { notes: [] } as never },
    {
      steps: [{ step: { relation: 'denied', request: scenario.request, why: '', decision }, scenario }],
      policySource: { kind: 'snapshot', snapshot },
      readings: undefined,
      budget,
      scenarioFor: (asked) => inForce(snapshot, asked),
      dependentScenarios: () => [],
      seen: [],
    },
  ).all()
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The files with a change made in them; undefined: it changes no file of a snapshot. */
function withChange(files: Files, change: Change): Files | undefined {
  const { layer, policy, policyArn, on, before } = change
  if (on === undefined) return undefined
  const after = patched(change)
  const edited = structuredClone(new Map(files)) as Map<string, Json | null>
  const details = edited.get(`accounts/${HOME}/authorization-details.json`) as Record<string, Record<string, unknown>[]>
  switch (layer) {
    case 'resource-policy': {
      const [path, file] = [...edited].find(([, value]) => isRecord(value) && value['arn'] === on) ?? []
      assert.ok(path !== undefined && isRecord(file), `there is no file of ${on}`)
      assert.deepEqual(file['policy'] ?? null, before)
      return edited.set(path, { ...file, policy: after })
    }
    case 'service-control-policy': {
      const path = [...edited.keys()].find((key) => key.startsWith('policies/')) ?? ''
      if (before === null) return undefined
      assert.deepEqual(edited.get(path), before)
      return edited.set(path, after as Json)
    }
    case 'identity-policy':
    case 'permissions-boundary':
      putInDetails(details, { policy, policyArn, on, before, after })
      return edited
    default:
      return undefined
  }
}

interface Placed {
  readonly policy: string
  readonly policyArn: string | undefined
  readonly on: string
  readonly before: unknown
  readonly after: unknown
}

function putInDetails(details: Record<string, Record<string, unknown>[]>, placed: Placed): void {
  const { policy, policyArn, on, before, after } = placed
  if (policyArn !== undefined) {
    const entry = details['Policies']?.find(({ Arn }) => Arn === policyArn)
    assert.ok(entry !== undefined, `there is no ${policyArn}`)
    const [version = {}] = entry['PolicyVersionList'] as Record<string, unknown>[]
    assert.deepEqual(version['Document'], before)
    version['Document'] = after
    return
  }
  const group = / \(group (.+)\)$/.exec(policy)?.[1]
  const list = group === undefined ? (on.includes(':user/') ? 'User' : 'Role') : 'Group'
  const entry = details[`${list}DetailList`]?.find(({ Arn, GroupName }) =>
    group === undefined ? Arn === on : GroupName === group,
  )
  assert.ok(entry !== undefined, `there is no ${on}`)
  const inline = entry[`${list}PolicyList`] as Record<string, unknown>[]
  const known = inline.find(({ PolicyName }) => PolicyName === policy.replace(/ \(group .+\)$/, ''))
  assert.deepEqual(known?.['PolicyDocument'] ?? null, before)
  if (known === undefined) inline.push({ PolicyName: policy, PolicyDocument: after })
  else known['PolicyDocument'] = after
}

/** Everybody who may use a policy of these organizations, each with the account it is of. */
const EVERYBODY: readonly Pick<Request, 'principal' | 'principalDetails'>[] = [
  ...['app', 'other'].map((name) => session(name, HOME)),
  session('far', FAR),
  ...['ann', 'bob'].map((name) => ({
    principal: `arn:aws:iam::${HOME}:user/${name}`,
    principalDetails: { userId: `AIDA${name.toUpperCase()}` },
  })),
  { principal: `arn:aws:iam::${HOME}:root` },
  { principal: `arn:aws:iam::${FAR}:root` },
  { principal: 'sns.amazonaws.com' },
  { principal: 'anonymous' },
]

function session(name: string, account: string): Pick<Request, 'principal' | 'principalDetails'> {
  const principalDetails = { roleArn: `arn:aws:iam::${account}:role/${name}`, userId: `AROA${name.toUpperCase()}:s1` }
  return { principal: `arn:aws:sts::${account}:assumed-role/${name}/s1`, principalDetails }
}

/** Requests of a principal: the denied one, and others of which `pick` chooses action, resource and context. */
function requestsOf(
  { request, ground }: Shared,
  who: Pick<Request, 'principal' | 'principalDetails'>,
  pick: (count: number) => number,
): readonly Request[] {
  const { principalDetails: _, principalTags, ...asked } = request
  const actions = [
    asked.action,
    ...ground.actions.map((action) => action.replace('*', 'Item')),
    'ec2:DescribeInstances',
  ]
  const resources = [asked.resource, ...ground.resources.map((pattern) => pattern.replaceAll('*', 'x')), '*']
  const isOwn = who.principal === request.principal
  const isInAccount = who.principal.startsWith('arn:') && !who.principal.endsWith(':root')
  const tags = isInAccount && principalTags !== undefined ? { principalTags } : {}
  const { 'aws:PrincipalOrgID': organization = null, ...context } = request.context ?? {}
  const own = { ...context, ...(who.principal.startsWith('arn:') ? { 'aws:PrincipalOrgID': organization } : {}) }
  const base = { ...asked, ...who, ...tags, context: own } as Request
  const other = (): Request => ({
    ...base,
    action: actions[pick(actions.length)] ?? asked.action,
    resource: resources[pick(resources.length)] ?? asked.resource,
    context: {
      ...own,
      'aws:SourceVpce': [null, 'vpce-1', 'vpce-2'][pick(3)] ?? null,
      'aws:SourceIp': ['203.0.113.7', '198.51.100.9'][pick(2)] ?? null,
      'aws:SecureTransport': pick(2) === 0,
      'dynamodb:LeadingKeys': [['x'], ['y'], []][pick(3)] ?? null,
      's3:prefix': ['team/x', 'y'][pick(2)] ?? null,
      'kms:EncryptionContext:team': ['x', null][pick(2)] ?? null,
    },
  })
  return [...(isOwn ? [] : [base]), ...(isOwn || pick(3) === 0 ? [other()] : [])]
}

/** Whether a newly allowed request is what the plan is for: the caller's, and of a goal. */
function isMeant(request: Request, caller: string, goals: readonly GrantGoal[]): boolean {
  if (request.principal !== caller) return false
  return goals.some(
    ({ action, resources }) =>
      action.toLowerCase() === request.action.toLowerCase() &&
      resources.some((pattern) => matchGlob(pattern, String(request.resource))),
  )
}

interface Unchanged {
  readonly snapshot: Snapshot
  /** What the second evaluator decides, before a change or after it. */
  readonly decided: (scenario: Scenario) => string
}

/** Plans for one organization start from the same snapshot, and ask for some decisions again. */
const UNCHANGED = new WeakMap<Shared, Unchanged>()

function unchanged(shared: Shared): Unchanged {
  const made = UNCHANGED.get(shared) ?? { snapshot: snapshotOf(shared.files), decided: decisions() }
  UNCHANGED.set(shared, made)
  return made
}

function decisions(): (scenario: Scenario) => string {
  const known = new Map<string, string>()
  return (scenario) => {
    const text = JSON.stringify(scenario)
    const decision = known.get(text) ?? spec(scenario).decision
    known.set(text, decision)
    return decision
  }
}

/** What was looked at. */
export interface Looked {
  proved: number
  /** Of these, plans of a wider scope. */
  wider: number
  requests: number
  /** Of these, requests that a change bears on. */
  reached: number
  allowedBefore: number
}

/**
 * Asserts that nobody gains by a proved plan what it is not for.
 * @param pick chooses one of so many, at random
 */
export function assertProof(shared: Shared, plan: Candidate, pick: (count: number) => number, looked: Looked): void {
  const changes = plan.changes.filter(({ kind }) => kind !== 'edit-request' && kind !== 'change-principal')
  let files: Files | undefined = shared.files
  for (const change of changes) files = files === undefined ? undefined : withChange(files, change)
  if (files === undefined) return
  looked.proved++
  if (plan.replayed.plan.scope !== 'exact') looked.wider++
  const { snapshot: before, decided } = unchanged(shared)
  const after = snapshotOf(files)
  for (const who of EVERYBODY)
    for (const request of requestsOf(shared, who, pick)) {
      if (isMeant(request, shared.request.principal, plan.replayed.plan.goals)) continue
      looked.requests++
      const [then, now] = [inForce(before, request), inForce(after, request)]
      // What the change does not reach is decided as before.
      if (JSON.stringify(then) === JSON.stringify(now)) continue
      looked.reached++
      if (decided(now) !== 'allowed') continue
      const was = decided(then)
      if (was === 'allowed') looked.allowedBefore++
      const text = `${plan.id} is proved, and ${JSON.stringify(request)} is ${was} before and allowed after: ${JSON.stringify(changes.map(({ does, patch }) => [does, patch]))}`
      assert.notEqual(was, 'denied', text)
    }
}

/** Asserts that a document that is written has every statement of the one in force but those that the patch names. */
export function assertSuperset({ id, changes }: Pick<Candidate, 'id'> & { readonly changes: readonly Change[] }): void {
  for (const { before, after, patch, on } of changes) {
    if (on === undefined) continue
    const touched = new Set(patch.map(({ path }) => /^\/Statement\/(\d+)(?:\/|$)/.exec(path)?.[1]))
    const left = new Set(statementsIn(after).map((one) => JSON.stringify(one)))
    statementsIn(before).forEach((one, i) => {
      if (!touched.has(String(i)) && !patch.some(({ path }) => path === '/Statement'))
        assert.ok(left.has(JSON.stringify(one)), `${id} drops statement ${i} of ${JSON.stringify(before)}`)
    })
  }
}

/**
 * Asserts that a new Allow is on what the call named, or on a pattern that holds it: of a wider scope one below the bucket, table or
 * queue that was called; never on everything (R-ADV-05).
 */
export function assertWithin({ request, ground }: Shared, { id, changes, replayed }: Candidate): void {
  const asked = String(request.resource)
  for (const change of changes) {
    if (change.on === undefined) continue
    const old = new Set(statementsIn(change.before).map((one) => JSON.stringify(one)))
    const added = statementsIn(change.after).filter((one) => one['Effect'] === 'Allow' && !old.has(JSON.stringify(one)))
    const known = new Set(statementsIn(change.before).flatMap(({ Resource }) => [Resource].flat()))
    for (const resource of added.flatMap(({ Resource }) => [Resource].flat())) {
      // The policy of a key or a role is about that alone.
      if (known.has(resource) || resource === undefined || (resource === '*' && asked.includes(':kms:'))) continue
      const text = `${id} allows ${String(resource)}, asked was ${asked}`
      assert.ok(typeof resource === 'string' && matchGlob(resource, asked), text)
      // A slip that is mended says what its author meant (ADR 0061).
      if (replayed.plan.scope !== 'exact') assert.ok(resource.startsWith(`${ground.holder}/`), text)
      else if (!replayed.plan.edits.some(isMend)) assert.equal(resource, asked, text)
      assert.ok(!/^(?:\*|arn:aws:s3:::\*(?:\/\*)?)$/.test(resource), text)
    }
  }
}

/** What a policy may hold at most, without whitespace (R-QUOTA-01). */
const SIZES: Readonly<Record<string, number>> = {
  'identity-policy': 10_240,
  'permissions-boundary': 6144,
  'service-control-policy': 5120,
  'resource-policy': 20_480,
}

/** Asserts that a written document is one that AWS saves: its size, its characters, its elements and principals. */
export function assertGrammar({ id, changes }: Candidate): void {
  for (const { layer, after, on, before } of changes) {
    if (on === undefined || !isRecord(after)) continue
    const text = JSON.stringify(after)
    assert.ok(text.length <= (SIZES[layer] ?? Number.POSITIVE_INFINITY), `${id}: ${text.length} characters`)
    const old = new Set(statementsIn(before).map((one) => JSON.stringify(one)))
    for (const one of statementsIn(after)) {
      if (old.has(JSON.stringify(one))) continue
      const words = `${id}: ${JSON.stringify(one)}`
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html: PolicyDocument.
      assert.match(JSON.stringify(one), /^[\t\n\r\u0020-\u00FF]*$/, words)
      assert.match(String(one['Sid'] ?? ''), layer === 'resource-policy' ? /^[\w -]*$/ : /^[A-Za-z0-9]*$/, words)
      assert.ok((one['Action'] === undefined) !== (one['NotAction'] === undefined), words)
      if (layer === 'resource-policy')
        assert.ok((one['Principal'] === undefined) !== (one['NotPrincipal'] === undefined), words)
      else assert.ok(one['Principal'] === undefined && one['NotPrincipal'] === undefined, words)
      if (one['Condition'] !== undefined) assertKeys(one, words)
    }
  }
}

/** Asserts that each condition key of a statement is a global one, or one that its action has. */
function assertKeys({ Action, Condition }: Record<string, unknown>, words: string): void {
  const keys = Object.values(Condition as Record<string, object>).flatMap((block) => Object.keys(block))
  assert.ok(keys.length > 0, words)
  const [service = '', name = ''] = typeof Action === 'string' ? Action.split(':') : []
  const facts = actionFacts(service, name)
  if (facts === undefined) return
  const known = facts.conditionKeys.map((key) => key.toLowerCase().replace(/\$\{.*/, ''))
  for (const key of keys)
    assert.ok(
      key.toLowerCase().startsWith('aws:') || known.some((prefix) => key.toLowerCase().startsWith(prefix)),
      `${key} is no key of ${String(Action)}, ${words}`,
    )
}
