import type { DenialStore } from '../../denial-store.ts'
import { inlined } from '../../sql/statement.ts'
import { rowsOf } from '../history-engine.ts'
import { historyStore } from '../history-store.ts'
import { trinoClient } from './trino-client.ts'
import { trinoPlace } from './trino-url.ts'

/** The history that a URL `trino://…` names (docs/history.md). Nothing is asked before the first query. */
export function openTrinoStore(url: string, env: Readonly<Record<string, string | undefined>>): DenialStore {
  const place = trinoPlace(url, env)
  const client = trinoClient(place)
  return historyStore({
    name: place.name,
    dialect: 'trino',
    run: async (statement) => {
      const { columns, rows } = await client.query(inlined(statement))
      return rowsOf(columns, rows)
    },
  })
}
