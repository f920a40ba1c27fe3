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
 * unpacks its tables, and an edit should not wait for that. `then`: what is loaded after it.
 */
export function warmEngine(scenarios: readonly Scenario[], then: () => void): void {
  const warm = (): void =>
    void loadEngine()
      .then((engine) => scenarios.map((scenario) => engine.evaluate(scenario)))
      .then(then)
      .catch(() => undefined)
  if ('requestIdleCallback' in globalThis) requestIdleCallback(warm, { timeout: 3000 })
  else setTimeout(warm, 500)
}
