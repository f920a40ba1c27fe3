import { compareSides, readSide, type Side } from '#app/compare.ts'
import { toJson } from '#report/json.ts'
import { comparisonText } from '#report/text-compare.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, type COMMON, EXIT, type Io, type Option } from '../command.ts'
import { warn } from '../warn.ts'

type Args = Arguments<typeof COMMON & { readonly kind: Option & { readonly value: string } }>

export async function runCompare({ values, files }: Args, io: Io): Promise<number> {
  if (values.batch !== undefined) {
    const [{ batch }, { compareLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-compare.ts')])
    return batch(values.batch, compareLine, io, values.debug)
  }
  const [old, next] = files
  if (old === undefined || next === undefined)
    throw new UserError(
      'usage/missing-operand',
      `\`compare\` needs OLD and NEW, and ${old === undefined ? 'neither' : 'only one'} is given`,
      'give two policy files, two scenarios or two snapshot directories: `denytrace compare OLD NEW`',
    )
  if (old === '-' && next === '-')
    throw new UserError(
      'usage/missing-operand',
      'standard input cannot be both OLD and NEW',
      'give one of them as a file',
    )
  const kind = values.kind === 'identity-policy' || values.kind === 'resource-policy' ? values.kind : undefined
  const sides = [await readSide(old, io.stdin), await readSide(next, io.stdin)] as const
  const comparison = compareSides(sides[0], sides[1], kind)
  io.out(values.format === 'json' ? toJson(comparison) : comparisonText(comparison, io.page))
  for (const side of sides) for (const problem of problemsOf(side)) warn(io, problem)
  if (comparison.newAccess === 'some') return EXIT.bad
  return comparison.newAccess === 'undecided' || comparison.lostAccess === 'undecided' ? EXIT.undetermined : EXIT.ok
}

const problemsOf = (side: Side): readonly string[] =>
  side.kind === 'snapshot' ? side.snapshot.problems.map(({ part, message }) => `${side.name}: ${part}: ${message}`) : []
