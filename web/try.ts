import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Decision, Scenario, Step } from '#http/wire.ts'
import { chainAnew, isOtherChain, needHangsOn, perhapsNeeded } from './chain-anew.ts'
import { type Edits, edited, isEdited } from './edits.ts'
import { type Engine, loadEngine } from './engine.ts'
import type { Effect } from './words.ts'

export interface Tried {
  /** As they were judged. */
  readonly scenarios: readonly Scenario[]
  readonly decisions: readonly Decision[]
  /** Indexes of steps that an edited request does not need any more. */
  readonly gone: ReadonlySet<number>
  /** What an edited request needs besides. */
  readonly added: readonly Step[]
  readonly milliseconds: number
}

export type Trial =
  | { readonly state: 'idle' | 'loading' }
  | { readonly state: 'wrong'; readonly why: string }
  | { readonly state: 'judged'; readonly tried: Tried }

/** Judges every step again, in this page, whenever something is edited; what another request needs is found anew. */
export function useTrial(scenarios: readonly Scenario[], steps: readonly Step[], edits: Edits): Trial {
  const [trial, setTrial] = useState<Trial>({ state: 'idle' })
  const judge = useCallback(async (): Promise<Trial> => {
    try {
      const changed = scenarios.map((scenario, i) => edited(scenario, i, edits))
      const engine = await loadEngine()
      return { state: 'judged', tried: judgeAll(engine, scenarios, steps, changed) }
    } catch (error) {
      return { state: 'wrong', why: error instanceof Error ? error.message : String(error) }
    }
  }, [scenarios, steps, edits])
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

function judgeAll(
  engine: Engine,
  before: readonly Scenario[],
  steps: readonly Step[],
  changed: readonly Scenario[],
): Tried {
  const start = performance.now()
  const anew = isOtherChain(before[0], changed[0])
    ? chainAnew(steps, before, changed, (scenario) => engine.evaluate(scenario, { chain: true }))
    : { scenarios: changed, gone: new Set<number>(), added: [] }
  const decisions = anew.scenarios.map((scenario, i) => {
    const unedited = before[i]
    const hangsOn = unedited && needHangsOn(steps[i], () => engine.evaluate(unedited))
    return perhapsNeeded(engine.evaluate(scenario), hangsOn)
  })
  return { ...anew, decisions, milliseconds: performance.now() - start }
}

/** Effect of an edit on each step; undefined where nothing was tried. */
export function useEffects(trial: Trial): readonly (Effect | undefined)[] | undefined {
  return useMemo(
    () =>
      trial.state === 'judged'
        ? trial.tried.decisions.map(({ decision }, i) => (trial.tried.gone.has(i) ? 'not needed' : decision))
        : undefined,
    [trial],
  )
}
