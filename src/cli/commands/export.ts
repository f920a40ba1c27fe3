import { command, EXIT } from '../command.ts'
import { EXPORT_OPTIONS } from '../export-options.ts'

export const exportCommand = command({
  name: 'export',
  summary: 'Export the denials of the store as Parquet by day, CSV or OCSF',
  operands: '',
  maxOperands: 0,
  options: EXPORT_OPTIONS,
  exits: '0 written, 2 wrong usage, 3 there is no store, or the output cannot be written',
  examples: [
    {
      args: 'export --as csv',
      exit: EXIT.ok,
      does: 'every denial as a line of CSV',
    },
  ],
  run: async (args, io) => (await import('../runs/export.ts')).runExport(args, io),
})
