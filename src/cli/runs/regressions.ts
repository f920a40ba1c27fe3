import { decidingBy } from '#app/store/decide.ts'
import { withStore } from '#app/store/open-store.ts'
import type { Sides } from '#app/store/regression-cause.ts'
import { explainedRegressions } from '#app/store/regressions.ts'
import { toJson } from '#report/json.ts'
import { regressionsText } from '#report/store/text-regressions.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { REGRESSIONS_OPTIONS } from '../regressions-options.ts'
import { filterOf, storeOptions } from '../store-options.ts'

type Values = Arguments<typeof REGRESSIONS_OPTIONS>['values']

export async function runRegressions({ values }: Arguments<typeof REGRESSIONS_OPTIONS>, io: Io): Promise<number> {
  const filter = filterOf(values)
  const sides = await sidesOf(values)
  const result = await withStore(values.store, storeOptions(io), (store) => explainedRegressions(store, filter, sides))
  io.out(values.format === 'json' ? toJson(result) : regressionsText(result.regressions, io.page))
  return EXIT.ok
}

async function sidesOf({ snapshot, against }: Values): Promise<Sides | undefined> {
  if (against === undefined) return undefined
  if (snapshot === undefined)
    throw new UserError(
      'usage/missing-operand',
      '`--against` needs the snapshot of now beside it',
      'write `regressions --snapshot NOW --against BEFORE`',
    )
  return [(await decidingBy(against)).subject, (await decidingBy(snapshot)).subject]
}
