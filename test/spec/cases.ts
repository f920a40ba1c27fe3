/**
 * The cases of a scenario over the keys that it leaves open: each with a value that a policy names, with one that none names, and
 * without the key, as far as one request can have all of them at once. What holds whatever the open keys are holds in each (R-COND-65).
 */
import type { Scenario } from '#engine/scenario.ts'
import { DEFAULT_READINGS } from '#iam/readings.ts'
import type { ContextValue } from '#iam/request.ts'
import { ENDPOINT_KEYS, keyState, outsideOf } from './context.ts'
import { type KeyState, isMultivalued } from './listed.ts'
import { ACCOUNT_KEYS } from './masked.ts'
import { questionsAbout, UNKNOWN_RESOURCE, type Question } from './question.ts'

/** Values that no policy of the samples names; some are a number, a date, an address or an ARN. */
const OTHERS = ['', 'zz', 'true', 'false', '12345', '-1', '2031-01-01T00:00:00Z', '198.51.100.1', 'arn:aws:s3:::zz']
const MOST = 40
/** "Data type: Boolean": there is no third value (R-COND-68). */
const BOOLEANS = [
  'aws:securetransport',
  'aws:viaawsservice',
  'aws:principalisawsservice',
  'aws:multifactorauthpresent',
  'aws:assumedroot',
]

/** What says which way the request came: the keys of an endpoint, and the address, which only a call without one has (R-CTX-10). */
const NETWORK_KEYS = ['aws:sourceip', ...ENDPOINT_KEYS]

type Given = Readonly<Record<string, ContextValue>>

/** At most `MOST` of them, spread over all that there are. */
export function casesOf(scenario: Scenario): readonly Scenario[] {
  const questions = questionsOf(scenario)
  const open = keysIn(scenario).filter((key) => questions.some((one) => isOpen(keyState(one, key))))
  const choices = open.map((key) => {
    const mayBeAbsent = questions.some((one) => keyState(one, key) === 'unknown')
    const outside = questions.flatMap((one) => outsideOf(one, key) ?? [])
    const values = valuesOf(scenario, key).filter((value) => !outside.some((id) => isWithin(value, id)))
    return values.concat(mayBeAbsent ? [null] : []).filter((value) => arePossible(scenario, { [key]: value }))
  })
  const count = choices.reduce((product, { length }) => product * length, 1)
  const step = Math.max(1, count / MOST)
  const cases: Scenario[] = []
  for (let at = 0; at < count; at += step) {
    let rest = Math.floor(at)
    const given = Object.fromEntries(
      open.map((key, i) => {
        const values = choices[i] ?? []
        const value = values[rest % values.length] ?? null
        rest = Math.floor(rest / values.length)
        return [key, value] as const
      }),
    )
    if (arePossible(scenario, given)) cases.push(withContext(scenario, given))
  }
  return cases
}

const isWithin = (value: ContextValue, organization: string): boolean =>
  JSON.stringify(value)
    .split(/[",[\]]+/)
    .some((text) => text === organization || text.startsWith(`${organization}/`))

const isOpen = (state: KeyState): boolean => state === 'unknown' || state === 'present'

function questionsOf(scenario: Scenario): readonly Question[] {
  const { resource } = scenario.request
  const list = resource === null ? [UNKNOWN_RESOURCE] : typeof resource === 'string' ? [resource] : resource
  return list.flatMap((one) => questionsAbout(scenario, one, DEFAULT_READINGS))
}

/** Keys of conditions, of variables, and those that are listed, in lower case. */
function keysIn({ policies, resources, request }: Scenario): readonly string[] {
  const found = new Set(Object.keys(request.context ?? {}).map((key) => key.toLowerCase()))
  for (const [condition] of conditionsIn([policies, resources]))
    for (const block of Object.values(condition)) for (const key of Object.keys(block)) found.add(key.toLowerCase())
  for (const [, name = ''] of JSON.stringify([policies, resources]).matchAll(/\$\{([\w:/-]+)/g))
    found.add(name.toLowerCase())
  return [...found]
}

type Block = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function conditionsIn(value: unknown): readonly (readonly [Block])[] {
  if (typeof value === 'string' && value.startsWith('{')) return conditionsIn(parsed(value))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'Condition' ? [[inner as Block] as const] : conditionsIn(inner),
  )
}

/** Of a document that is written as a text; one that cannot be read has no conditions. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What policies compare the key with, patterns filled in, values beside them, and others; of a key of several, sets. */
function valuesOf({ policies, resources }: Scenario, key: string): ContextValue[] {
  const named = conditionsIn([policies, resources]).flatMap(([condition]) =>
    Object.values(condition).flatMap((block) =>
      Object.entries(block).flatMap(([name, value]) => (name.toLowerCase() === key ? [value].flat() : [])),
    ),
  )
  if (BOOLEANS.includes(key)) return ['true', 'false']
  const texts = [...new Set(named.flatMap((value) => instancesOf(String(value))))].slice(0, 14)
  // Any other text is a mask there, which may be every account.
  if (ACCOUNT_KEYS.includes(key)) return [...texts.filter((text) => /^\d{12}$/.test(text)), '999900009999']
  const singles = [...new Set([...texts, ...OTHERS])]
  if (!isMultivalued(key)) return singles
  const [a = 'a', b = 'b'] = texts
  return [...singles.slice(0, 8).map((one) => [one]), [a, b], [a, 'zz'], [a, b, 'zz']]
}

function instancesOf(pattern: string): string[] {
  const number = Number(pattern)
  if (pattern !== '' && Number.isFinite(number)) return [pattern, String(number - 1), String(number + 1)]
  return ['', 'q', '/'].map((fill) => pattern.replaceAll('*', fill).replaceAll('?', 'q').replace('/8', ''))
}

/** Whether none of the keys contradicts what follows from the others. Keys in lower case. */
export function arePossible(scenario: Scenario, given: Given): boolean {
  // Where the request does not say how it came, no policy of an endpoint says it either.
  const isAnyWay = questionsOf(scenario).some((one) => keyState(one, 'aws:SourceVpce') === 'unknown')
  const { vpcEndpointPolicy: _, ...policies } = scenario.policies ?? {}
  const base = isAnyWay ? { ...scenario, policies } : scenario
  if (hasTwoKindsOfAcl(withContext(scenario, given)) || isForwardedThroughEndpoint(withContext(base, given)))
    return false
  const bare = { ...base, request: { ...base.request, context: {}, contextComplete: false } }
  const isByCaller = (key: string): boolean => questionsOf(bare).every((one) => keyState(one, key) === 'absent')
  const isUnsure = (key: string): boolean => questionsOf(scenario).some((one) => isOpen(keyState(one, key)))
  return Object.entries(given).every(([key, value]) => {
    const { [key]: _, ...others } = given
    return questionsOf(withContext(base, others, key)).every((question) => {
      const follows = keyState(question, key)
      if (follows === 'unknown') return true
      // What the scenario itself says of a key beats what follows from who asks (docs/json.md, "Scenario"), but for the way it came.
      if (!NETWORK_KEYS.includes(key) && isUnsure(key) && isByCaller(key)) return true
      if (follows === 'absent' || value === null) return (follows === 'absent') === (value === null)
      return follows === 'present' || [value].flat().every((one) => follows.values.includes(String(one)))
    })
  })
}

/** A call that a service makes for the caller carries no key of an endpoint (R-CTX-11). */
function isForwardedThroughEndpoint(scenario: Scenario): boolean {
  const entries = Object.entries(scenario.request.context ?? {})
  const isOfEndpoint = ([key]: readonly [string, ContextValue]): boolean => ENDPOINT_KEYS.includes(key.toLowerCase())
  if (!entries.some((entry) => isOfEndpoint(entry) && isGiven(entry[1]))) return false
  const others = entries.filter(([key]) => !NETWORK_KEYS.includes(key.toLowerCase()))
  const without = { ...scenario, request: { ...scenario.request, context: Object.fromEntries(others) } }
  return questionsOf(without).some((question) => {
    const via = keyState(question, 'aws:viaawsservice')
    return typeof via === 'object' && via.values.includes('true')
  })
}

/** Not absent, and not said to be unknown. */
const isGiven = (value: ContextValue): boolean =>
  value !== null && (typeof value !== 'object' || !('state' in value) || value.state !== 'unknown')

/** S3 takes a canned ACL or grants, not both. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
function hasTwoKindsOfAcl({ request: { context = {} } }: Scenario): boolean {
  const sent = Object.entries(context).flatMap(([key, value]) => (value === null ? [] : [key.toLowerCase()]))
  return sent.includes('s3:x-amz-acl') && sent.some((key) => key.startsWith('s3:x-amz-grant-'))
}

/** @param without a key of which nothing is said */
function withContext(scenario: Scenario, given: Given, without?: string): Scenario {
  const names = new Set([...Object.keys(given), ...(without === undefined ? [] : [without])])
  const kept = Object.entries(scenario.request.context ?? {}).filter(([key]) => !names.has(key.toLowerCase()))
  const context = { ...Object.fromEntries(kept), ...given }
  const rest = without === undefined ? {} : { contextComplete: false }
  return { ...scenario, request: { ...scenario.request, ...rest, context } }
}
