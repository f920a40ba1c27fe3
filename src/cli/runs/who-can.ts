import { whoCanIn } from '#app/who-can.ts'
import { isAccountId } from '#iam/arn.ts'
import { toJson } from '#report/json.ts'
import { whoCanText } from '#report/text-who-can.ts'
import { UserError } from '../../errors.ts'
import { askedResource, knownAction } from '../asked-action.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { budgetOf } from '../budget-option.ts'
import { contextOf } from '../context-option.ts'
import { warn } from '../warn.ts'
import type { WHO_CAN_OPTIONS } from '../who-can-options.ts'

type Args = Arguments<typeof WHO_CAN_OPTIONS>

export async function runWhoCan({ values, files }: Args, io: Io): Promise<number> {
  const [asked, on] = files
  if (asked === undefined)
    throw new UserError('usage/missing-operand', 'which action?', 'write `denytrace who-can ACTION RESOURCE`')
  const action = knownAction(asked)
  const resource = askedResource(action, on)
  const account = values['resource-account']
  if (account !== undefined && !isAccountId(account))
    throw new UserError(
      'usage/not-a-value',
      `\`--resource-account\` cannot be \`${account}\``,
      'an account id has twelve digits, leading zeros included',
    )
  const context = contextOf(values.context)
  const question = {
    action,
    resource,
    ...(account === undefined ? {} : { resourceAccount: account }),
    ...(context === undefined ? {} : { context }),
  }
  const { result, problems } = await whoCanIn(
    snapshotOf(values.snapshot),
    question,
    values.all,
    budgetOf(values.budget),
  )
  io.out(values.format === 'json' ? toJson(result) : whoCanText(question, result, io.page))
  for (const problem of problems) warn(io, problem)
  const isOpen = result.notExamined.length > 0 || result.principals.some(({ decision }) => decision === 'undetermined')
  return isOpen ? EXIT.undetermined : EXIT.ok
}

/** Both commands go through a snapshot; nothing else holds every principal. */
export function snapshotOf(folder: string | undefined): string {
  if (folder !== undefined) return folder
  throw new UserError('usage/missing-option', 'there is no snapshot to look into', 'give `--snapshot DIR`')
}
