import type { PoliciesInForce, Policy, PolicyLayer, Scenario } from '#http/wire.ts'

/** Stands among the keys of places for the context of the request. */
export const CONTEXT = 'context'

/** Policy of a scenario, and how to say which it is. */
export interface Place {
  readonly key: string
  readonly layer: PolicyLayer
  readonly where?: string
  readonly policy: Policy
}

/** The lists and single policies of a scenario, by layer. */
export const LISTS = [
  ['identityPolicies', 'identity-policy'],
  ['sessionPolicies', 'session-policy'],
] as const
export const SINGLES = [
  ['resourcePolicy', 'resource-policy'],
  ['permissionsBoundary', 'permissions-boundary'],
  ['vpcEndpointPolicy', 'vpc-endpoint-policy'],
] as const
export const LEVELS = [
  ['resourceControlPolicies', 'resource-control-policy'],
  ['serviceControlPolicies', 'service-control-policy'],
] as const

const isLevel = (layer: PolicyLayer): boolean => LEVELS.some(([, one]) => one === layer)

/** `where` tells the levels of the organization apart; of another layer it is the resource or endpoint, of which there is one. */
export const keyOf = (layer: PolicyLayer, where: string | undefined, name: string, arn: string | undefined): string =>
  [layer, isLevel(layer) ? (where ?? '') : '', arn ?? '', name].join('\n')

export function placesOf({ policies }: Scenario): readonly Place[] {
  const place = (layer: PolicyLayer, policy: Policy, where?: string): Place => ({
    key: keyOf(layer, where, policy.name, policy.arn),
    layer,
    policy,
    ...(where === undefined ? {} : { where }),
  })
  return [
    ...LISTS.flatMap(([field, layer]) => (policies?.[field] ?? []).map((policy) => place(layer, policy))),
    ...SINGLES.flatMap(([field, layer]) => {
      const policy = policies?.[field]
      return policy === undefined || policy === null ? [] : [place(layer, policy)]
    }),
    ...LEVELS.flatMap(([field, layer]) =>
      (policies?.[field] ?? []).flatMap(({ target, policies: listed }) =>
        (listed ?? []).map((policy) => place(layer, policy, target)),
      ),
    ),
  ]
}

/** Where policies can stand: a layer, or one level of it, with those that are there. */
export interface Slot {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly places: readonly Place[]
  /** Nothing is known of it: what is added counts as all of it. */
  readonly isUnknown: boolean
  readonly takesMore: boolean
}

/** The layers of policies from the outside in. */
const OUTSIDE_IN: readonly PolicyLayer[] = [
  'resource-control-policy',
  'service-control-policy',
  'vpc-endpoint-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
]

/** `before`: the same before anything was added, which says what is known. */
export function slotsOf(scenario: Scenario, before: Scenario): readonly Slot[] {
  const { policies } = scenario
  const all = placesOf(scenario)
  return OUTSIDE_IN.flatMap((layer): readonly Slot[] => {
    const places = all.filter((one) => one.layer === layer)
    const [field] = [...LISTS, ...SINGLES, ...LEVELS].find(([, one]) => one === layer) ?? ['identityPolicies']
    const isUnknown = before.policies?.[field] === undefined && before.policies?.complete !== true
    const levels = isLevel(layer) ? (policies?.[field as 'serviceControlPolicies'] ?? []) : []
    if (levels.length > 0)
      return levels.map(({ target, policies: listed }) => ({
        layer,
        where: target,
        places: places.filter(({ where }) => where === target),
        isUnknown: isUnknown || listed === undefined,
        takesMore: true,
      }))
    const isSingle = SINGLES.some(([, one]) => one === layer)
    return [{ layer, places, isUnknown, takesMore: !isSingle || places.length === 0 }]
  })
}

/** The document as its owner wrote it, where that is known; else laid out. */
export function textOf({ document }: Policy): string {
  if (typeof document !== 'string') return JSON.stringify(document ?? null, null, 2)
  if (!document.trimStart().startsWith('%')) return document
  try {
    return decodeURIComponent(document)
  } catch {
    return document
  }
}

/** The text of a policy to be edited, at the margin; one that a program wrote in a line is laid out, and its lines are ours. */
export function layoutOf(policy: Policy): { readonly text: string; readonly isAsWritten: boolean } {
  const text = textOf(policy).replaceAll('\r\n', '\n').trim()
  if (!text.includes('\n')) return { text: laidOut(text), isAsWritten: false }
  const lines = text.split('\n')
  const last = lines.at(-1) ?? ''
  const margin = last.slice(0, last.length - last.trimStart().length)
  return {
    text: lines.map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line)).join('\n'),
    isAsWritten: true,
  }
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** The scenario with other documents in the places they belong to. */
export function withDocuments(scenario: Scenario, documents: ReadonlyMap<string, unknown>): Scenario {
  const { policies } = scenario
  if (policies === undefined || documents.size === 0) return scenario
  const changed = (layer: PolicyLayer, policy: Policy, where?: string): Policy => {
    const key = keyOf(layer, where, policy.name, policy.arn)
    if (!documents.has(key)) return policy
    // Its lines are no more those of its file.
    const { lines: _, ...rest } = policy
    return { ...rest, document: documents.get(key) }
  }
  const next: Record<string, unknown> = { ...policies }
  for (const [field, layer] of LISTS)
    if (policies[field]) next[field] = policies[field].map((policy) => changed(layer, policy))
  for (const [field, layer] of SINGLES) if (policies[field]) next[field] = changed(layer, policies[field])
  for (const [field, layer] of LEVELS)
    if (policies[field])
      next[field] = policies[field].map((level) =>
        level.policies === undefined
          ? level
          : { ...level, policies: level.policies.map((policy) => changed(layer, policy, level.target)) },
      )
  return { ...scenario, policies: next as PoliciesInForce }
}
