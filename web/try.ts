import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Decision, DecisionEffect, Scenario } from '#http/wire.ts'
import { type Edits, edited, isEdited } from './edits.ts'
import { loadEngine } from './engine.ts'

export interface Tried {
  /** As they were judged. */
  readonly scenarios: readonly Scenario[]
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
      return {
        state: 'judged',
        tried: { scenarios: changed, decisions, milliseconds: performance.now() - start },
      } as const
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
