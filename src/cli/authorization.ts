import { askAuthorization, authorizationIds } from '#app/authorization.ts'
import type { Beside } from '#app/beside/beside.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { awsSettings, type AwsValues } from './aws-options.ts'
import type { Io } from './command.ts'
import { tellSent } from './tell.ts'

/** The evidence and what is beside it, with what AWS Access Troubleshooter keeps of the denials that have an authorization id. */
export async function authorizedIfAsked(
  values: AwsValues & { readonly decode: boolean; readonly live?: boolean; readonly 'print-policy'?: boolean },
  evidence: Evidence,
  beside: Beside,
  io: Io,
): Promise<{ readonly evidence: Evidence; readonly beside: Beside }> {
  const asks = values.decode || (values.live === true && values['print-policy'] !== true)
  const { length } = asks ? authorizationIds(evidence) : []
  if (length === 0) return { evidence, beside }
  const sent = length === 1 ? 'the authorization id' : `${length} authorization ids`
  tellSent(io, 'iam-toolbox:GetRequestAuthorizationDetails', sent)
  const authorized = await askAuthorization(evidence, awsSettings(values))
  const { atHand } = beside
  return {
    evidence: authorized.evidence,
    beside: { ...beside, atHand: { ...atHand, pieces: [...atHand.pieces, ...authorized.pieces] } },
  }
}
