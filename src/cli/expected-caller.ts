import { parseArn } from '#iam/arn.ts'
import { UserError } from '../errors.ts'

/**
 * `--expect-principal` where the caller is asked for: AWS answers with an ARN of IAM or STS, so that nothing else can be it.
 * A name alone would be told as somebody else, whoever calls.
 */
export function expectedCaller(values: { readonly 'expect-principal'?: string | undefined }): string | undefined {
  const expected = values['expect-principal']
  if (expected === undefined || ['iam', 'sts'].includes(parseArn(expected)?.service ?? '')) return expected
  throw new UserError(
    'usage/not-a-value',
    `\`--expect-principal\` cannot be \`${expected}\``,
    'give the ARN of a user, a role or a session, such as `arn:aws:iam::111122223333:role/deploy`',
  )
}
