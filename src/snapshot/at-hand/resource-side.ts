import { readCaller } from '#iam/caller.ts'
import type { Attributes, PoliciesInForce, Policy, Resource, ResourcePolicy, Scenario } from '#engine/scenario.ts'
import { readAction } from '#iam/action.ts'
import { type Arn, parseArn } from '#iam/arn.ts'
import { areOneButForMask } from '#iam/masked-account.ts'
import { policyHolderArns, hasOwnPolicy } from '#iam/policy-holder.ts'
import type { Request } from '#iam/request.ts'
import { isRoleAction } from '#iam/role-actions.ts'
import { documentFacts } from './document-facts.ts'
import type { Piece } from './piece.ts'

type OfResource = Extract<Piece, { readonly is: 'resource' }>

/** The resource's side with what is at hand of it, and the files that say so. */
export interface ResourceAtHand {
  readonly policies: Pick<PoliciesInForce, 'resourcePolicy' | 'serviceGuards'>
  readonly resources: readonly Resource[]
  readonly used: readonly Piece[]
}

/** Policies and settings at hand of the request's own resource, and of the others that the call may need. */
export function resourceAtHand(pieces: readonly Piece[], scenario: Scenario): ResourceAtHand {
  const { request, policies = {}, resources: known = [] } = scenario
  const given = [...pieces.filter((piece): piece is OfResource => piece.is === 'resource'), ...pieces.flatMap(trustOf)]
  const isOnlyTrust = given.filter(({ kind }) => kind === 'trust').length === 1
  const all = given.filter((piece) => isOwn(piece, request, isOnlyTrust))
  // A resource has one policy: of two files that have one, the second is not used, and a warning says so.
  const own = all.filter((piece) => piece.policy === undefined || piece === all.find(hasPolicy))
  const others = given.filter((piece) => {
    const arn = arnOf(piece, request)
    return !all.includes(piece) && arn !== undefined && (isTouched(arn, request, own) || !isOfCaller(piece, request))
  })
  const policy = own.find((piece) => piece.policy !== undefined)
  const attributes = merged(own)
  return {
    policies: {
      ...(policy === undefined ? {} : { resourcePolicy: policyWithKind(policy) }),
      ...(attributes === undefined ? {} : { serviceGuards: { ...policies.serviceGuards, ...attributes } }),
    },
    resources: others.reduce((found, piece) => withResource(found, arnOf(piece, request) ?? '', piece), known),
    used: [
      ...own,
      ...others.filter((piece) => isTouched(arnOf(piece, request) ?? '', request, own) || namesKey(piece, request)),
    ].map((one) => pieces.find((piece) => piece === one || piece.file === one.file) ?? one),
  }
}

const hasPolicy = ({ policy }: OfResource): boolean => policy !== undefined

/** Whether it is the trust policy of the caller's role: its output shows who called, not which role a call passes. */
function isOfCaller({ kind, arn, name = '' }: OfResource, request: Request): boolean {
  const { roleArn } = readCaller(request)
  if (kind !== 'trust' || roleArn === undefined) return false
  const [own, other] = [roleArn, arn ?? `${roleArn.split('/', 1)[0]}/${name}`].map((one) => parseArn(one))
  return own?.account === other?.account && own?.resource.split('/').at(-1) === other?.resource.split('/').at(-1)
}

/** Whether another resource affects the call by itself: the role that is passed, a key that settings of the own resource name. */
const isTouched = (arn: string, { resource }: Request, own: readonly OfResource[]): boolean =>
  [resource ?? []].flat().some((asked) => policyHolderArns(asked).includes(arn)) ||
  own.some(({ attributes = {} }) => Object.values(attributes).includes(arn))

/** Whether the settings of a resource name the key that the request is on. */
const namesKey = ({ attributes = {} }: OfResource, { resource }: Request): boolean =>
  typeof resource === 'string' && Object.values(attributes).includes(resource)

/** The trust policy of a role that is at hand is the role's resource policy. */
function trustOf(piece: Piece): readonly OfResource[] {
  if (piece.is !== 'principal' || piece.trust === undefined) return []
  const { file, form, trust, owner, tags, named } = piece
  return [
    {
      is: 'resource',
      kind: 'trust',
      file,
      form,
      ...(named === undefined ? {} : { named }),
      policy: trust,
      ...(owner.arn === undefined ? { name: owner.name } : { arn: owner.arn }),
      ...(tags === undefined ? {} : { attributes: { tags } }),
    },
  ]
}

/** Kinds whose policy is that of the service of the request, where the file does not say of which resource. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['bucket', 's3'],
  ['key', 'kms'],
  ['queue', 'sqs'],
  ['topic', 'sns'],
  ['function', 'lambda'],
  ['secret', 'secretsmanager'],
  ['repository', 'ecr'],
  ['api', 'execute-api'],
  ['event-bus', 'events'],
  ['file-system', 'elasticfilesystem'],
])

/** The service of a kind of resource, as actions name it; undefined: the kind is not known. */
export const serviceOfKind = (kind: string | undefined): string | undefined => SERVICES.get(kind ?? '')

function isOwn(piece: OfResource, { action, resource }: Request, isOnlyTrust: boolean): boolean {
  if (piece.kind === 'trust' && !assumes(action)) return false
  if (piece.kind === 'trust' && piece.named === true) return true
  const asked = typeof resource === 'string' ? parseArn(resource) : undefined
  // The role that is assumed is the one whose trust policy was given (R-EVID-13).
  if (piece.kind === 'trust' && isOnlyTrust && asked === undefined && !Array.isArray(resource)) return true
  // Settings that name no resource are those of the resource that the evidence does not name either.
  if (resource === null) return isUnnamed(piece) && serviceOfKind(piece.kind) === readAction(action)?.service
  if (typeof resource !== 'string') return false
  const holderArns = hasOwnPolicy(resource) ? [resource] : policyHolderArns(resource)
  if (piece.arn !== undefined)
    return holderArns.includes(piece.arn) || isAlsoNamed(piece, resource) || isMasked(piece, resource)
  if (piece.name !== undefined) return asked !== undefined && namesOf(asked).includes(piece.name)
  if (piece.kind === 'trust') return true
  const service = serviceOfKind(piece.kind)
  // Nothing says of what it is: an option that names it means the request's own resource.
  if (service === undefined) return piece.named === true || isOfService(piece, action)
  return service === asked?.service
}

/** `app/x` of `repository/app/x`; the API of `abc123/prod/GET/pets`. */
const namesOf = ({ service, resource }: Arn): readonly string[] => {
  const slash = resource.indexOf('/')
  return [resource.slice(slash + 1), ...(service === 'execute-api' && slash > 0 ? [resource.slice(0, slash)] : [])]
}

/** Whether the actions of the policy are those of the request's service, or of several. */
function isOfService({ policy }: OfResource, action: string): boolean {
  const { service } = documentFacts(policy?.document)
  return service === undefined || service === readAction(action)?.service
}

const isUnnamed = ({ arn, name }: OfResource): boolean => arn === undefined && name === undefined

/** A secret's ARN may end with a pattern for the letters that AWS adds, and an alias stands for a key. */
const isAlsoNamed = ({ arn = '', kind }: OfResource, resource: string): boolean =>
  (kind === 'secret' && resource.endsWith('-??????') && arn.startsWith(resource.slice(0, -6))) ||
  (kind === 'key' && resource.includes(':alias/') && arn.split(':', 5).join() === resource.split(':', 5).join())

/** The same but for an account that the evidence masks. */
const isMasked = ({ arn = '', kind }: OfResource, resource: string): boolean =>
  kind === 'trust' && areOneButForMask(resource, arn)

function assumes(text: string): boolean {
  const action = readAction(text)
  return action !== undefined && isRoleAction(action)
}

/** Which resource a file is of that is not the request's own; a trust policy without a name is that of the role that is passed. */
function arnOf({ arn, kind, name }: OfResource, { action, resource }: Request): string | undefined {
  if (arn !== undefined) return arn
  const isPassed = action.toLowerCase() === 'iam:passrole' && typeof resource === 'string'
  return kind === 'trust' && isPassed && (name === undefined || resource.endsWith(`/${name}`)) ? resource : undefined
}

function merged(pieces: readonly OfResource[]): Attributes | undefined {
  const all = pieces.flatMap(({ attributes }) => (attributes === undefined ? [] : [attributes]))
  return all.length === 0 ? undefined : Object.assign({}, ...all)
}

const policyWithKind = ({ policy, kind }: OfResource): ResourcePolicy | null =>
  policy === null || policy === undefined ? null : { ...policy, ...(kind === undefined ? {} : { kind }) }

/** The resources with what a file says of one of them. */
function withResource(known: readonly Resource[], arn: string, piece: OfResource): readonly Resource[] {
  const before = known.find((resource) => resource.arn === arn)
  const account = parseArn(arn)?.account
  const resource: Resource = {
    arn,
    ...(account === undefined || account === '' ? {} : { account }),
    ...(piece.kind === undefined ? {} : { kind: piece.kind }),
    ...before,
    ...documentOf(piece.policy),
    ...(piece.attributes === undefined ? {} : { attributes: { ...before?.attributes, ...piece.attributes } }),
  }
  return [...known.filter((resource) => resource.arn !== arn), resource]
}

function documentOf(policy: Policy | null | undefined): Pick<Resource, 'policy' | 'file' | 'lines'> {
  if (policy === undefined) return {}
  if (policy === null) return { policy: null }
  const { document, file, lines } = policy
  return { policy: document, ...(file === undefined ? {} : { file }), ...(lines === undefined ? {} : { lines }) }
}
