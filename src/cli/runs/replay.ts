import { withStore } from '#app/store/open-store.ts'
import { recordsOfPaths } from '#app/store/records-of-paths.ts'
import { replayed, storedDenials } from '#app/store/replay.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import { toJson } from '#report/json.ts'
import { replayText } from '#report/store/text-history.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { REPLAY_OPTIONS } from '../replay-options.ts'
import { filterOf, storeOptions } from '../store-options.ts'
import { warn, warnOfProblems } from '../warn.ts'

export async function runReplay({ values, files, given }: Arguments<typeof REPLAY_OPTIONS>, io: Io): Promise<number> {
  if (values.snapshot === undefined)
    throw new UserError('usage/missing-option', 'there is no snapshot to replay against', 'give `--snapshot DIR`')
  const policySource = await loadPolicySource(
    { snapshot: values.snapshot, scenario: undefined, commandLineOptions: given },
    io.stdin,
  )
  const filter = filterOf(values)
  const records = files.length === 0 ? [] : await recordsOfPaths(files, io.stdin, (text) => warn(io, text))
  const result = await withStore(values.store, storeOptions(io), (store) =>
    replayed(storedDenials(store, filter), records, policySource),
  )
  io.out(values.format === 'json' ? toJson(result) : replayText(result, values.report, io.page))
  warnOfProblems(io, policySource)
  if (result.counts['newly-refused'] > 0) return EXIT.bad
  return result.counts.undetermined > 0 ? EXIT.undetermined : EXIT.ok
}
