import type { Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { PRINCIPAL_TYPES } from '#iam/request.ts'
import { isObject } from './fields.ts'

/** A field of a scenario whose value has the wrong form, so that nothing can be evaluated. */
export interface ShapeProblem {
  readonly pointer: string
  readonly message: string
}

type Check = (value: unknown, pointer: string, found: ShapeProblem[]) => void

const check =
  (test: (value: unknown) => boolean, expected: string): Check =>
  (value, pointer, found) => {
    if (!test(value)) found.push({ pointer, message: `\`${pointer}\` is not ${expected}` })
  }

const isText = (value: unknown): boolean => typeof value === 'string'
const text = check(isText, 'a text')
const flag = check((value) => typeof value === 'boolean', 'true or false')
const object = check(isObject, 'an object')
const anything: Check = () => undefined

const orNull =
  (inner: Check): Check =>
  (value, pointer, found) => {
    if (value !== null) inner(value, pointer, found)
  }

/** Of a layer with one policy; an empty list says that there is none, as \`null\` does. */
const orNone =
  (inner: Check): Check =>
  (value, pointer, found) => {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) inner(value, pointer, found)
  }

const fields =
  (known: Readonly<Record<string, Check>>): Check =>
  (value, pointer, found) => {
    object(value, pointer, found)
    if (!isObject(value)) return
    for (const [name, inner] of Object.entries(known))
      if (Object.hasOwn(value, name)) inner(value[name], `${pointer}/${name}`, found)
  }

const list =
  (inner: Check): Check =>
  (value, pointer, found) => {
    if (!Array.isArray(value)) found.push({ pointer, message: `\`${pointer}\` is not a list` })
    else for (const [index, item] of value.entries()) inner(item, `${pointer}/${index}`, found)
  }

const accountId = check(
  (value) => typeof value === 'string' && value.length === 12 && [...value].every((c) => c >= '0' && c <= '9'),
  'an account id: a text of twelve digits',
)

const contextValue = check(
  (value) =>
    value === null ||
    ['string', 'number', 'boolean'].includes(typeof value) ||
    (Array.isArray(value) && value.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) ||
    (isObject(value) && (value['state'] === 'unknown' || value['state'] === 'present')),
  'a context value: a text, number, boolean or list of them, null, or {"state": "unknown"|"present"}',
)

const mapOf =
  (inner: Check): Check =>
  (value, pointer, found) => {
    object(value, pointer, found)
    if (isObject(value)) for (const [key, item] of Object.entries(value)) inner(item, `${pointer}/${key}`, found)
  }

const resource = check(
  (value) => value === null || isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  'an ARN, `*`, a list of ARNs, or null where it is not known',
)

/** Around an action or a resource as AWS prints it: what quotes it (R-MSG-19). */
const bare = (value: unknown): string =>
  String(value)
    .trim()
    .replaceAll(/^["'`]|["'`]$/g, '')

/** An API name may stand for an action (R-MSG-08); what stands for several is none. */
const action = check(
  (value) => isText(value) && /^[\w-]{1,64}:[\w-]{1,128}$/.test(bare(value)),
  'one action, such as `s3:GetObject`',
)

/** A group, a policy or a pattern of users makes no request. */
export function isCaller(value: unknown): boolean {
  if (!isText(value) || value === '') return false
  const name = String(value).trim()
  const arn = parseArn(name)
  if (arn === undefined) return true
  const isPattern = arn.service === 'iam' && (name.includes('*') || name.includes('?'))
  return !isPattern && !name.endsWith('/') && readCaller(ofCaller(name)).kind !== 'unknown'
}

const CALLERS = 'a user, role, session, root user, identity provider, service or `anonymous`'
const principal = check(isCaller, `a caller: ${CALLERS}`)

const ofCaller = (name: string) => ({ principal: name, action: '', resource: null })

const principalType = check(
  (value) => (PRINCIPAL_TYPES as readonly unknown[]).includes(value),
  `one of ${PRINCIPAL_TYPES.join(', ')}`,
)

/** Names that services know a key by, which are read as its ARN. */
const KEY_NAME = /^(?:alias\/|mrk-|[0-9a-f]{8}-)/

/** What is named otherwise than by an ARN would be held against patterns of ARNs, and match none that refuses. */
const isNamed = (name: string): boolean => name === '*' || parseArn(name) !== undefined || KEY_NAME.test(name)

const resourcesNamed: Check = (value, pointer, found) => {
  if (!isObject(value) || !isText(value['action']) || isWildcardOnlyAction(bare(value['action'])) === true) return
  const names = [value['resource'] ?? []].flat().filter(isText)
  if (!names.every((name) => isNamed(bare(name))))
    found.push({ pointer: `${pointer}/resource`, message: `\`${pointer}/resource\` is neither an ARN nor \`*\`` })
}

const allOf =
  (...checks: readonly Check[]): Check =>
  (value, pointer, found) => {
    for (const one of checks) one(value, pointer, found)
  }

const policy = fields({ name: text, arn: text, document: anything, file: text, kind: text })
const policies = orNull(list(policy))
const levels = orNull(list(fields({ target: text, policies: list(policy) })))

const requestFields = fields({
  principal,
  principalDetails: fields({
    type: principalType,
    roleArn: text,
    federatedBy: text,
    userId: text,
    permissionSet: text,
  }),
  principalTags: mapOf(text),
  action,
  actionExists: flag,
  resource,
  resourcePatterns: mapOf(list(text)),
  resourceAccount: accountId,
  context: mapOf(contextValue),
  contextComplete: flag,
})

/** A resource is found by its ARN, so that one without is none. */
const withArn: Check = (value, pointer, found) => {
  if (isObject(value) && !Object.hasOwn(value, 'arn')) found.push({ pointer, message: `\`${pointer}\` has no \`arn\`` })
}

const request = allOf(requestFields, resourcesNamed)

const scenario = fields({
  request,
  policies: fields({
    complete: flag,
    serviceControlPolicies: levels,
    resourceControlPolicies: levels,
    vpcEndpointPolicy: orNone(policy),
    resourcePolicy: orNone(policy),
    identityPolicies: policies,
    permissionsBoundary: orNone(policy),
    sessionPolicies: policies,
    serviceGuards: orNull(object),
  }),
  resources: list(allOf(withArn, fields({ arn: text, account: orNull(accountId), kind: text, attributes: object }))),
  organization: orNull(
    fields({
      id: text,
      managementAccount: accountId,
      principalPath: orNull(text),
      resourcePath: orNull(text),
      principalOutside: flag,
      resourceOutside: flag,
    }),
  ),
})

/**
 * Problems that keep a value from being read as a scenario (docs/json.md, "Scenario"). Policy documents are not looked into:
 * an unreadable one is evaluated as such. The request may be partial, since `diagnose` fills it from the denial.
 */
export function scenarioProblems(value: unknown): readonly ShapeProblem[] {
  const found: ShapeProblem[] = []
  scenario(value, '', found)
  return found.map((problem) => (problem.pointer === '' ? { ...problem, message: 'it is not an object' } : problem))
}

export const requestProblems = (value: unknown): readonly ShapeProblem[] => {
  const found: ShapeProblem[] = []
  request(value, '/request', found)
  return found
}

export const isScenario = (value: unknown): value is Scenario => scenarioProblems(value).length === 0

const ONE_POLICY = ['vpcEndpointPolicy', 'resourcePolicy', 'permissionsBoundary'] as const

/** With layers of one policy that are given as an empty list as `null`, which says the same: that there is none. */
export function withoutEmptyLayers(scenario: Scenario): Scenario {
  const { policies } = scenario
  const empty = ONE_POLICY.filter((layer) => Array.isArray(policies?.[layer]))
  if (empty.length === 0) return scenario
  return { ...scenario, policies: { ...policies, ...Object.fromEntries(empty.map((layer) => [layer, null])) } }
}
