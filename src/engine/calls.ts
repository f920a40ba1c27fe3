import { copyActionsOf, type OperationActions, severalActionsOf } from '#iam/api-operations.ts'
import { rememberText } from '#iam/remember.ts'
import type { Request } from '#iam/request.ts'
import type { DecisionEffect, Normalization } from './decision.ts'

/** An API call under a name that is no action of IAM's, as the requests it is judged by (R-REQ-02, R-MSG-08). */
export interface Call {
  /** `some`: the call uses one or more of them, and nothing says which. */
  readonly needs: OperationActions['needs']
  readonly requests: readonly Request[]
}

const severalActions = rememberText((text): OperationActions | 'one' => severalActionsOf(text) ?? 'one')

/** Undefined: the request is one of IAM's, or an operation that stands for one action. */
export function callOf(request: Request): Call | undefined {
  const several = severalActions(request.action)
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

/** What was put in place of the call's name. */
export const translation = (call: Request, { action }: Request): Normalization => ({
  field: 'action',
  from: call.action,
  to: action,
  rule: 'R-MSG-08',
})

/**
 * What several requests of one call come to: denied if one is that the call needs, else undetermined if one is. Of those
 * of which it uses some, only what holds for all of them is known.
 */
export function togetherOf(needs: Call['needs'], effects: readonly DecisionEffect[]): DecisionEffect {
  const [first] = effects
  if (needs === 'some' && effects.some((effect) => effect !== first)) return 'undetermined'
  return WORST_FIRST.find((effect) => effects.includes(effect)) ?? 'undetermined'
}

export const WORST_FIRST: readonly DecisionEffect[] = ['denied', 'undetermined', 'allowed']
