import { decodeEvidence, encodedMessages } from '#app/decode.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { UserError } from '../errors.ts'
import { awsSettings, type AwsValues } from './aws-options.ts'
import type { Io } from './command.ts'
import { tellSent } from './tell.ts'

type DecodeValues = AwsValues & { readonly decode: boolean }

/** The evidence, with what AWS decodes of it where `--decode` is given. What is sent is said before it is sent. */
export async function decodeIfAsked(values: DecodeValues, evidence: Evidence, io: Io): Promise<Evidence> {
  if (!values.decode) return evidence
  const { length } = encodedMessages(evidence)
  if (length === 0) {
    io.err('AWS is not asked: nothing in the input is an encoded message that can be decoded\n')
    return evidence
  }
  tellSent(io, 'sts:DecodeAuthorizationMessage', length === 1 ? 'the encoded message' : `${length} encoded messages`)
  return decodeEvidence(evidence, awsSettings(values))
}

/** A batch is answered offline, line by line. */
export function refuseInBatch(option: string, isGiven: boolean, batch: string | undefined): void {
  if (!isGiven || batch === undefined) return
  throw new UserError(
    'usage/conflicting-options',
    `both \`--batch\` and \`--${option}\` are given`,
    'a batch asks nobody; run the command for one input',
  )
}
