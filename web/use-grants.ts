import { useEffect, useState } from 'preact/hooks'
import type { AccessSet } from '#http/wire.ts'
import { loadEngine } from './engine.ts'
import type { Place } from './places.ts'

/** Sets of requests that an edited policy allows and did not, and the reverse; `why`: it was not settled, and nothing is said. */
export interface Grants {
  readonly gained: readonly AccessSet[]
  readonly lost: readonly AccessSet[]
  readonly why?: string
}

/** Nobody waits for this: it is asked when the reader pauses, and of a text that is compared at once. */
const PAUSE_MS = 300
const LONGEST = 20_000

/** Difference that an edit makes to what the policy by itself allows; undefined: nothing differs, or nobody knows yet. */
export function useGrants(
  place: Place | undefined,
  original: string | undefined,
  text: string | undefined,
): Grants | undefined {
  const [grants, setGrants] = useState<Grants>()
  const layer = place?.layer
  useEffect(() => {
    setGrants(undefined)
    if (layer === undefined || original === text || (original ?? '').length + (text ?? '').length > LONGEST)
      return undefined
    let isStale = false
    const timer = setTimeout(() => {
      void grantsOf(layer, original, text).then((found) => {
        if (!isStale) setGrants(found)
      })
    }, PAUSE_MS)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [layer, original, text])
  return grants
}

async function grantsOf(
  layer: Place['layer'],
  original: string | undefined,
  text: string | undefined,
): Promise<Grants | undefined> {
  try {
    const [old, next] = [original, text].map((one) => (one === undefined ? null : (JSON.parse(one) as unknown)))
    const kind = layer === 'resource-policy' || layer === 'vpc-endpoint-policy' ? 'resource-policy' : 'identity-policy'
    const { newlyAllowed, newlyDenied, newAccess, lostAccess, reason } = (await loadEngine()).compare({
      old,
      new: next,
      kind,
    })
    const isOpen = newAccess === 'undecided' || lostAccess === 'undecided'
    if (!isOpen && newlyAllowed.length + newlyDenied.length === 0) return undefined
    return { gained: newlyAllowed, lost: newlyDenied, ...(isOpen ? { why: reason ?? 'it takes too long' } : {}) }
  } catch {
    // No JSON yet, which stands in the editor.
    return undefined
  }
}
