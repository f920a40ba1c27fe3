import { availability } from '#engine/availability.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { explainPolicies } from '#engine/explain.ts'
import { evaluateLayersWith } from '#engine/evaluate-layers.ts'
import { type Choice, isStandIn, representatives } from '#engine/representatives.ts'
import type { Leaf } from '#engine/requirement-tree.ts'
import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import { ABSENT, isMultivaluedGlobalKey, type KeyState, type Lookup, UNKNOWN } from '#iam/key-state.ts'
import { fill, readTemplate, textOf } from '#iam/variables.ts'
import { isNeverSent } from '#iam/facts/keys-of-actions.ts'
import { isPrivateRange } from '#iam/condition/compare.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import type { Statement } from '#iam/policy.ts'
import type { Request } from '#iam/request.ts'
import { type Arn, formatArn, parseArn } from '#iam/arn.ts'
import type { RequestEdit } from '../edit.ts'
import { isIdentityCenter } from '../owner.ts'
import type { Operation } from '../operation.ts'
import { pointerTo } from '#iam/json-pointer.ts'
import type { GrantGoal } from '../grant-goal.ts'
import { leavesOf } from '../satisfying-sets.ts'
import { assumingTls, isTls, overTls } from './assumed-tls.ts'
import { callWith } from './request-call.ts'
import { type SettableKey, settableKey } from './request-keys.ts'

const MAX_REQUEST_EDITS = 4
const MAX_TRIED = 48

/**
 * Other values of what the caller can set, under which a refusing layer lets the request through: no policy needs to
 * change then (R-FIX-01). Tried on the engine, value by value, with one of each kind that the conditions tell apart.
 */
export function requestEdits(leaf: Leaf, goal: GrantGoal): readonly RequestEdit[] {
  if (goal.step !== 0 || isMadeByService(goal.input)) return []
  const lines = linesOf(leaf, goal)
  const keys = networkLast([...new Map(lines.map((line) => [line.key.toLowerCase(), line.key])).values()], goal)
  const found: RequestEdit[] = []
  let tried = 0
  for (const key of keys)
    for (const choice of choicesOf(key, lines, goal)) {
      if (found.length >= MAX_REQUEST_EDITS || tried++ >= MAX_TRIED) return found
      const also = settableKey(key)?.also?.(key, goal.input.question.lookup, goal.input.caller.kind) ?? []
      const assumed = isTls({ key })
        ? []
        : ([['aws:securetransport', overTls(goal.input.question.lookup)('aws:securetransport')]] as const)
      if (satisfiesLeaf(leaf, goal, new Map([...assumed, [key.toLowerCase(), choice.state], ...also])))
        found.push(assumingTls(chosenEdit(key, choice, leaf, goal), leaf.finding, goal))
    }
  return [...found, ...withoutEndpoint(leaf, goal)]
}

/**
 * Keys in the order in which other values are tried. Code that runs as a role on AWS (a function, a task, an instance) cannot choose its
 * public address; it can be run in the VPC that the policy names. People choose neither: they sign in by Identity Center.
 */
function networkLast(keys: readonly string[], { input: { caller } }: GrantGoal): readonly string[] {
  const isAddress = (key: string): boolean => key.toLowerCase() === 'aws:sourceip'
  const isOfPerson = caller.kind !== 'role-session' || isIdentityCenter({ on: caller.roleArn ?? '' })
  return isOfPerson ? keys : [...keys.filter((key) => !isAddress(key)), ...keys.filter(isAddress)]
}

/** Nobody chooses what a service of AWS's sends, for itself or on behalf of a caller (R-ADV-07). */
function isMadeByService({ caller, question: { lookup } }: EvaluationInput): boolean {
  const [via] = valuesOf(lookup('aws:ViaAWSService'))
  return (
    caller.kind === 'service' ||
    via?.toLowerCase() === 'true' ||
    ['aws:CalledVia', 'kms:ViaService'].some((key) => valuesOf(lookup(key)).length > 0)
  )
}

const valuesOf = (state: KeyState): readonly string[] => (state.state === 'values' ? state.values : [])

/** Conditions of the Deny statements that refuse, and of the Allow statements that fail on nothing but conditions. */
export const linesOf = (leaf: Leaf, goal: GrantGoal): readonly ConditionLine[] =>
  statementsByConditions(leaf, goal).flatMap(({ conditions }) => conditions)

/** The Deny statements that deny, and the Allow statements that fail on nothing but conditions. */
export function statementsByConditions({ finding }: Leaf, goal: GrantGoal): readonly Statement[] {
  return finding.policies.flatMap((policy) => {
    const verdicts = explainPolicies([policy], goal.input.question)
    return policy.document.statements.filter((statement, i) => {
      const verdict = verdicts[i]
      if (verdict === undefined) return false
      if (statement.effect === 'Deny') return verdict.matches !== false
      return verdict.matches !== true && verdict.failedOn.every(({ element }) => element === 'Condition')
    })
  })
}

function choicesOf(key: string, lines: readonly ConditionLine[], { input }: GrantGoal): readonly Choice[] {
  const settable = settableKey(key)
  const { kind } = input.caller
  if (settable === undefined || settable.only?.includes(kind) === false) return []
  if (settable.notFor?.includes(input.action.toLowerCase()) === true) return []
  if (settable.onlyIn?.includes(input.action.toLowerCase()) === false) return []
  if (availability(key.toLowerCase(), kind) === 'absent' || isNeverSent(input.action, key)) return []
  if (settable.onlyIfKnown === true && input.question.lookup(key).state !== 'values') return []
  const { lookup } = input.question
  const ofKey = lines.filter((line) => line.key.toLowerCase() === key.toLowerCase())
  if (settable.onlyLimited === true && !ofKey.every(({ operator }) => /^forallvalues:/i.test(operator))) return []
  const own = ofKey.map((line) => ({
    ...line,
    values: line.values.map((value) => filledIn(value, lookup)),
  }))
  const tell = (line: ConditionLine, state: KeyState) => evaluateLine(line, state, lookup)
  const { choices } = representatives(
    own,
    UNKNOWN,
    isMultivaluedGlobalKey(key.toLowerCase()),
    tell,
    namesNone(own) ? (settable.usual ?? []) : [],
  )
  const now = lookup(key)
  return choices.filter(
    ({ phrase, state }) =>
      state.state === 'values' &&
      (phrase !== null || settable.isMeasured === true || settable.isFree === true || key.includes('/')) &&
      !(key.toLowerCase() === 'aws:sourceip' && isPrivateChoice(state.values, phrase)) &&
      !state.values.some((value) => settable.neverBegins !== undefined && value.startsWith(settable.neverBegins)) &&
      !(now.state === 'values' && now.values.join() === state.values.join()),
  )
}

/** A value of a condition with the values of its variables, where they are known. */
function filledIn(value: ConditionLine['values'][number], lookup: Lookup): ConditionLine['values'][number] {
  const parts = value.template.constant ? 'unknown' : fill(value.template, lookup)
  const isKnown = typeof parts !== 'string' && !parts.some(({ text }) => isStandIn(text))
  return isKnown ? { ...value, template: readTemplate(textOf(parts), '2008-10-17') } : value
}

/** A range or an address that `aws:SourceIp` never holds (R-COND-05). */
const isPrivateChoice = (values: readonly string[], phrase: string | null): boolean =>
  values.every(isPrivateRange) || (phrase?.startsWith('in [') === true && isPrivateRange(phrase.slice(4, -1)))

/** Whether conditions ask only that there be a value. */
const namesNone = (lines: readonly ConditionLine[]): boolean =>
  lines.every(({ use }) => use?.operator.family === 'null')

/** Whether the layer, level or policy of the leaf is satisfied once the keys have these values. */
export function satisfiesLeaf(leaf: Leaf, { input }: GrantGoal, keys: ReadonlyMap<string, KeyState>): boolean {
  const { layer, where, kind, guard } = leaf.finding
  const same = leavesOf(evaluateLayersWith(input, keys).tree).filter(
    ({ needs, finding }) =>
      needs === leaf.needs &&
      finding.layer === layer &&
      finding.kind === kind &&
      finding.guard === guard &&
      (finding.where === where || layer === 'vpc-endpoint-policy'),
  )
  return same.every(({ satisfied }) => satisfied === true)
}

function chosenEdit(key: string, { state, phrase }: Choice, leaf: Leaf, goal: GrantGoal): RequestEdit {
  const [value = ''] = state.state === 'values' ? state.values : []
  // `(other)` stands for any value; a person has to choose one.
  const isOpen = value === '' || value === '(other)' || value === 'present'
  const isPattern = settableKey(key)?.onlyLimited === true && phrase?.startsWith('like ') === true
  const shown = phrase?.startsWith('in [') === true ? phrase.slice('in ['.length, -1) : isPattern ? phrase : undefined
  const edit = editOf(key, isOpen ? 'VALUE' : value, shown, leaf, goal)
  return isOpen ? { ...edit, isOpen } : edit
}

/** The request with another value of a key; `shown`: what is said in its place. */
export function editOf(
  key: string,
  value: string,
  shown: string | undefined,
  leaf: Leaf,
  { input }: GrantGoal,
): RequestEdit {
  const settable = settableKey(key)
  const text = shown ?? value
  const inTemplate = isOfStack(input) ? templateChange(key, text) : undefined
  const call = isOfStack(input) ? undefined : callWith(key, value, input)
  const name = inTemplate ?? settable?.does(key, text, input.caller.kind) ?? `send the request with ${key} ${text}`
  return {
    is: 'request',
    kind: 'edit-request',
    layer: leaf.finding.layer,
    operations: [...settingOf(input.request, key, value, settable?.unsets ?? []), ...alsoSetting(input, key, settable)],
    does: name,
    slug: `request-${key.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`,
    hint: name,
    ...(call === undefined ? {} : { call }),
  }
}

/** Of the other keys only those that the request lists: what it leaves out follows anew, or is not known. */
function alsoSetting(
  { question, request, caller }: EvaluationInput,
  key: string,
  settable?: SettableKey,
): readonly Operation[] {
  const listed = Object.keys(request.context ?? {})
  return [...(settable?.also?.(key, question.lookup, caller.kind) ?? [])].flatMap(([other, state]) => {
    const written = listed.find((name) => name.toLowerCase() === other.toLowerCase())
    if (written === undefined && request.contextComplete !== true) return []
    const value = state.state === 'values' ? state.values : { state: 'present' as const }
    return [
      { op: written === undefined ? 'add' : 'replace', path: pointerTo('/context', written ?? other), value } as const,
    ]
  })
}

/** A tag of the principal stands among its tags where those are listed; everything else in the context. */
function settingOf(request: Request, key: string, value: string, unsets: readonly string[]): readonly Operation[] {
  const tag = /^aws:principaltag\//i.test(key) ? key.slice(key.indexOf('/') + 1) : undefined
  if (tag !== undefined && request.principalTags !== undefined)
    return [{ op: 'add', path: pointerTo('/principalTags', tag), value }]
  const context = request.context ?? {}
  const stale = new Set(unsets.map((unset) => unset.toLowerCase()))
  const gone = Object.keys(context).filter((name) => stale.has(name.toLowerCase()))
  const written = Object.keys(context).find((name) => name.toLowerCase() === key.toLowerCase())
  return [
    ...(request.context === undefined ? [{ op: 'add', path: '/context', value: {} } as const] : []),
    ...gone.map((name) => ({ op: 'remove', path: pointerTo('/context', name) }) as const),
    { op: written === undefined ? 'add' : 'replace', path: pointerTo('/context', written ?? key), value },
  ]
}

/** How the slugs of edits begin by which the request goes without something. */
export const WITHOUT = 'request-without-'

/** An endpoint's policy does not bear on what does not pass it. */
function withoutEndpoint(leaf: Leaf, goal: GrantGoal): readonly RequestEdit[] {
  const { finding } = leaf
  if (finding.layer !== 'vpc-endpoint-policy' || !satisfiesLeaf(leaf, goal, new Map([['aws:sourcevpce', ABSENT]])))
    return []
  const { request } = goal.input
  const written = Object.keys(request.context ?? {}).find((key) => key.toLowerCase() === 'aws:sourcevpce')
  // Which endpoint it went through nobody knows: then nobody knows another way either.
  if (written === undefined || isStandIn(finding.where)) return []
  const others = ['aws:sourcevpc', 'aws:vpcsourceip', 'aws:sourcevpcarn', 'aws:vpceaccount', 'aws:vpceorgid']
  const gone = Object.keys(request.context ?? {}).filter((key) => others.includes(key.toLowerCase()))
  return [
    {
      is: 'request',
      kind: 'edit-request',
      layer: finding.layer,
      operations: [
        { op: 'replace', path: pointerTo('/context', written), value: null },
        ...gone.map((key) => ({ op: 'replace', path: pointerTo('/context', key), value: null }) as const),
      ],
      does: `send the request another way than through endpoint \`${finding.where ?? ''}\``,
      slug: `${WITHOUT}endpoint`,
      hint: 'another endpoint, whose policy allows it, does as well',
    },
  ]
}

const MAKES = /^(?:create|run|launch|provision|allocate|import|request)(?!.*(?:tags|version|policy|grant|attachment)$)/

/**
 * A call in a Region that is allowed; only for resources of which the next one may be anywhere, which AWS has in every Region, or which an
 * Allow names in that Region.
 */
export function regionEdits(leaf: Leaf, goal: GrantGoal): readonly RequestEdit[] {
  const { request } = goal.input
  if (goal.step !== 0 || typeof request.resource !== 'string') return []
  // A service that has one endpoint for all Regions is in the same Region from everywhere (R-CTX-03).
  if (GLOBAL_SERVICES.has(goal.input.question.action.service)) return []
  const arn = parseArn(request.resource)
  const lines = linesOf(leaf, goal).filter(({ key }) => key.toLowerCase() === 'aws:requestedregion')
  // What exists is in one Region; what the call makes may be made in another, and what no account owns is AWS's.
  const isAnywhere =
    request.resource === '*' ||
    (arn !== undefined && (MAKES.test(goal.input.question.action.name) || arn.resource.endsWith('/*') || isOfAws(arn)))
  const values = [
    ...new Set([
      ...(isAnywhere ? lines.flatMap((line) => line.values.map(({ template }) => template.source)) : []),
      ...regionsOfResource(leaf, goal),
    ]),
  ]
  return values
    .filter((value) => /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(value))
    .filter((value) => isAllowedIn(value, leaf, goal))
    .slice(0, MAX_REQUEST_EDITS)
    .map((value) => ({
      is: 'request',
      kind: 'edit-request',
      layer: leaf.finding.layer,
      operations: [
        ...settingOf(request, 'aws:RequestedRegion', value, []),
        ...(arn === undefined || arn.region === ''
          ? []
          : [
              {
                op: 'replace',
                path: '/resource',
                value: String(request.resource).replace(`:${arn.region}:`, `:${value}:`),
              } as const,
            ]),
      ],
      does: `make the call in Region ${value}`,
      slug: 'request-region',
      hint: 'the Region is one that the policy allows',
    }))
}

/** Whether the Region satisfies the leaf by itself, or an Allow names the resource there. */
const isAllowedIn = (region: string, leaf: Leaf, goal: GrantGoal): boolean =>
  satisfiesLeaf(
    leaf,
    goal,
    new Map([['aws:requestedregion', { state: 'values', values: [region], multivalued: false }]]),
  ) || regionsOfResource(leaf, goal).includes(region)

/** Whether AWS owns the resource and has it in every Region, such as a foundation model. */
const isOfAws = ({ account, region }: Arn): boolean => account === '' && region !== ''

/**
 * A call of a foundation model that names the model's Region may have been made for an inference profile, which chooses the Region.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
const mayComeFromProfile = ({ service, resource }: Arn): boolean =>
  service === 'bedrock' && resource.startsWith('foundation-model/')

/** The Regions in which Allow statements that fail on their Resource alone name the same resource, and no pattern of it. */
function regionsOfResource({ finding }: Leaf, { input }: GrantGoal): readonly string[] {
  const arn = parseArn(String(input.request.resource))
  if (arn === undefined || arn.region === '' || mayComeFromProfile(arn)) return []
  return finding.policies.flatMap((policy) => {
    const verdicts = explainPolicies([policy], input.question)
    return policy.document.statements.flatMap(({ effect, resources = [] }, i) => {
      const failed = verdicts[i]?.failedOn ?? []
      const isNear = effect === 'Allow' && failed.length === 1 && failed[0]?.element === 'Resource'
      const regions = isNear ? resources.map(({ source }) => parseArn(source)) : []
      return regions.flatMap((other) =>
        other !== undefined && formatArn({ ...other, region: arn.region }) === formatArn(arn) ? [other.region] : [],
      )
    })
  })
}

/** CloudFormation makes the calls of a stack in a session of that name: what it sends stands in the template. */
const isOfStack = ({ caller }: EvaluationInput): boolean =>
  caller.kind === 'role-session' && caller.arn.endsWith('/AWSCloudFormation')

/**
 * The change of a stack's template that gives a call of CloudFormation's another value of a key.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 * https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html
 */
function templateChange(key: string, value: string): string | undefined {
  const folded = key.toLowerCase()
  if (folded === 'iam:permissionsboundary')
    return `set \`PermissionsBoundary: ${value}\` on the resource in the stack's template (\`PermissionsBoundary.of(…).apply(…)\` in the CDK)`
  return folded.startsWith('aws:requesttag/')
    ? `tag the resource ${key.slice(key.indexOf('/') + 1)}=${value} in the stack's template`
    : undefined
}

/** The edit that a fixed rule of a service leaves: a shorter session (R-STS-09). */
export function ruleEdits(leaf: Leaf, goal: GrantGoal): readonly RequestEdit[] {
  const { finding } = leaf
  if (goal.step !== 0 || finding.reason?.includes('R-STS-09') !== true) return []
  const longest = goal.input.attributes?.['maxSessionDuration']
  const chained = goal.input.caller.kind === 'role-session'
  const seconds = Math.min(typeof longest === 'number' ? longest : 3600, chained ? 3600 : 43_200)
  const call = callWith('sts:DurationSeconds', String(seconds), goal.input)
  return [
    {
      is: 'request',
      kind: 'edit-request',
      layer: finding.layer,
      ...(call === undefined ? {} : { call }),
      operations: settingOf(goal.input.request, 'sts:DurationSeconds', String(seconds), []),
      does: `ask for a session of ${seconds} seconds`,
      slug: 'request-duration',
      hint: chained ? 'a chained session lasts at most one hour' : 'the role allows no longer session',
    },
  ]
}

/** A session made without tags, or without a source identity, needs no permission to pass them (R-STS-07, R-STS-08). */
export function withoutPassing(goal: GrantGoal, first: Request): readonly RequestEdit[] {
  const name = goal.action.toLowerCase()
  const passes =
    name === 'sts:tagsession' ? /^(?:aws:requesttag\/|aws:tagkeys$|sts:transitivetagkeys$)/i : /^sts:sourceidentity$/i
  if (name !== 'sts:tagsession' && name !== 'sts:setsourceidentity') return []
  const gone = Object.keys(first.context ?? {}).filter((key) => passes.test(key))
  if (gone.length === 0) return []
  return [
    {
      is: 'request',
      kind: 'edit-request',
      layer: 'resource-policy',
      operations: gone.map((key) => ({ op: 'replace', path: pointerTo('/context', key), value: null })),
      does:
        name === 'sts:tagsession'
          ? 'assume the role without session tags'
          : 'assume the role without a source identity',
      slug: name === 'sts:tagsession' ? `${WITHOUT}tags` : `${WITHOUT}source-identity`,
      hint: 'what is not passed needs no permission',
    },
  ]
}
