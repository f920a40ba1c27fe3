import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Decision, Scenario, Step } from '#http/wire.ts'
import { chainAnew, isOtherChain, needHangsOn, perhapsNeeded } from './chain-anew.ts'
import { type Edits, edited, isEdited } from './edits.ts'
import { type Engine, engineNow, loadEngine } from './engine.ts'
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

const IDLE: Trial = { state: 'idle' }

/** An edit that took longer the last time, in milliseconds, is drawn first: a letter must not wait for what it means. */
const LONG = 25

/** Judges every step again, in this page, whenever something is edited; what another request needs is found anew. */
export function useTrial(scenarios: readonly Scenario[], steps: readonly Step[], edits: Edits): Trial {
  const [trial, setTrial] = useState(IDLE)
  const took = useRef(0)
  const judge = useCallback(
    (engine: Engine): void => {
      const next = trialOf(engine, scenarios, steps, edits)
      if (next.state === 'judged') took.current = next.tried.milliseconds
      setTrial(next)
    },
    [scenarios, steps, edits],
  )
  // Before the letter is drawn, so that one picture has both.
  useLayoutEffect(() => {
    if (!isEdited(edits)) {
      setTrial(IDLE)
      return undefined
    }
    const engine = engineNow()
    if (engine !== undefined && took.current < LONG) {
      judge(engine)
      return undefined
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    let isStale = false
    setTrial((before) => (before.state === 'judged' ? before : { state: 'loading' }))
    loadEngine().then(
      (loaded) => {
        if (!isStale) timer = setTimeout(judge, 0, loaded)
      },
      (error: unknown) => {
        if (!isStale) setTrial({ state: 'wrong', why: wordsOf(error) })
      },
    )
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [judge, edits])
  return trial
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function trialOf(engine: Engine, scenarios: readonly Scenario[], steps: readonly Step[], edits: Edits): Trial {
  try {
    const changed = scenarios.map((scenario, i) => edited(scenario, i, edits))
    return { state: 'judged', tried: judgeAll(engine, scenarios, steps, changed) }
  } catch (error) {
    return { state: 'wrong', why: wordsOf(error) }
  }
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
