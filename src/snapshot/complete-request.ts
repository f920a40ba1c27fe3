import { isAccountId, parseArn } from '#iam/arn.ts'
import type { ContextValue, PrincipalDetails, Request } from '#iam/request.ts'
import { endpointOf } from './endpoints.ts'
import { entityOf } from './entities.ts'
import { type Principal, settledTags } from './principal.ts'
import { permissionSetOfRole } from './permission-sets.ts'
import { accountOfResource, resourceOf } from './resources.ts'
import type { Snapshot } from './snapshot.ts'

/** A fact the snapshot added to a request; `diagnose` shows it among its assumptions. */
export interface FilledFact {
  readonly fact: string
  readonly value: string
  /** The file it comes from. */
  readonly from: string
  readonly ifWrong: string
}

interface Filling {
  readonly request: Request
  readonly filled: readonly FilledFact[]
  readonly notes: readonly string[]
}

/** The request with what the snapshot knows of it. What the request says itself is never overwritten, only made exact. */
export function completeRequest(snapshot: Snapshot, asked: Request, principal: Principal): Filling {
  const filled: FilledFact[] = []
  const notes: string[] = []
  const request = completeResources(snapshot, asked, filled)
  const who = completePrincipal(snapshot, request, principal, filled, notes)
  const tags = request.principalTags ?? settledTags(snapshot, principal)
  if (tags !== undefined && request.principalTags === undefined && Object.keys(tags).length > 0)
    filled.push(
      fact('principalTags', JSON.stringify(tags), principal.entity?.file, 'conditions on aws:PrincipalTag may differ'),
    )
  const resourceAccount = request.resourceAccount ?? accountOf(snapshot, request, filled)
  const context = completeContext(snapshot, request, filled)
  return {
    request: {
      ...request,
      ...who,
      ...(tags === undefined ? {} : { principalTags: tags }),
      ...(resourceAccount === undefined ? {} : { resourceAccount }),
      ...(context === undefined ? {} : { context }),
    },
    filled,
    notes,
  }
}

const fact = (name: string, value: string, from: string | undefined, ifWrong: string): FilledFact => ({
  fact: name,
  value,
  from: from ?? 'the snapshot',
  ifWrong,
})

/** The role's path and the unique id, which no session ARN holds (R-PRIN-03, A.2). */
function completePrincipal(
  snapshot: Snapshot,
  request: Request,
  { caller, entity }: Principal,
  filled: FilledFact[],
  notes: string[],
): { readonly principal?: string; readonly principalDetails?: PrincipalDetails } {
  if (entity === undefined || caller.kind === 'federated-session') return {}
  const details = { ...request.principalDetails }
  const named = caller.kind === 'user' ? caller.arn : (caller.roleArn ?? '')
  const ifWrong = 'conditions on aws:PrincipalArn, and policies that name the role, match another ARN'
  const isSession = caller.kind === 'role-session' && parseArn(caller.arn)?.service === 'sts'
  let principal: string | undefined
  let { roleArn } = details
  if (isSession && (roleArn === undefined || (roleArn !== entity.arn && !hasPath(roleArn)))) roleArn = entity.arn
  else if (!isSession && named !== entity.arn && !hasPath(named)) principal = entity.arn
  else if (named !== entity.arn)
    notes.push(
      `the request comes from \`${named}\`, the snapshot has \`${entity.arn}\`: made anew since it was collected?`,
    )
  if (roleArn !== undefined && roleArn !== details.roleArn)
    filled.push(fact('principalDetails.roleArn', roleArn, entity.file, ifWrong))
  if (principal !== undefined) filled.push(fact('principal', principal, entity.file, ifWrong))
  const userId = details.userId ?? idOf(entity.id, caller.kind === 'user', caller.sessionName)
  if (entity.id !== undefined && details.userId !== undefined && details.userId.split(':', 1)[0] !== entity.id)
    notes.push(
      `the caller's id is \`${details.userId}\`, the snapshot's ${entity.kind} has \`${entity.id}\`: made anew since`,
    )
  const permissionSet =
    details.permissionSet ?? permissionSetOfRole(snapshot, entity.kind === 'role' ? entity.name : '')
  const complete = {
    ...details,
    ...(permissionSet === undefined ? {} : { permissionSet }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(userId === undefined ? {} : { userId }),
  }
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(Object.keys(complete).length === 0 ? {} : { principalDetails: complete }),
  }
}

function idOf(id: string | undefined, isUser: boolean, session: string | undefined): string | undefined {
  if (id === undefined || isUser) return id
  return session === undefined ? undefined : `${id}:${session}`
}

/** `role/ci/deploy` says where the role stands; `role/deploy` may be all that a session ARN told. */
const hasPath = (arn: string): boolean => (parseArn(arn)?.resource.split('/').length ?? 0) > 2

/** Resources of which the request knows but the name: the user or role of that name, the one secret of that name. */
function completeResources(snapshot: Snapshot, request: Request, filled: FilledFact[]): Request {
  const { resource, resourcePatterns = {} } = request
  if (resource === null) return request
  const exact = (arn: string): string => {
    const found = Object.hasOwn(resourcePatterns, arn) ? entityNamed(snapshot, arn) : secretNamed(snapshot, arn)
    if (found === undefined) return arn
    if (found.arn !== arn)
      filled.push(fact('resource', found.arn, found.file, 'another resource of that name is meant'))
    return found.arn
  }
  const known = typeof resource === 'string' ? exact(resource) : resource.map(exact)
  const left = Object.entries(resourcePatterns).filter(([arn]) => entityNamed(snapshot, arn) === undefined)
  const { resourcePatterns: _, ...rest } = request
  return { ...rest, resource: known, ...(left.length === 0 ? {} : { resourcePatterns: Object.fromEntries(left) }) }
}

type Found = { readonly arn: string; readonly file?: string | undefined } | undefined

function entityNamed(snapshot: Snapshot, arn: string): Found {
  const read = parseArn(arn)
  const [kind, ...path] = read?.resource.split('/') ?? []
  if (read?.service !== 'iam' || (kind !== 'user' && kind !== 'role')) return undefined
  const entity = entityOf(snapshot, read.account, kind, path.at(-1) ?? '')
  return entity === 'unreadable' ? undefined : entity
}

function secretNamed(snapshot: Snapshot, arn: string): Found {
  return arn.includes(':secretsmanager:') && arn.endsWith('-??????') ? resourceOf(snapshot, arn) : undefined
}

/** The one account all resources belong to; ARNs that hold it need no filling (R-XACC-04). */
function accountOf(snapshot: Snapshot, request: Request, filled: FilledFact[]): string | undefined {
  const resources = typeof request.resource === 'string' ? [request.resource] : (request.resource ?? [])
  const accounts = new Set(resources.map((resource) => accountOfResource(snapshot, resource)))
  const [account] = accounts
  if (accounts.size !== 1 || account === undefined) return undefined
  if (resources.every((resource) => isAccountId(parseArn(resource)?.account ?? ''))) return account
  filled.push(
    fact(
      'resourceAccount',
      account,
      `accounts/${account}/resources/`,
      'the call is judged within one account or across two',
    ),
  )
  return account
}

/** The VPC of the endpoint: every call through an endpoint carries aws:SourceVpc, but CloudTrail names only the endpoint. */
function completeContext(
  snapshot: Snapshot,
  request: Request,
  filled: FilledFact[],
): Readonly<Record<string, ContextValue>> | undefined {
  const id = contextValue(request, 'aws:sourcevpce')
  if (typeof id !== 'string' || contextValue(request, 'aws:sourcevpc') !== undefined) return undefined
  const endpoint = endpointOf(snapshot, id)
  if (endpoint?.vpc === undefined) return undefined
  filled.push(fact('aws:SourceVpc', endpoint.vpc, endpoint.file, 'conditions on aws:SourceVpc may differ'))
  return { ...request.context, 'aws:SourceVpc': endpoint.vpc }
}

/** A context value by its key in lower case: keys are compared without case. */
export function contextValue(request: Request, lowerKey: string): ContextValue | undefined {
  for (const [key, value] of Object.entries(request.context ?? {})) if (key.toLowerCase() === lowerKey) return value
  return undefined
}
