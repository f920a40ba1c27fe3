import type { Comparison, Decision, Scenario } from '#http/wire.ts'
import { loader } from './load.ts'

export interface Engine {
  /** `chain`: with what the call needs next. */
  readonly evaluate: (scenario: Scenario, options?: { readonly chain?: boolean }) => Decision
  readonly compare: (input: {
    readonly old: unknown
    readonly new: unknown
    readonly kind: 'identity-policy' | 'resource-policy'
  }) => Comparison
}

/** `denytrace/engine`, as the service serves it: everything after that happens in this page. */
export const loadEngine = loader<Engine>('/engine.js', (engine) => {
  here = engine
})

let here: Engine | undefined

/** The engine, once it is loaded: an edit is judged before it is drawn. */
export const engineNow = (): Engine | undefined => here

/** So often is judged what is shown, before something is edited, as long as it takes longer than this many milliseconds. */
const ROUNDS = 4
const SOON_MS = 8

/**
 * Loads the engine and lets it judge what is shown already, while the reader reads: the first judgements compile it and
 * unpack its tables, and an edit should not wait for that. `then`: what is loaded after the first. Each when the browser has
 * nothing else to do.
 */
export async function warmEngine(scenarios: readonly Scenario[], then: () => void): Promise<void> {
  try {
    await whenIdle()
    const engine = await loadEngine()
    const [first] = scenarios
    if (first === undefined) return
    // Without policies first: the tables and the walk, and then what reads policies.
    await tookToJudge(engine, [{ request: first.request }, ...scenarios])
    await whenIdle()
    then()
    for (let i = 1; i < ROUNDS && (await tookToJudge(engine, scenarios)) > SOON_MS; i++);
  } catch {
    // It is loaded when something is edited.
  }
}

/** Milliseconds, without the waiting. */
async function tookToJudge(engine: Engine, scenarios: readonly Scenario[]): Promise<number> {
  let took = 0
  for (const scenario of scenarios) {
    await whenIdle()
    const start = performance.now()
    engine.evaluate(scenario)
    took += performance.now() - start
  }
  return took
}

const whenIdle = (): Promise<unknown> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(resolve, { timeout: 3000 })
    else setTimeout(resolve, 200)
  })
