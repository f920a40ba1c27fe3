import type { Spike, SpikeState } from '#alert/spike.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { UserError } from '../../errors.ts'
import { findSpikes, type SpikesOptions, storedSpikes } from './find-spikes.ts'
import { alertRow } from './watch.ts'

/** The state that people give an alert, by the word of the command. */
export const alertStates = { ack: 'acknowledged', close: 'closed', reopen: 'open' } as const satisfies Readonly<
  Record<string, SpikeState>
>

/** Keeps what somebody said of an alert; one that was only computed so far is kept with it. */
export async function setSpikeState(
  store: DenialStore,
  id: string,
  state: SpikeState,
  options: SpikesOptions,
): Promise<Spike> {
  const stored = (await storedSpikes(store, '0001-01-01T00:00:00Z')).find((spike) => spike.id === id)
  const spike = stored ?? (await findSpikes(store, options)).spikes.find((spike) => spike.id === id)
  if (spike === undefined)
    throw new UserError('store/no-such-alert', `there is no alert \`${id}\``, '`denytrace spikes` lists the ids')
  if (stored === undefined)
    await store.saveDetection({ series: [], alerts: [alertRow(spike)], deliveries: [], cleaned: [] })
  await store.setAlertState(id, state)
  return { ...spike, state }
}
