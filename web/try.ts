import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Change, Decision, DecisionEffect, Fix, PoliciesInForce, Policy, Request, Scenario } from '#http/wire.ts'
import { loadEngine } from './engine.ts'
import { keyOf, placesOf, withDocuments } from './places.ts'

/** Edits of one diagnosis: texts of policies by place, contexts by step, and what a fix adds. */
export interface Edits {
  readonly texts: ReadonlyMap<string, string>
  readonly contexts: ReadonlyMap<number, string>
  readonly added: readonly Change[]
}

export const NO_EDITS: Edits = { texts: new Map(), contexts: new Map(), added: [] }

export const isEdited = ({ texts, contexts, added }: Edits): boolean => texts.size + contexts.size + added.length > 0

export interface Tried {
  readonly decisions: readonly Decision[]
  readonly milliseconds: number
}

export type Trial =
  | { readonly state: 'idle' | 'loading' }
  | { readonly state: 'wrong'; readonly why: string }
  | { readonly state: 'judged'; readonly tried: Tried }

/** Judges every step again, in this page, whenever something is edited. */
export function useTrial(scenarios: readonly Scenario[], edits: Edits): Trial {
  const [trial, setTrial] = useState<Trial>({ state: 'idle' })
  const judge = useCallback(async () => {
    try {
      const changed = scenarios.map((scenario, i) => edited(scenario, i, edits))
      const engine = await loadEngine()
      const start = performance.now()
      const decisions = changed.map((scenario) => engine.evaluate(scenario))
      return { state: 'judged', tried: { decisions, milliseconds: performance.now() - start } } as const
    } catch (error) {
      return { state: 'wrong', why: error instanceof Error ? error.message : String(error) } as const
    }
  }, [scenarios, edits])
  useEffect(() => {
    if (!isEdited(edits)) {
      setTrial({ state: 'idle' })
      return undefined
    }
    let isStale = false
    setTrial((before) => (before.state === 'judged' ? before : { state: 'loading' }))
    void judge().then((next) => {
      if (!isStale) setTrial(next)
    })
    return () => {
      isStale = true
    }
  }, [judge, edits])
  return trial
}

/** What the edits make of each step's decision; undefined where nothing was tried. */
export function useEffects(trial: Trial): readonly (DecisionEffect | undefined)[] | undefined {
  return useMemo(
    () => (trial.state === 'judged' ? trial.tried.decisions.map(({ decision }) => decision) : undefined),
    [trial],
  )
}

export function edited(scenario: Scenario, step: number, { texts, contexts, added }: Edits): Scenario {
  const documents = new Map([...texts].map(([key, text]) => [key, parsed(text, 'The policy')] as const))
  const context = contexts.get(step)
  const changed = added.reduce(withAdded, withDocuments(scenario, documents))
  if (context === undefined) return changed
  const value = parsed(context, 'The context')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('The context is no object.')
  return { ...changed, request: { ...changed.request, context: value as NonNullable<Request['context']> } }
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${what} is no JSON yet: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
}

/** A change that is no edit of a policy that is there: a new policy, an attribute, the request. */
function withAdded(scenario: Scenario, { layer, policy, policyArn, after, kind }: Change): Scenario {
  const { policies } = scenario
  if (kind === 'edit-request') {
    const request = after as Request
    return request.action === scenario.request.action ? { ...scenario, request } : scenario
  }
  const one: Policy = { name: policy, ...(policyArn === undefined ? {} : { arn: policyArn }), document: after }
  const put = (part: Partial<PoliciesInForce>): Scenario => ({ ...scenario, policies: { ...policies, ...part } })
  if (layer === 'identity-policy') return put({ identityPolicies: [...(policies?.identityPolicies ?? []), one] })
  if (layer === 'resource-policy') return put({ resourcePolicy: one })
  if (layer === 'service-guard') return put({ serviceGuards: after as NonNullable<PoliciesInForce['serviceGuards']> })
  return scenario
}

/** A fix as edits, so that it can be seen at work and changed further. */
export function editsOf(fix: Fix, scenarios: readonly Scenario[]): Edits {
  const there = new Set(scenarios.flatMap((scenario) => placesOf(scenario).map(({ key }) => key)))
  const texts = new Map<string, string>()
  const added: Change[] = []
  for (const change of fix.changes) {
    const key = keyOf(change.layer, change.where, change.policy, change.policyArn)
    if (there.has(key) && change.kind !== 'edit-request') texts.set(key, JSON.stringify(change.after, null, 2))
    else added.push(change)
  }
  return { texts, contexts: new Map(), added }
}
