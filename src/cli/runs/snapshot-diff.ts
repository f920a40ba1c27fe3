import { budgetOf } from '../budget-option.ts'
import { snapshotDiff } from '#app/snapshot-diff.ts'
import { toJson } from '#report/json.ts'
import { snapshotDiffText } from '#report/text-snapshot-diff.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { nearest } from '../nearest.ts'
import type { SNAPSHOT_OPTIONS } from '../snapshot-options.ts'
import { warn } from '../warn.ts'

const USAGE = 'usage: denytrace snapshot diff OLD NEW'

export async function runSnapshot({ values, files }: Arguments<typeof SNAPSHOT_OPTIONS>, io: Io): Promise<number> {
  const [what, old, next] = files
  if (what === undefined) throw new UserError('usage/missing-operand', '`snapshot` is not told what to do', USAGE)
  if (what !== 'diff') {
    const near = nearest(what, ['diff'])
    const hint = near === undefined ? USAGE : `did you mean \`snapshot ${near}\`?`
    throw new UserError('usage/unknown-command', `there is no command \`snapshot ${what}\``, hint)
  }
  if (old === undefined || next === undefined)
    throw new UserError(
      'usage/missing-operand',
      `\`snapshot diff\` needs OLD and NEW, and ${old === undefined ? 'neither' : 'only one'} is given`,
      USAGE,
    )
  const { diff, problems } = await snapshotDiff(old, next, budgetOf(values.budget))
  io.out(values.format === 'json' ? toJson(diff) : snapshotDiffText(diff, io.page))
  for (const problem of problems) warn(io, problem)
  if (diff.newAccess === 'some' || (values['fail-on-lost'] && diff.lostAccess === 'some')) return EXIT.bad
  return diff.newAccess === 'undecided' || diff.lostAccess === 'undecided' ? EXIT.undetermined : EXIT.ok
}
