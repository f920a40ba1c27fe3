import { withStore } from '#app/store/open-store.ts'
import { regressionsOf } from '#app/store/regressions.ts'
import { toJson } from '#report/json.ts'
import { regressionsText } from '#report/store/text-history.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { REGRESSIONS_OPTIONS } from '../regressions-options.ts'
import { filterOf, storeOptions } from '../store-options.ts'

export async function runRegressions({ values }: Arguments<typeof REGRESSIONS_OPTIONS>, io: Io): Promise<number> {
  const filter = filterOf(values)
  const result = await withStore(values.store, storeOptions(io), (store) => regressionsOf(store, filter))
  io.out(values.format === 'json' ? toJson(result) : regressionsText(result.regressions, io.page))
  return EXIT.ok
}
