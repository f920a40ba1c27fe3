import { alertStates, setSpikeState } from '#app/spikes/alert-state.ts'
import { changesIn } from '#app/spikes/change-events.ts'
import { backTestOf, findSpikes, type SpikesOptions } from '#app/spikes/find-spikes.ts'
import { spikesWithBands } from '#app/spikes/series-band.ts'
import { withStore } from '#app/store/open-store.ts'
import { toJson } from '#report/json.ts'
import { backTestText, spikesText } from '#report/text-spikes.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { countOption } from '../store-options.ts'
import { millisecondsOf, settingsOf, type SPIKES_OPTIONS } from '../spikes-options.ts'
import { storeOptions } from '../store-options.ts'

type Args = Arguments<typeof SPIKES_OPTIONS>
type Values = Args['values']

export async function runSpikes({ values, files }: Args, io: Io): Promise<number> {
  const [what, id] = files
  const options = await optionsOf(values, io)
  if (what === undefined) return list(values, options, io)
  if (what === 'backtest' && id === undefined) return backTest(values, options, io)
  const state = Object.hasOwn(alertStates, what) ? alertStates[what as keyof typeof alertStates] : undefined
  if (state === undefined)
    throw new UserError(
      'usage/not-a-value',
      `\`spikes\` does not know \`${what === 'backtest' ? (id ?? '') : what}\``,
      'write `spikes`, `spikes backtest`, or `spikes ack ID`, `close ID`, `reopen ID`',
    )
  if (id === undefined)
    throw new UserError('usage/missing-operand', 'the id of an alert is missing', `write \`spikes ${what} ID\``)
  const spike = await withStore(values.store, storeOptions(io), (store) => setSpikeState(store, id, state, options))
  io.out(values.format === 'json' ? toJson({ schemaVersion: 1, spike }) : `${spike.id}: ${spike.state}\n`)
  return EXIT.ok
}

async function optionsOf(values: Values, io: Io): Promise<SpikesOptions> {
  const now = Date.now()
  return {
    since: millisecondsOf('--since', values.since, now),
    until: millisecondsOf('--until', values.until, now),
    settings: settingsOf(values),
    withNoise: values.noise,
    changes: await changesIn(values.changes, io.stdin),
    now,
  }
}

async function list(values: Values, options: SpikesOptions, io: Io): Promise<number> {
  const bands = values.bands === undefined ? 0 : countOption('--bands', values.bands, 100, 1)
  const found = await withStore(values.store, storeOptions(io), (store) =>
    bands === 0 ? findSpikes(store, options) : spikesWithBands(store, options, bands),
  )
  const levels = ['high', 'medium', 'low']
  const mildest = levels.indexOf(values.severity ?? 'low')
  const spikes = found.spikes.filter(
    ({ family, severity }) =>
      (values.family === undefined || family === values.family) && levels.indexOf(severity) <= mildest,
  )
  const report = { ...found, spikes }
  io.out(values.format === 'json' ? toJson(report) : spikesText(report, io.page))
  return EXIT.ok
}

async function backTest(values: Values, options: SpikesOptions, io: Io): Promise<number> {
  const found = await withStore(values.store, storeOptions(io), (store) => backTestOf(store, options))
  if (found === undefined)
    throw new UserError('input/no-denial', 'the store holds no denial', 'fill it: `denytrace ingest PATH…`')
  io.out(values.format === 'json' ? toJson(found) : backTestText(found, io.page))
  return EXIT.ok
}
