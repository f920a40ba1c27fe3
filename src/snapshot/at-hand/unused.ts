import type { Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { withKeysBound } from './bind.ts'
import { unusedFederation } from './federation/unused-federation.ts'
import { withAtHand } from './in-force.ts'
import type { AtHand, Owner, Piece } from './piece.ts'

/** A file that counts for nothing in an answer: what it is, why, and what would make it count (R-EVID-14). */
export interface UnusedInput {
  readonly file: string
  readonly takenFor: string
  readonly why: string
  readonly whatWouldBindIt: string
  /** It counts for a later call: that of the role whose session was denied. */
  readonly countsLater?: true
}

/** The files that count for none of the scenarios of a call, each once. */
export function unusedInputs(atHand: AtHand, scenarios: readonly Scenario[]): readonly UnusedInput[] {
  const used = new Set(scenarios.flatMap((scenario) => withAtHand(scenario, atHand).used.map(({ file }) => file)))
  const [call] = scenarios
  const bound = call === undefined ? atHand.pieces : withKeysBound(atHand.pieces, call).pieces
  const pieces = bound.filter((piece) => !(call !== undefined && isSource(piece, call)))
  const unused = new Map(pieces.filter(({ file }) => !used.has(file)).map((piece) => [piece.file, piece]))
  const policies = [...unused.values()].map((piece) => ({
    file: piece.file,
    takenFor: takenFor(piece),
    ...(call === undefined ? NO_CALL : reasonFor(piece, call)),
  }))
  return [...policies, ...unusedFederation(atHand.federation ?? [], scenarios)]
}

/** An API of API Gateway is the source of a call that the service makes: its id is what a policy of the function asks for. */
const isSource = (piece: Piece, { request }: Scenario): boolean =>
  piece.is === 'resource' && piece.kind === 'api' && request.principal === 'apigateway.amazonaws.com'

type Reason = Pick<UnusedInput, 'why' | 'whatWouldBindIt' | 'countsLater'>

const NO_CALL: Reason = {
  why: 'the evidence does not name the action that was denied',
  whatWouldBindIt: '--action ACTION, and --resource ARN',
}

const kindOf = (kind: string | undefined): string =>
  kind === undefined ? 'resource policy' : kind === 'trust' ? 'trust policy' : `${kind.replaceAll('-', ' ')} policy`

const ownerText = ({ kind, name }: Owner): string => `${kind} ${name}`

function takenFor(piece: Piece): string {
  switch (piece.is) {
    case 'identity-policy':
      return piece.owner === undefined ? 'identity policy' : `policy of ${ownerText(piece.owner)}`
    case 'principal':
      return ownerText(piece.owner)
    case 'attached':
      return 'list of attached policies'
    case 'inline-names':
      return 'list of inline policies'
    case 'groups':
      return 'list of groups'
    case 'managed-name':
      return `managed policy ${piece.policy.name}`
    case 'scp':
      return 'service control policy'
    case 'rcp':
      return 'resource control policy'
    case 'session-policy':
      return 'session policy'
    case 'endpoint':
      return `VPC endpoint${piece.id === undefined ? '' : ` ${piece.id}`}`
    case 'resource': {
      const what = piece.policy === undefined ? `settings of a ${piece.kind ?? 'resource'}` : kindOf(piece.kind)
      const of = piece.arn ?? piece.name
      return of === undefined ? what : `${what} (${of})`
    }
  }
}

function reasonFor(piece: Piece, { request }: Scenario): Reason {
  const { action, principal, resource } = request
  switch (piece.is) {
    case 'identity-policy':
    case 'principal': {
      const { kind } = readCaller(request)
      if (isOfAssumedRole(piece.owner, request)) return OF_ASSUMED_ROLE
      if (kind === 'service' || kind === 'anonymous')
        return { why: `the caller is ${principal}, which has no such policy`, whatWouldBindIt: '--principal ARN' }
      return {
        why: `the caller is ${principal}`,
        whatWouldBindIt: `--principal ARN${piece.owner === undefined ? '' : `, if ${ownerText(piece.owner)} made the call`}`,
      }
    }
    case 'attached':
    case 'inline-names':
    case 'groups':
      return { why: `it lists no policy of ${principal}`, whatWouldBindIt: '--principal ARN' }
    case 'managed-name':
      return {
        why: 'it names the policy and has no document',
        whatWouldBindIt: 'aws iam get-policy-version --policy-arn ARN --version-id VERSION, as another file',
      }
    case 'scp':
    case 'rcp':
    case 'session-policy':
      return { why: `such a policy does not apply to ${principal}`, whatWouldBindIt: '--principal ARN' }
    case 'endpoint':
      return {
        why: 'nothing says that the call went through it',
        whatWouldBindIt: `--context aws:SourceVpce=${piece.id ?? 'VPC_ENDPOINT_ID'}`,
      }
    case 'resource':
      return ofResource(piece, `${action} on ${[resource ?? 'an unknown resource'].flat().join(', ')}`)
  }
}

/** Whether the policies are those of the role that the caller was to assume. */
const isOfAssumedRole = (owner: Owner | undefined, { action, resource }: Scenario['request']): boolean =>
  owner?.kind === 'role' &&
  /^sts:AssumeRole/i.test(action) &&
  [resource ?? []].flat().some((arn) => arn === owner.arn || arn.endsWith(`/${owner.name}`))

const OF_ASSUMED_ROLE: Reason = {
  why: 'it says what the role may do once it is assumed, and assuming it was denied',
  whatWouldBindIt: 'the denial of a call that the role itself makes',
  countsLater: true,
}

function ofResource({ arn, kind, name }: Extract<Piece, { readonly is: 'resource' }>, call: string): Reason {
  const of = arn ?? name
  if (of !== undefined)
    return { why: `${call} does not touch ${of}`, whatWouldBindIt: `--resource ARN, if the call was on ${of}` }
  if (kind === 'key')
    return {
      why: 'nothing says which key it is of',
      whatWouldBindIt: 'the output of aws kms describe-key, or of aws s3api get-bucket-encryption, beside it',
    }
  return { why: `${call} is not on a ${kind ?? 'resource'} that it names`, whatWouldBindIt: '--resource ARN' }
}
