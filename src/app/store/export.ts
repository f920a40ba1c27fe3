import { csvHead, csvLine } from '#store/csv.ts'
import type { DenialFilter, DenialStore } from '#store/denial-store.ts'
import { ocsfEvent } from '#store/ocsf.ts'
import { notWritten } from '../files.ts'
import { withDuckdb } from './not-installed.ts'

/** Days written below the folder, with how many denials each has. */
export async function exportParquet(
  store: DenialStore,
  filter: DenialFilter,
  folder: string,
): Promise<ReadonlyMap<string, number>> {
  const { writeParquet } = await withDuckdb(() => import('#store/duckdb/parquet.ts'))
  try {
    return await writeParquet(store.pages({ ...filter, uncounted: true }), folder)
  } catch (error) {
    throw isOfDisk(error) ? notWritten(folder, error) : error
  }
}

/** A call of the system that failed, or DuckDB's word for one. */
const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && ('syscall' in error || error.message.startsWith('IO Error: '))

/** The counted denials as text, in parts: CSV with a heading, or an OCSF event on each line. */
export async function* exportText(
  store: DenialStore,
  filter: DenialFilter,
  kind: 'csv' | 'ocsf',
): AsyncGenerator<string, undefined> {
  // Not before the store has answered: of one that is not there nothing is printed.
  let head = kind === 'csv' ? csvHead() : ''
  for await (const rows of store.pages(filter)) {
    yield head + rows.map((row) => (kind === 'csv' ? csvLine(row) : `${JSON.stringify(ocsfEvent(row))}\n`)).join('')
    head = ''
  }
  if (head !== '') yield head
  return undefined
}
