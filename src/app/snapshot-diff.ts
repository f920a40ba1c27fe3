import { type SnapshotDiff, withChanges } from '#prove/snapshot-diff.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { compareSides, readSide, type Side } from './compare.ts'
import { isThere } from './files.ts'
import { isRevision } from './git-revision.ts'

const HINT =
  'give two snapshot directories, plans or templates; `denytrace compare` takes policy documents and scenarios'

/** The parts that differ between two snapshots, and what that does to the access of everybody in them. */
export async function snapshotDiff(
  old: string,
  next: string,
  budget?: number,
): Promise<{ readonly diff: SnapshotDiff; readonly problems: readonly string[] }> {
  const none = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array())
  for (const path of [old, next])
    if (path === '-' || (!isThere(path) && !isRevision(path)))
      throw new UserError('snapshot/not-found', `there is no snapshot \`${path}\``, HINT)
  const before = asSnapshot(await readSide(old, none))
  const after = asSnapshot(await readSide(next, none))
  const diff = withChanges(compareSides(before, after, undefined, budget), before.snapshot, after.snapshot)
  return { diff, problems: [...problemsOf(old, before.snapshot), ...problemsOf(next, after.snapshot)] }
}

type SnapshotSide = Extract<Side, { readonly kind: 'snapshot' }>

function asSnapshot(side: Side): SnapshotSide {
  if (side.kind === 'snapshot') return side
  throw new UserError('documents/different-kinds', `\`${side.name}\` is no snapshot`, HINT)
}

const problemsOf = (name: string, { problems }: Snapshot): readonly string[] =>
  problems.map(({ part, message }) => `${name}: ${part}: ${message}`)
