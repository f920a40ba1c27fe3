import type { NamedAs } from '#snapshot/at-hand/named.ts'
import type { UnusedOutput } from '#snapshot/at-hand/unused-outputs.ts'
import { isReadable, readJson } from '#snapshot/json-source.ts'
import { UserError } from '../../errors.ts'

const EXPECTED =
  'expected is a denial, a policy document, an output of the AWS CLI that docs/at-hand.md lists, a plan, a template or a scenario; `--identity-policy FILE` and its like say which policy a file is'

/** A file that is nothing known, with what it looks like and, where it is known, why it says nothing. */
export const unknownKind = (
  name: string,
  looksLike: string,
  why: { readonly problem?: string; readonly hint?: string },
): UserError =>
  new UserError(
    'input/unknown-kind',
    `\`${name}\` is not used: ${why.problem ?? `it looks like ${looksLike}, which says nothing of what was in force`}`,
    why.hint ?? EXPECTED,
  )

/** An output of the AWS CLI that says nothing of what was in force: why, and what to give instead. */
export const unusedOutput = (name: string, { form, problem, instead }: UnusedOutput): UserError =>
  unknownKind(name, form, { problem: `it is the output of \`${form}\`: ${problem}`, hint: instead })

/** A file that begins as JSON and is none. */
export function brokenJson(name: string, text: string): UserError {
  const read = readJson(name, text)
  const problem = isReadable(read) ? 'no valid JSON' : read.problem
  return unknownKind(name, 'JSON', {
    problem: `it is ${problem}`,
    hint: 'save the output of the AWS CLI again; was the file cut off, or a comment added?',
  })
}

/** A file of secrets, which nobody should hand to a tool by accident. */
export const holdsCredentials = (name: string): UserError =>
  new UserError(
    'input/credentials',
    `\`${name}\` contains AWS credentials and was not read`,
    'leave it out; to use those credentials, name their profile: `--live --profile NAME`',
  )

/** Two files of which each says all of one account. */
export const saidTwice = (name: string, other: string): UserError =>
  new UserError(
    'input/unknown-kind',
    `\`${name}\` is not used: \`${other}\` is of the same account, and the two cannot be joined`,
    'give one of the two',
  )

/** Two workflows, of which each says what token its own job has. */
export const twoWorkflows = (name: string, other: string): UserError =>
  new UserError(
    'input/unknown-kind',
    `\`${name}\` is not used: \`${other}\` is a workflow, too, and only one of them made the call`,
    'give the workflow whose job failed',
  )

/** Two outputs that each name another caller. */
export const twoCallers = (name: string, other: string): UserError =>
  new UserError(
    'input/unknown-kind',
    `\`${name}\` is not used: it names another caller than \`${other}\``,
    'give the one that was printed in the job that failed',
  )

/** An option that names a file without a policy. */
export const noPolicy = (as: NamedAs, name: string): UserError =>
  new UserError(
    'input/unknown-kind',
    `\`--${as}\` names \`${name}\`, and there is no policy in it`,
    'give the policy document, or the output of the AWS CLI that has it',
  )

/** A file beside the policies that a request is judged by. */
export const noPolicies = (name: string): UserError =>
  new UserError(
    'input/unknown-kind',
    `\`${name}\` says nothing of what was in force`,
    'give a scenario, or policies: a denial is for `denytrace diagnose`',
  )

/** A file in which an object has a key twice. */
export const keyTwice = (name: string, key: string, line: number): UserError =>
  new UserError(
    'input/repeated-key',
    `\`${name}\` has the key \`${key.slice(0, 100)}\` twice in one object, line ${line}`,
    'keep one of the two, or save the output of the AWS CLI again',
  )
