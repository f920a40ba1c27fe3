import { isAccountId, parseArn } from '#iam/arn.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import type { Denial } from '#intake/denial.ts'

/** Why a request cannot be allowed as it was sent, and how to find what it should have been (R-EVID-19). */
export interface MalformedRequest {
  readonly what: string
  readonly tell: string
}

/** The resource as a denial names it. */
export type NamedResource = Partial<Pick<Denial, 'resource' | 'resourceText'>>

/** Words of templates that a tool has to replace before it calls AWS. A plain `${NAME}` may be what somebody masked. */
const LEFTOVERS: readonly (readonly [form: RegExp, from: string])[] = [
  [/[$#]\{AWS::[A-Za-z]{1,30}\}|#\{AWS:[A-Za-z]{1,30}\}/, 'a pseudo parameter of CloudFormation'],
  [
    /\$\{(?:(?:self|opt|env|sls|file|cf|ssm|param):[^}\n]{1,120}|aws:(?:accountId|region))\}/,
    'a variable of the Serverless Framework',
  ],
  [/\$\{Token\[[^\]\n]{1,80}\]\}/, 'a token of the AWS CDK'],
  [/\$\{(?:var|local|data|module|each|path|aws_[a-z0-9_]{1,60})\.[^}\n]{1,120}\}/, 'an expression of Terraform'],
  [/\{\{[^{}\n]{1,120}\}\}/, 'a placeholder of a template'],
]

/**
 * Returns what is wrong with the resource that the denial names, where nothing of that form exists: a placeholder that nobody replaced,
 * or an account that is a misspelled `aws`. Undefined: its form is right, or somebody masked it (R-EVID-10).
 */
export function malformedRequest({ resource, resourceText }: NamedResource): MalformedRequest | undefined {
  const text = resource ?? resourceText ?? ''
  for (const [form, from] of LEFTOVERS) {
    const found = form.exec(text)?.[0]
    if (found !== undefined)
      return {
        what: `The request names ${found} literally: the tool that made the call has not replaced this placeholder, ${from}. No such resource exists, and no policy should allow it. Give the tool the account, the Region or the value that it lacks`,
        tell: 'aws sts get-caller-identity --query Account --output text',
      }
  }
  const arn = parseArn(text)
  if (arn === undefined || arn.account === '' || isAccountId(arn.account)) return undefined
  if (!/^[a-z]{1,4}$/.test(arn.account) || !oneEditApart(arn.account, 'aws')) return undefined
  const meant = [arn.partition, arn.service, arn.region, 'aws', arn.resource].join(':')
  return {
    what: `The request names account \`${arn.account}\` in ${text}, which is a typo for \`aws\`: the template probably writes ${arn.account.toUpperCase()}:: for AWS::. Correct it there, so that the call names arn:${meant}. No policy has to change`,
    tell: `grep -rn '${arn.account.toUpperCase()}::' .`,
  }
}
