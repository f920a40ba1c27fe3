import { actionOfOperation, copyActionsOf, type OperationActions, severalActionsOf } from '#iam/api-operations.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Request } from '#iam/request.ts'
import type { DecisionEffect, Normalization } from './decision.ts'
import { isAskedOnCatalog, withCatalog } from './services/glue.ts'

/**
 * An API call that is evaluated by other requests than the one that names it: under a name that is no action of IAM's
 * (R-REQ-02, R-MSG-08), or on more than the resource it names (R-OTH-08).
 */
export interface Call {
  /** `some`: the call uses one or more of them, and nothing says which. */
  readonly needs: OperationActions['needs']
  readonly requests: readonly Request[]
}

const severalActions = memoizeText((text): OperationActions | 'one' | 'on-catalog' => {
  const several = severalActionsOf(text)
  if (several !== undefined) return several
  return isAskedOnCatalog(actionOfOperation(text) ?? text) ? 'on-catalog' : 'one'
})

/** Undefined: the request is one of IAM's, or an operation that stands for one action, and names all its resources. */
export function callOf(request: Request): Call | undefined {
  const several = severalActions(request.action)
  if (several === 'on-catalog') return onCatalog(request)
  const found = several === 'one' ? copyOf(request) : several
  if (found === undefined) return undefined
  const { needs, actions, enclosing } = found
  const context = enclosing === undefined ? request.context : { [ENCLOSING]: enclosing, ...listed(request) }
  return {
    needs,
    requests: actions.map((action, i) => ({
      ...request,
      action,
      resource: needs === 'all' ? resourceOf(request.resource, i, actions.length) : request.resource,
      ...(context === undefined ? {} : { context }),
    })),
  }
}

/** The ancestors of a request's resources, where the request is evaluated on them, too; the innermost first. */
export function ancestorsAsked(request: Request): readonly string[] {
  const { resource } = request
  if (resource === null || severalActions(request.action) !== 'on-catalog') return NONE
  const named = typeof resource === 'string' ? [resource] : resource
  return withCatalog(named).slice(named.length)
}

const NONE: readonly string[] = []

function onCatalog(request: Request): Call | undefined {
  const above = ancestorsAsked(request)
  if (above.length === 0) return undefined
  return { needs: 'all', requests: [{ ...request, resource: [request.resource ?? [], above].flat() }] }
}

const copyOf = ({ action, resource }: Request): OperationActions | undefined =>
  Array.isArray(resource) && resource.length === 2 ? copyActionsOf(action) : undefined

const ENCLOSING = 'dynamodb:EnclosingOperation'

/** The context under the key's own spelling, so that what is listed beats what follows from the call. */
const listed = ({ context = {} }: Request): NonNullable<Request['context']> =>
  Object.fromEntries(
    Object.entries(context).map(([key, value]) => [
      key.toLowerCase() === ENCLOSING.toLowerCase() ? ENCLOSING : key,
      value,
    ]),
  )

/** As many resources as actions are one for each, in the order of the call: the key that decrypts, the key that encrypts. */
function resourceOf(resource: Request['resource'], index: number, count: number): Request['resource'] {
  if (resource === null || typeof resource === 'string' || resource.length !== count) return resource
  return resource[index] ?? null
}

/** The normalization that names what was put in place of the call's action. */
export const translation = (call: Request, { action }: Request): Normalization => ({
  field: 'action',
  from: call.action,
  to: action,
  rule: 'R-MSG-08',
})

/**
 * Decision of a call from those of its several requests: denied if one is that the call needs, else undetermined if one is.
 * Of those of which it uses some, only what holds for all of them is known.
 */
export function togetherOf(needs: Call['needs'], effects: readonly DecisionEffect[]): DecisionEffect {
  const [first] = effects
  if (needs === 'some' && effects.some((effect) => effect !== first)) return 'undetermined'
  return WORST_FIRST.find((effect) => effects.includes(effect)) ?? 'undetermined'
}

export const WORST_FIRST: readonly DecisionEffect[] = ['denied', 'undetermined', 'allowed']
