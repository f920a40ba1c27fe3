import { type CallEvent, callEvent } from '#intake/cloudtrail/call-event.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { withStore } from './open-store.ts'

/** Changes that are looked at before the latest denial: of these those that bear on it are few. */
const MAX_CHANGES = 2000

/** The changes of policies before the denials of the evidence, as a store has them: what "as it was" is made of. */
export async function changesKeptFor(
  { denials }: Evidence,
  url: string,
  options: Parameters<typeof withStore>[1],
): Promise<readonly CallEvent[]> {
  const times = denials.flatMap(({ time }) => time ?? [])
  // A denial without a time may be of now.
  const to = times.length < denials.length ? undefined : times.toSorted().at(-1)
  const rows = await withStore(url, options, (store) =>
    store.policyChanges(to === undefined ? {} : { to: secondAfter(to) }, MAX_CHANGES),
  )
  return rows.flatMap(({ record }) => readChange(record) ?? [])
}

const secondAfter = (time: string): string => new Date(Date.parse(time) + 1000).toISOString().replace(/\.\d+Z$/, 'Z')

/** A store may come from a stranger: what is no record of a change is left out. */
function readChange(text: string): CallEvent | undefined {
  try {
    const event = callEvent(JSON.parse(text))
    return event?.policyChange === undefined || event.outcome !== 'allowed' ? undefined : event
  } catch {
    return undefined
  }
}
