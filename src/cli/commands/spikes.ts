import { command, EXIT } from '../command.ts'
import { SPIKES_OPTIONS } from '../spikes-options.ts'

export const spikesCommand = command({
  name: 'spikes',
  summary: 'Show unusual denials, one alert for each cause; `backtest` counts false alarms on your own history',
  operands: '[backtest | ack ID | close ID | reopen ID]',
  maxOperands: 2,
  options: SPIKES_OPTIONS,
  exits: '0 shown, 2 wrong usage, 3 no store, or no such alert',
  examples: [
    { args: 'spikes', exit: EXIT.ok, does: 'all alerts of the last 90 days with denials' },
    { args: 'spikes backtest', exit: EXIT.ok, does: 'how many false alarms a week, expected and observed' },
  ],
  run: async (args, io) => (await import('../runs/spikes.ts')).runSpikes(args, io),
})
