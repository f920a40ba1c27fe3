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
export const loadEngine = loader<Engine>('/engine.js')

/**
 * Loads the engine and lets it judge what is shown already, while the reader reads: the first judgement compiles it and
 * unpacks its tables, and an edit should not wait for that. `then`: what is loaded after it. Each when the browser has nothing
 * else to do.
 */
export async function warmEngine(scenarios: readonly Scenario[], then: () => void): Promise<void> {
  try {
    await whenIdle()
    const engine = await loadEngine()
    const [first] = scenarios
    // Without policies first: the tables and the walk, and then what reads policies.
    for (const scenario of first === undefined ? [] : [{ request: first.request }, ...scenarios]) {
      await whenIdle()
      engine.evaluate(scenario)
    }
    await whenIdle()
    then()
  } catch {
    // It is loaded when something is edited.
  }
}

const whenIdle = (): Promise<unknown> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(resolve, { timeout: 3000 })
    else setTimeout(resolve, 200)
  })
