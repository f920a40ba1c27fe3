import { withoutVersion } from '#iam/event-sources.ts'
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
  (action.split(':')[1] ?? '').toLowerCase().startsWith(withoutVersion(operation).toLowerCase())

/** Actions of KMS that a wrapped refusal stands for; empty: it was another service that refused. */
export function keyUsesOf(denial: Denial): readonly string[] {
  if (!isWrappedRefusal(denial) || !isByKms(denial)) return []
  return READS.test(denial.operation ?? '') ? ['kms:Decrypt'] : ['kms:Decrypt', 'kms:GenerateDataKey']
}

const isByKms = ({ code, evidence }: Denial): boolean =>
  /(?:^|[.#])(?:KMS\.?AccessDenied|EncryptionKeyAccessDenied)/.test(code ?? '') || evidence.reader.startsWith('kms-')

/** What is kept encrypted is decrypted alone. */
const READS = /^(?:BatchGet|Get|Invoke|List|Receive|Read)/

/** Whether the code leaves it open that an action of this service was refused: some name the service that did. */
export function mayHaveRefused(denial: Denial, action: string): boolean {
  const said = `${denial.code ?? ''} ${denial.evidence.reader}`
  const services = isByKms(denial) ? ['kms'] : REFUSED_BY.find(([pattern]) => pattern.test(said))?.[1]
  return services === undefined || services.includes(action.split(':')[0]?.toLowerCase() ?? '')
}

const REFUSED_BY: readonly (readonly [RegExp, readonly string[]])[] = [
  [/EC2AccessDenied/, ['ec2']],
  [/InsufficientS3BucketPolicy|log-bucket-denied/, ['s3']],
  [/InsufficientSnsTopicPolicy|SNSNoAuthorization/, ['sns']],
  [/LogDestinationPermission/, ['s3', 'logs', 'firehose', 'kms']],
]
