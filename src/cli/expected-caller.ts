import { parseArn } from '#iam/arn.ts'
import { UserError } from '../errors.ts'

/**
 * `--expect-principal` where the caller is asked for: AWS answers with an ARN of IAM or STS, so that nothing else can be it.
 * A name alone would be told as somebody else, whoever calls.
 */
export function expectedCaller(values: { readonly 'expect-principal'?: string | undefined }): string | undefined {
  const expected = values['expect-principal']
  if (expected === undefined || isCaller(expected)) return expected
  throw noCaller(expected)
}

/**
 * `--expect-principal` where a denial tells who was evaluated: beside users, roles and sessions a service by its name, or
 * an account of Google Cloud by its address.
 */
export function expectedPrincipal(values: { readonly 'expect-principal'?: string | undefined }): string | undefined {
  const expected = values['expect-principal']
  if (expected === undefined || isCaller(expected) || /[@.]/.test(expected) || expected === 'anonymous') return expected
  throw noCaller(expected)
}

const isCaller = (text: string): boolean => ['iam', 'sts'].includes(parseArn(text)?.service ?? '')

const noCaller = (expected: string): UserError =>
  new UserError(
    'usage/not-a-value',
    `\`--expect-principal\` cannot be \`${expected}\``,
    'give the ARN of a user, a role or a session, such as `arn:aws:iam::111122223333:role/deploy`',
  )
