import type { Assumption } from '#engine/decision.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import { layerName, type PolicyLayer } from '#iam/layers.ts'
import type { BoundPieces } from './bind.ts'
import { type StatementActions, statementActions } from './document-facts.ts'
import { type AtHand, BARE_DOCUMENT, type Content, type Piece } from './piece.ts'

/**
 * Reads bare documents as policies of the layer that AWS named, where nothing else was given of that layer and the document
 * allows the action nowhere: as SCPs and RCPs those that deny the action, as the boundary the only one. As an identity or
 * resource policy such a document would explain nothing; as a policy of the named layer it says what AWS says (R-EVID-13,
 * R-EVID-16).
 */
export function withNamedLayer(
  pieces: readonly Piece[],
  { request }: Scenario,
  namedLayer: AtHand['namedLayer'],
): BoundPieces {
  const as = LAYERS.find(({ layer }) => layer === namedLayer)
  if (as === undefined || pieces.some(as.isGiven)) return { pieces, assumptions: [] }
  const found = pieces.filter((piece) => as.mayBe(piece) && fits(piece, request.action, as))
  if (found.length === 0 || (as.isSingle && found.length > 1)) return { pieces, assumptions: [] }
  return {
    pieces: pieces.map((piece) => {
      const policy = found.includes(piece) ? policyOf(piece) : undefined
      return policy === undefined ? piece : { ...as.content(policy), file: piece.file, form: piece.form }
    }),
    assumptions: found.map((piece) => assumptionFor(piece, as)),
  }
}

/** A layer whose policies have no form of their own: a document alone does not say that it belongs there. */
interface Layer {
  readonly layer: PolicyLayer
  /** The option that says it instead. */
  readonly option: string
  /** A caller has at most one policy of the layer; of others a document counts only if it denies the action. */
  readonly isSingle: boolean
  readonly isGiven: (piece: Piece) => boolean
  readonly mayBe: (piece: Piece) => boolean
  readonly content: (policy: Policy) => Content
}

const hasNoPrincipal = (piece: Piece): boolean =>
  piece.is === 'identity-policy' &&
  piece.form === BARE_DOCUMENT &&
  piece.owner === undefined &&
  piece.managed === undefined &&
  piece.boundary === undefined

/** A bare document with a principal that names no resource; a key policy that AWS printed is one of a key. */
const hasNoResource = (piece: Piece): boolean =>
  piece.is === 'resource' &&
  piece.form === BARE_DOCUMENT &&
  piece.kind !== 'trust' &&
  piece.arn === undefined &&
  piece.name === undefined

const LAYERS: readonly Layer[] = [
  {
    layer: 'service-control-policy',
    option: '--scp',
    isSingle: false,
    isGiven: ({ is }) => is === 'scp',
    mayBe: hasNoPrincipal,
    content: (policy) => ({ is: 'scp', policy }),
  },
  {
    layer: 'resource-control-policy',
    option: '--rcp',
    isSingle: false,
    isGiven: ({ is }) => is === 'rcp',
    mayBe: hasNoResource,
    content: (policy) => ({ is: 'rcp', policy }),
  },
  {
    layer: 'permissions-boundary',
    option: '--boundary',
    isSingle: true,
    isGiven: (piece) => piece.is === 'identity-policy' && piece.boundary === true,
    mayBe: hasNoPrincipal,
    content: (policy) => ({ is: 'identity-policy', policy, boundary: true }),
  },
]

const policyOf = (piece: Piece): Policy | undefined => ('policy' in piece ? (piece.policy as Policy) : undefined)

function fits(piece: Piece, actionText: string, { isSingle }: Layer): boolean {
  const action = readAction(actionText)
  const statements = statementActions(policyOf(piece)?.document)
  if (action === undefined || statements === undefined) return false
  const matches = (text: string): boolean => actionMatches(readActionPattern(text), action)
  const isAbout = ({ actions, notActions }: StatementActions): boolean =>
    notActions === undefined ? actions.some(matches) : !notActions.some(matches)
  const about = statements.filter(isAbout)
  return about.every(({ isDeny }) => isDeny) && (isSingle || about.length > 0)
}

const assumptionFor = ({ file }: Piece, { layer, option }: Layer): Assumption => ({
  fact: `layer of ${file}`,
  value: layerName(layer),
  from: `AWS named the ${layerName(layer)}, and nothing in this document allows the action`,
  ifWrong: `it is another policy: name it, for example with --identity-policy instead of ${option}`,
})
