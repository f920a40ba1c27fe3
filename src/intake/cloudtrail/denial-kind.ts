import type { DenialKind } from '../denial.ts'
import type { MessageFields } from '../messages/message-fields.ts'
import { readMessage } from '../messages/read-message.ts'
import { denialText } from './denial-text.ts'
import { errorKind, plainCode } from './error-kind.ts'
import { type JsonObject, textField } from './loose-record.ts'

/** The kind of denial that a record tells of; undefined: none. */
export function kindOfRecord(record: JsonObject): DenialKind | undefined {
  const text = denialText(record)
  const message = text === null ? undefined : readMessage(text)
  return kindOf(record, textField(record, 'errorCode') ?? null, text, message)
}

/** A reason clause makes a denial of any code; text without a code counts only where CloudTrail puts errors (R-MSG-30, R-MSG-31). */
export function kindOf(
  record: JsonObject,
  code: string | null,
  text: string | null,
  message: MessageFields | undefined,
): DenialKind | undefined {
  const kind = errorKind(code, text)
  if (kind === 'aws-access-denied') return kind
  if (isFailedSignIn(record)) return 'aws-authentication'
  if (code !== null && plainCode(code) === 'DryRunOperation') return undefined
  const reads = message !== undefined && (message.layer !== null || message.denyType !== null)
  if (kind !== undefined) return reads && kind === 'other' ? 'aws-access-denied' : kind
  if (textField(record, 'errorMessage') === undefined) return undefined
  return message === undefined ? 'other' : 'aws-access-denied'
}

/**
 * A sign-in that failed: no action was asked for (R-CT-21).
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
const isFailedSignIn = (record: JsonObject): boolean =>
  textField(record, 'eventSource')?.startsWith('signin.') === true &&
  (textField(record, 'responseElements', 'ConsoleLogin') === 'Failure' ||
    /^failed authentication$/i.test(textField(record, 'errorMessage') ?? ''))
