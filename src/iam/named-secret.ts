import { isAccountId, parseArn } from './arn.ts'
import { compileGlob, globMatches } from './glob.ts'

/** The end of a secret's ARN, of which its name tells nothing (R-RES-10). */
export const SECRET_SUFFIX = '-??????'

/**
 * Whether a pattern is of the secret that a call names, in another account: a call that names a secret without its ARN goes to the account
 * of the caller. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 *
 * @param pattern a `Resource` that a policy allows
 * @param resource ARN of the secret as it follows from its name alone, with `SECRET_SUFFIX`
 */
export function isSecretElsewhere(pattern: string, resource: string): boolean {
  const [wanted, asked] = [parseArn(pattern), parseArn(resource)]
  if (wanted === undefined || asked === undefined || !resource.endsWith(SECRET_SUFFIX)) return false
  const isOther = isAccountId(wanted.account) && isAccountId(asked.account) && wanted.account !== asked.account
  const areSecrets = [wanted, asked].every(({ service }) => service === 'secretsmanager')
  const name = asked.resource.replaceAll('?', 'x')
  return isOther && areSecrets && wanted.resource !== 'secret:*' && globMatches(compileGlob(wanted.resource), name)
}
