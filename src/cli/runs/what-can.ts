import { whatCanIn } from '#app/what-can.ts'
import { toJson } from '#report/json.ts'
import { whatCanText } from '#report/text-what-can.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { budgetOf } from '../budget-option.ts'
import { contextOf } from '../context-option.ts'
import { warn } from '../warn.ts'
import { nearestName } from '../asked-action.ts'
import type { WHAT_CAN_OPTIONS } from '../who-can-options.ts'
import { snapshotOf } from './who-can.ts'

type Args = Arguments<typeof WHAT_CAN_OPTIONS>

export async function runWhatCan({ values, files }: Args, io: Io): Promise<number> {
  const [principal] = files
  if (principal === undefined)
    throw new UserError('usage/missing-operand', 'which principal?', 'write `denytrace what-can PRINCIPAL-ARN`')
  const answer = await whatCanIn(
    snapshotOf(values.snapshot),
    principal,
    contextOf(values.context),
    budgetOf(values.budget),
  )
  if ('why' in answer) throw unknownPrincipal(answer.why, principal, answer.known)
  const { result, problems } = answer
  io.out(values.format === 'json' ? toJson(result) : whatCanText(principal, result, io.page))
  for (const problem of problems) warn(io, problem)
  return result.undetermined.length > 0 ? EXIT.undetermined : EXIT.ok
}

/** The ARN that was meant: the same name elsewhere, or a name near to it. */
function unknownPrincipal(why: string, principal: string, known: readonly string[]): UserError {
  const named = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
  const near = nearestName(named(principal), known.map(named))
  const meant = near === undefined ? undefined : known.find((arn) => named(arn) === near)
  return new UserError(
    'usage/unknown-principal',
    why,
    meant === undefined ? 'give the ARN of a user or role that the snapshot holds' : `did you mean \`${meant}\`?`,
  )
}
