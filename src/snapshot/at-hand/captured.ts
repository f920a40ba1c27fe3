import type { Policy } from '#engine/scenario.ts'
import { documentFacts } from './document-facts.ts'
import type { Content, Owner, Piece } from './piece.ts'

/** A policy that AWS captured with a refused request. */
interface Captured {
  readonly uri: string
  readonly type: string
  readonly attachedTo: readonly string[]
  readonly document: unknown
}

const FORM = 'aws iam-toolbox get-request-authorization-policy'

/**
 * Policies that AWS captured with a refused request, as what is at hand of it. Of other services they may leave actions
 * out, and AWS lists no policy of another account than the caller's organization: they stand for no whole list.
 * https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationPolicy.html
 */
export const capturedPieces = (policies: readonly Captured[]): readonly Piece[] =>
  policies.flatMap((policy) => {
    const content = contentOf(policy)
    return content === undefined ? [] : [{ ...content, file: `authorization:${nameOf(policy)}`, form: FORM }]
  })

function contentOf(one: Captured): Content | undefined {
  const { uri, type, attachedTo, document } = one
  const policy: Policy = {
    name: nameOf(one),
    ...(uri.startsWith('arn:') ? { arn: uri } : {}),
    ...(document === undefined ? {} : { document }),
  }
  switch (type) {
    case 'IDENTITY_BASED_POLICY': {
      const owner = ownerOf(attachedTo[0])
      return { is: 'identity-policy', policy, ...(owner === undefined ? {} : { owner }) }
    }
    case 'PERMISSIONS_BOUNDARY':
      return { is: 'identity-policy', policy, boundary: true }
    case 'SERVICE_CONTROL_POLICY':
      return { is: 'scp', policy }
    case 'RESOURCE_CONTROL_POLICY':
      return { is: 'rcp', policy }
    case 'VPC_ENDPOINT_POLICY':
      return { is: 'endpoint', policy }
    case 'RESOURCE_BASED_POLICY': {
      const { kind } = documentFacts(document)
      const [arn] = attachedTo
      return { is: 'resource', policy, ...(kind === undefined ? {} : { kind }), ...(arn === undefined ? {} : { arn }) }
    }
    default:
      return undefined
  }
}

/** The last part of an ARN; of an opaque name its beginning, which tells it from the others. */
function nameOf({ uri, type }: Captured): string {
  if (uri.startsWith('arn:')) return uri.slice(uri.lastIndexOf('/') + 1)
  return `${type.toLowerCase().replaceAll('_', ' ')} ${uri.slice(0, 12)}`
}

function ownerOf(arn: string | undefined): Owner | undefined {
  const [, kind, path] = /^arn:[^:]{1,40}:iam::[^:]{0,40}:(user|role|group)\/(.{1,600})$/.exec(arn ?? '') ?? []
  if (arn === undefined || path === undefined) return undefined
  const name = path.slice(path.lastIndexOf('/') + 1)
  return { kind: kind === 'user' ? 'user' : kind === 'group' ? 'group' : 'role', name, arn }
}
