import { decidingBy } from '#app/store/decide.ts'
import { withStore } from '#app/store/open-store.ts'
import { explainedRegressions, type Snapshots } from '#app/store/regressions.ts'
import { toJson } from '#report/json.ts'
import { regressionsText } from '#report/store/text-regressions.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { REGRESSIONS_OPTIONS } from '../regressions-options.ts'
import { filterOf, storeOptions } from '../store-options.ts'

type Values = Arguments<typeof REGRESSIONS_OPTIONS>['values']

export async function runRegressions({ values }: Arguments<typeof REGRESSIONS_OPTIONS>, io: Io): Promise<number> {
  const filter = filterOf(values)
  const snapshots = await snapshotsOf(values)
  const result = await withStore(values.store, storeOptions(io), (store) =>
    explainedRegressions(store, filter, snapshots),
  )
  io.out(values.format === 'json' ? toJson(result) : regressionsText(result.regressions, io.page))
  return EXIT.ok
}

async function snapshotsOf({ snapshot, against }: Values): Promise<Snapshots> {
  if (snapshot === undefined && against !== undefined)
    throw new UserError(
      'usage/missing-operand',
      '`--against` needs the snapshot of now beside it',
      'write `regressions --snapshot NOW --against BEFORE`',
    )
  return {
    now: snapshot === undefined ? undefined : await decidingBy(snapshot),
    before: against === undefined ? undefined : (await decidingBy(against)).subject,
  }
}
