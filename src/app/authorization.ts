import type { AuthorizationAnswer } from '#collect/aws/troubleshooter.ts'
import { readAuthorizationDetails, withDetails } from '#intake/authorization-details.ts'
import type { Denial } from '#intake/denial.ts'
import { withSource } from '#intake/fact-sources.ts'
import { capturedPieces } from '#snapshot/at-hand/captured.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'
import { awsFault } from './aws-fault.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'

interface Where {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
}

/** The evidence with what AWS kept of it, and the policies that it captured. */
export interface Authorized {
  readonly evidence: Evidence
  readonly pieces: readonly Piece[]
}

/** Ids that a message gave, of which nobody has AWS's details; each is asked for once. */
export const authorizationIds = ({
  denials,
}: Evidence): readonly { readonly id: string; readonly region: string | null }[] => {
  const found = new Map<string, string | null>()
  for (const { authorizationId, region, reported } of denials)
    if (authorizationId !== null && reported.checks === undefined && isId(authorizationId))
      found.set(authorizationId, region)
  return [...found].map(([id, region]) => ({ id, region }))
}

/** https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html */
const isId = (text: string): boolean => /^[0-9a-z]{1,256}$/.test(text)

/** Asks AWS Access Troubleshooter about every authorization id of the evidence; a refusal becomes a note on the denial. */
export async function askAuthorization(evidence: Evidence, where: Where): Promise<Authorized> {
  const ids = authorizationIds(evidence)
  if (ids.length === 0) return { evidence, pieces: [] }
  const { authorizationDetails } = await import('#collect/aws/entry.ts')
  try {
    const answers = await authorizationDetails(where, ids)
    const denials = evidence.denials.flatMap((denial) => answered(denial, answers.get(denial.authorizationId ?? '')))
    const pieces = [...answers.values()].flatMap((answer) => (answer.ok ? capturedPieces(answer.policies) : []))
    return { evidence: { ...evidence, denials }, pieces }
  } catch (error) {
    throw awsFault(error)
  }
}

/** The message says one of what was evaluated; what else was refused for the same call are denials of their own. */
function answered(denial: Denial, answer: AuthorizationAnswer | undefined): readonly Denial[] {
  if (answer === undefined) return [denial]
  if (!answer.ok) return [noted(denial, WHY[answer.cause](answer.reason))]
  const refused = (readAuthorizationDetails(answer.details, null) ?? []).filter(
    ({ kind }) => kind === 'aws-access-denied',
  )
  const [first] = refused
  const own = refused.find(({ action, resource }) => isSame(denial, action, resource)) ?? first
  if (own === undefined) return [noted(denial, 'AWS Access Troubleshooter lists nothing that was refused for this id.')]
  const joined = withSource(denial, withDetails(denial, own), { from: 'authorization' })
  const annotated = answer.unread.length === 0 ? joined : noted(joined, PARTLY)
  return [annotated, ...refused.filter((denial) => denial !== own)]
}

const isSame = (denial: Denial, action: string | null, resource: string | null): boolean =>
  denial.action?.toLowerCase() === action?.toLowerCase() && (denial.resource === null || denial.resource === resource)

const noted = (denial: Denial, text: string): Denial => ({
  ...denial,
  notes: [...denial.notes, { code: 'authorization-details', text }],
})

const PARTLY =
  'AWS did not give the text of every policy that it evaluated: that needs `iam:GetRequestAuthorizationPolicy`, of the account or organization of the caller.'

type Refusal = Extract<AuthorizationAnswer, { readonly ok: false }>

const WHY: Readonly<Record<Refusal['cause'], (reason: string) => string>> = {
  refused: (reason) =>
    `AWS Access Troubleshooter was not read: that needs \`iam:GetRequestAuthorizationDetails\` (${reason}).`,
  'not-kept': (reason) =>
    `AWS Access Troubleshooter does not know the authorization id: it keeps them for at least 24 hours (${reason}).`,
  failed: (reason) => `AWS Access Troubleshooter was not read: ${reason}.`,
}
