import { DETAILS_NAMES, isDetails, readAuthorizationDetails, withDetails } from './authorization-details.ts'
import { DECODED_NAMES, readDecodedMessage, withDecoded } from './decoded-message.ts'
import type { Denial } from './denial.ts'
import { performThisOperation } from './messages/perform-this-operation.ts'

/** Members by which an answer of AWS about a refusal is found in a text. */
export const ANSWER_NAMES: readonly string[] = [...DECODED_NAMES, ...DETAILS_NAMES]

/** AWS's answers about a refusal: decoded messages and authorization details. */
export function readPastedAnswer(
  value: unknown,
  span: readonly [number, number] | null,
): readonly Denial[] | undefined {
  const decoded = readDecodedMessage(value, span)
  return decoded === undefined ? readAuthorizationDetails(value, span) : [decoded]
}

/** A refusal in text and AWS's answer about it, in one paste, are one denial. */
export const joinAnswers = (denials: readonly Denial[]): readonly Denial[] => joinDetails(joinDecoded(denials))

/** A refusal with an encoded message joined with the one decoded message: both are the same request. */
function joinDecoded(denials: readonly Denial[]): readonly Denial[] {
  const [decoded, ...more] = denials.filter((denial) => denial.decoded !== undefined && !isDetails(denial))
  const [refusal, ...others] = refusalsWithMessage(denials)
  if (decoded === undefined || refusal === undefined || more.length > 0 || others.length > 0) return denials
  const joined = withDecoded(refusal, decoded)
  if (joined === undefined) return denials
  return denials.flatMap((denial) => (denial === refusal ? [joined] : denial === decoded ? [] : [denial]))
}

/** With an encoded message; else in EC2's short form, to which only such a message adds anything, masked as it may be. */
function refusalsWithMessage(denials: readonly Denial[]): readonly Denial[] {
  const said = denials.filter(({ encodedMessage }) => encodedMessage !== null)
  return said.length > 0 ? said : denials.filter(({ evidence }) => evidence.reader === performThisOperation.id)
}

/** The refusal says one of what was evaluated; the others stay denials of their own. */
function joinDetails(denials: readonly Denial[]): readonly Denial[] {
  const details = denials.filter(isDetails)
  const refusals = denials.filter((denial) => denial.authorizationId !== null)
  const [refusal, ...others] = refusals
  if (details.length === 0 || refusal === undefined || others.length > 0) return denials
  const same = details.find((detail) => isSame(refusal, detail))
  if (same === undefined) return denials
  const joined = withDetails(refusal, same)
  return denials.flatMap((denial) => (denial === refusal ? [joined] : denial === same ? [] : [denial]))
}

const isSame = (refusal: Denial, details: Denial): boolean =>
  refusal.action?.toLowerCase() === details.action?.toLowerCase() &&
  (refusal.resource === null || details.resource === refusal.resource)
