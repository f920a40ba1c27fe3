import type { Decision, Scenario } from '#http/wire.ts'

export interface Engine {
  /** `chain`: with what the call needs next. */
  readonly evaluate: (scenario: Scenario, options?: { readonly chain?: boolean }) => Decision
}

/** `denytrace/engine`, as the service serves it; the bundler leaves the path alone. */
const ENGINE: string = '/engine.js'

let loading: Promise<Engine> | undefined

/**
 * Loads the engine and lets it judge what is shown already, while the reader reads: the first judgement compiles it and
 * unpacks its tables, and an edit should not wait for that.
 */
export function warmEngine(scenarios: readonly Scenario[]): void {
  const warm = (): void =>
    void loadEngine()
      .then((engine) => scenarios.map((scenario) => engine.evaluate(scenario)))
      .catch(() => undefined)
  if ('requestIdleCallback' in globalThis) requestIdleCallback(warm, { timeout: 3000 })
  else setTimeout(warm, 500)
}

/** Loaded once, when somebody first tries an edit: everything after that happens in this page. */
export function loadEngine(): Promise<Engine> {
  loading ??= (import(ENGINE) as Promise<Engine>).catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}
