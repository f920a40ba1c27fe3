import { exportParquet, exportText } from '#app/store/export.ts'
import { withStore } from '#app/store/open-store.ts'
import { writeParts } from '#app/files.ts'
import { toJson } from '#report/json.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { EXPORT_OPTIONS } from '../export-options.ts'
import { filterOf, storeOptions } from '../store-options.ts'

type Values = Arguments<typeof EXPORT_OPTIONS>['values']

export async function runExport({ values, given }: Arguments<typeof EXPORT_OPTIONS>, io: Io): Promise<number> {
  const kind = kindOf(values)
  const filter = filterOf(values)
  const { out, store: url } = values
  if (kind === 'parquet') {
    if (out === undefined)
      throw new UserError('usage/missing-option', 'there is no folder to write to', 'give `--out DIR`')
    const days = await withStore(url, storeOptions(io), (store) => exportParquet(store, filter, out))
    const denials = [...days.values()].reduce((sum, n) => sum + n, 0)
    const written = [...days].map(([day, count]) => ({ day, denials: count }))
    if (values.format === 'json') io.out(toJson({ schemaVersion: 1, out, denials, days: written }))
    else io.out(`${denials} denials of ${days.size} days: ${out}/denial/event_day=…/denials.parquet\n`)
    return EXIT.ok
  }
  if (values.format === 'json' && given.has('format'))
    throw new UserError(
      'usage/conflicting-options',
      `\`--as ${kind}\` writes the denials themselves, and \`--format json\` tells what was written as Parquet`,
      'leave out one of the two',
    )
  return withStore(url, storeOptions(io), async (store) => {
    const parts = exportText(store, filter, kind)
    if (out !== undefined) await writeParts(out, parts)
    // The code says whether all of it was read, so that a cut export is no success.
    else for await (const part of parts) if (!io.out(part)) return EXIT.readerGone
    return EXIT.ok
  })
}

/** `--format csv` means the same as `--as csv`. */
function kindOf({ as, format }: Values): 'parquet' | 'csv' | 'ocsf' {
  const said = as ?? format
  return said === 'csv' || said === 'ocsf' ? said : 'parquet'
}
