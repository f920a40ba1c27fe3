import type { Policy } from '#engine/scenario.ts'
import { documentFacts } from './document-facts.ts'
import type { Content, Piece } from './piece.ts'
import { recognize } from './recognize.ts'

/** Kinds of file that an option names. */
export const NAMED_AS = [
  'identity-policy',
  'resource-policy',
  'trust-policy',
  'boundary',
  'scp',
  'rcp',
  'endpoint-policy',
] as const

/** Kind of file that an option names. */
export type NamedAs = (typeof NAMED_AS)[number]

/**
 * The policy in a file of which an option says what it is: a document, or an output of AWS that holds one. A text that is no
 * JSON is a policy that cannot be read, evaluated as one that may allow or deny. Undefined: the file holds no policy.
 */
export function namedPiece(as: NamedAs, file: string, text: string): Piece | undefined {
  const found = recognize(file, text)
  if (found.is === 'credentials') return undefined
  const isText = found.is === 'nothing' && found.looksLike === 'text'
  const policy =
    found.is === 'pieces'
      ? policyIn(found.pieces, as)
      : isText
        ? { name: nameOf(file), document: text, file }
        : undefined
  return policy === undefined ? undefined : { ...contentOf(as, policy), file, form: `--${as}`, named: true }
}

const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file

function policyIn(pieces: readonly Piece[], as: NamedAs): Policy | undefined {
  for (const piece of pieces) {
    if (piece.is === 'principal' && as === 'trust-policy' && piece.trust !== undefined) return piece.trust
    if ('policy' in piece && piece.policy !== null && piece.policy !== undefined) return piece.policy
  }
  return undefined
}

function contentOf(as: NamedAs, policy: Policy): Content {
  switch (as) {
    case 'identity-policy':
      return { is: 'identity-policy', policy }
    case 'boundary':
      return { is: 'identity-policy', policy, boundary: true }
    case 'scp':
    case 'rcp':
      return { is: as, policy }
    case 'endpoint-policy':
      return { is: 'endpoint', policy }
    case 'trust-policy':
      return { is: 'resource', kind: 'trust', policy }
    case 'resource-policy': {
      const { kind, arn } = documentFacts(policy.document)
      return {
        is: 'resource',
        policy,
        ...(kind === undefined ? {} : { kind }),
        ...(arn === undefined ? {} : { arn }),
      }
    }
  }
}
