import type { Scenario } from '#engine/scenario.ts'
import { isObject } from './fields.ts'

/** A field of a scenario whose value has the wrong form, so that nothing can be judged. */
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

const policy = fields({ name: text, arn: text, document: anything, file: text, kind: text })
const policies = orNull(list(policy))
const levels = orNull(list(fields({ target: text, policies: list(policy) })))

const request = fields({
  principal: text,
  principalDetails: fields({ type: text, roleArn: text, federatedBy: text, userId: text }),
  principalTags: mapOf(text),
  action: text,
  resource,
  resourcePatterns: mapOf(list(text)),
  resourceAccount: accountId,
  context: mapOf(contextValue),
  contextComplete: flag,
})

const scenario = fields({
  request,
  policies: fields({
    complete: flag,
    serviceControlPolicies: levels,
    resourceControlPolicies: levels,
    vpcEndpointPolicy: orNull(policy),
    resourcePolicy: orNull(policy),
    identityPolicies: policies,
    permissionsBoundary: orNull(policy),
    sessionPolicies: policies,
    serviceGuards: orNull(object),
  }),
  resources: list(fields({ arn: text, account: orNull(accountId), kind: text, attributes: object })),
  organization: orNull(
    fields({ id: text, managementAccount: accountId, principalPath: orNull(text), resourcePath: orNull(text) }),
  ),
})

/**
 * What keeps a value from being read as a scenario (docs/json.md, "Scenario"). Policy documents are not looked into: an unreadable
 * one is judged as such. The request may be partial, since `diagnose` fills it from the denial.
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
