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
 * A file of which an option says what it is: a document, or an output of AWS that holds one. The option adds what the policy is, and all
 * else that the file says stays. A text that is no JSON is a policy that cannot be read, evaluated as one that may allow or deny. Empty: the
 * file holds no policy.
 */
export function namedPieces(as: NamedAs, file: string, text: string): readonly Piece[] {
  const found = recognize(file, text)
  if (found.is === 'credentials') return []
  const named = (content: Content): Piece => ({ ...content, file, form: `--${as}`, named: true })
  if (found.is === 'nothing')
    return found.looksLike === 'text' ? [named(contentOf(as, { name: nameOf(file), document: text, file }))] : []
  const at = found.pieces.findIndex((piece) => policyIn(piece, as) !== undefined)
  return at < 0 ? [] : found.pieces.map((piece, i) => (i === at ? named(namedContent(as, piece)) : piece))
}

const nameOf = (file: string): string => file.split(/[\\/]/).at(-1) ?? file

function policyIn(piece: Piece, as: NamedAs): Policy | undefined {
  if (piece.is === 'principal') return as === 'trust-policy' ? piece.trust : undefined
  return 'policy' in piece && piece.is !== 'managed-name' ? (piece.policy ?? undefined) : undefined
}

/** The content of a file as the option says it. What AWS printed next to the policy, such as whose it is, is kept. */
function namedContent(as: NamedAs, piece: Piece): Content {
  const policy = policyIn(piece, as)
  if (policy === undefined || (piece.is === 'principal' && as === 'trust-policy')) return piece
  const content = contentOf(as, policy)
  return content.is === piece.is ? ({ ...piece, ...content } as Content) : content
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
