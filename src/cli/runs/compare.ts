import { compareSides, readSide, type Side } from '#app/compare.ts'
import { toJson } from '#report/json.ts'
import { comparisonText } from '#report/text-compare.ts'
import type { Comparison } from '#prove/comparison.ts'
import { UserError } from '../../errors.ts'
import { isAccountId } from '#iam/arn.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { budgetOf } from '../budget-option.ts'
import type { COMPARE_OPTIONS } from '../compare-options.ts'
import { warn } from '../warn.ts'

type Args = Arguments<typeof COMPARE_OPTIONS>

export async function runCompare({ values, files }: Args, io: Io): Promise<number> {
  if (values.batch !== undefined) {
    const [{ batch }, { compareLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-compare.ts')])
    return batch({ values, files }, compareLine(budgetOf(values.budget)), io)
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
  const most = mostNew(values['max-new'])
  const options = importOptions(values)
  const sides = [await readSide(old, io.stdin, options), await readSide(next, io.stdin, options)] as const
  const comparison = compareSides(sides[0], sides[1], kind, budgetOf(values.budget))
  io.out(await reportOf(comparison, values.format, [old, next], io))
  for (const side of sides) for (const problem of problemsOf(side)) warn(io, problem)
  if (comparison.newAccess === 'some' && (comparison.newlyAllowed.length > most || comparison.reason !== undefined))
    return EXIT.bad
  if (values['fail-on-lost'] && comparison.lostAccess === 'some') return EXIT.bad
  return comparison.newAccess === 'undecided' || comparison.lostAccess === 'undecided' ? EXIT.undetermined : EXIT.ok
}

const problemsOf = (side: Side): readonly string[] =>
  side.kind === 'snapshot' ? side.snapshot.problems.map(({ part, message }) => `${side.name}: ${part}: ${message}`) : []

async function reportOf(
  comparison: Comparison,
  format: string | undefined,
  sides: readonly [string, string],
  io: Io,
): Promise<string> {
  if (format === 'json') return toJson(comparison)
  if (format === 'markdown') return (await import('#report/markdown-compare.ts')).comparisonMarkdown(comparison, sides)
  return comparisonText(comparison, io.page)
}

function mostNew(text: string | undefined): number {
  if (text === undefined) return 0
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UserError('usage/not-a-value', `\`--max-new\` cannot be \`${text}\``, 'give a whole number, such as 0')
}

function importOptions(values: Args['values']) {
  const { account, region, 'no-organization': noOrganization, 'plain-references': plainReferences } = values
  if (account !== undefined && !isAccountId(account))
    throw new UserError(
      'usage/not-a-value',
      `\`--account\` cannot be \`${account}\``,
      'an account id has twelve digits, leading zeros included',
    )
  return {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(noOrganization ? { noOrganization } : {}),
    ...(plainReferences ? { plainReferences } : {}),
  }
}
