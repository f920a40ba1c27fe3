import type { Denial } from '#intake/denial.ts'

/**
 * Whether the evidence tells of a refusal behind the call it names, in a code or in words of the called service, and not of which
 * request that was: the call's own action was allowed (R-MSG-33).
 */
export const isWrappedRefusal = ({ action, operation, candidates, evidence, notes }: Denial): boolean =>
  evidence.actionFrom !== 'stated' &&
  notes.some(({ code }) => code === 'further-request') &&
  (action === null ? candidates.length === 0 : operation !== null && isNamedAfter(action, operation))

/** `lambda:InvokeFunction` and `Invoke`; CloudTrail writes a version behind some. */
const isNamedAfter = (action: string, operation: string): boolean =>
  (action.split(':')[1] ?? '').toLowerCase().startsWith(operation.replace(/\d{8}(?:v\d)?$/, '').toLowerCase())

/** Actions of KMS that a wrapped refusal stands for; empty: it was another service that refused. */
export function keyUsesOf(denial: Denial): readonly string[] {
  if (!isWrappedRefusal(denial) || !(BY_KMS.test(denial.code ?? '') || denial.evidence.reader.startsWith('kms-')))
    return []
  return READS.test(denial.operation ?? '') ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey']
}

const BY_KMS = /(?:^|[.#])(?:KMS\.?AccessDenied|EncryptionKeyAccessDenied)/

/** What is kept encrypted is decrypted alone. */
const READS = /^(?:BatchGet|Get|Invoke|List|Receive|Read)/

/** Whether the code leaves it open that an action of this service was refused: some name the service that did. */
export function mayHaveRefused({ code, evidence }: Denial, action: string): boolean {
  const said = `${code ?? ''} ${evidence.reader}`
  const [, services] = REFUSED_BY.find(([pattern]) => pattern.test(said)) ?? []
  return services === undefined || services.includes(action.split(':')[0]?.toLowerCase() ?? '')
}

const REFUSED_BY: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?:^|[.#])(?:KMS\.?AccessDenied|EncryptionKeyAccessDenied)| kms-/, ['kms']],
  [/EC2AccessDenied/, ['ec2']],
  [/InsufficientS3BucketPolicy|log-bucket-denied/, ['s3']],
  [/InsufficientSnsTopicPolicy|SNSNoAuthorization/, ['sns']],
  [/LogDestinationPermission/, ['s3', 'logs', 'firehose', 'kms']],
]
