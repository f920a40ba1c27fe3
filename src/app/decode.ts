import type { DecodedAnswer } from '#collect/aws/decode.ts'
import { canBeDecoded, withAnswer } from '#intake/decoded-message.ts'
import type { Denial } from '#intake/denial.ts'
import { withSource } from '#intake/fact-sources.ts'
import { awsFault } from './aws-fault.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'

interface Where {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
}

/** Encoded messages of the evidence that AWS could decode and nobody has; one that was cut cannot be decoded. */
export const encodedMessages = ({ denials }: Evidence): readonly string[] => [
  ...new Set(denials.flatMap((denial) => (canBeDecoded(denial) ? [denial.encodedMessage ?? ''] : []))),
]

/** The evidence with what AWS decodes of it (sts:DecodeAuthorizationMessage); a refusal becomes a note on the denial. */
export async function decodeEvidence(evidence: Evidence, where: Where): Promise<Evidence> {
  const messages = encodedMessages(evidence)
  if (messages.length === 0) return evidence
  const { decodeMessages } = await import('#collect/aws/entry.ts')
  try {
    const answers = await decodeMessages(where, messages)
    return {
      ...evidence,
      denials: evidence.denials.map((denial) => withSource(denial, answered(denial, answers), { from: 'live' })),
    }
  } catch (error) {
    throw awsFault(error)
  }
}

function answered(denial: Denial, answers: ReadonlyMap<string, DecodedAnswer>): Denial {
  const answer = denial.encodedMessage === null ? undefined : answers.get(denial.encodedMessage)
  if (answer === undefined || !canBeDecoded(denial)) return denial
  const decoded = answer.ok ? withAnswer(denial, answer.text) : undefined
  if (decoded !== undefined) return decoded
  const text = answer.ok
    ? 'AWS decoded the message to a form that is not known here.'
    : WHY[answer.cause](answer.reason)
  return { ...denial, notes: [...denial.notes, { code: 'not-decoded', text }] }
}

type Refusal = Extract<DecodedAnswer, { readonly ok: false }>

const WHY: Readonly<Record<Refusal['cause'], (reason: string) => string>> = {
  refused: (reason) =>
    `The encoded message was not decoded: whoever decodes it needs \`sts:DecodeAuthorizationMessage\` on \`*\` (${reason}).`,
  'not-decodable': (reason) =>
    `The encoded message was not decoded: AWS cannot read it, so it was cut or changed on its way here (${reason}).`,
  failed: (reason) => `The encoded message was not decoded: ${reason}.`,
}
