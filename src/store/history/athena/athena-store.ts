import type { DenialStore } from '../../denial-store.ts'
import { inlined } from '../../sql/statement.ts'
import { rowsOf } from '../history-engine.ts'
import { historyStore } from '../history-store.ts'
import { QueryError } from '../query-error.ts'
import { type AthenaCalls, athenaQuery } from './athena-client.ts'
import type { AthenaPlace } from './athena-url.ts'

/** `open` is called once, before the first query; `faultOf` tells what the calls threw as the user can mend it. */
export function openAthenaStore(
  place: AthenaPlace,
  open: () => Promise<AthenaCalls>,
  faultOf: (error: unknown) => unknown,
): DenialStore {
  let calls: Promise<AthenaCalls> | undefined
  return historyStore({
    name: place.name,
    dialect: 'athena',
    run: async (statement) => {
      try {
        calls ??= open()
        const { columns, rows } = await athenaQuery(await calls, inlined(statement), place.timeoutSeconds)
        return rowsOf(columns, rows)
      } catch (error) {
        throw error instanceof QueryError ? error : faultOf(error)
      }
    },
  })
}
