import type { Denial } from '#intake/denial.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { withStore } from './open-store.ts'
import { storedDenials } from './replay.ts'

/** As many principals, and as many denials of each, as a fix is held against. */
const MAX_PRINCIPALS = 20
const MAX_DENIALS = 500

/** Other denials of the same principals, as a store of denials has them. */
export async function denialsKeptFor(
  { denials }: Evidence,
  url: string,
  options: Parameters<typeof withStore>[1],
): Promise<readonly Denial[]> {
  const principals = [...new Set(denials.flatMap(({ roleArn, principal }) => roleArn ?? principal ?? []))]
  return withStore(url, options, async (store) => {
    const found: Denial[] = []
    for (const principal of principals.slice(0, MAX_PRINCIPALS)) {
      const most = found.length + MAX_DENIALS
      for await (const page of storedDenials(store, { principal })) {
        found.push(...page.slice(0, most - found.length))
        if (found.length >= most) break
      }
    }
    return found
  })
}
