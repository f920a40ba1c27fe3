import { type Call, callOf } from './calls.ts'
import type { AccountRelation } from './evaluation-input.ts'
import { knownRelation, normalizeRequest, type PreparedScenario, type ReadRequest } from './read-request.ts'
import type { Request } from '#iam/request.ts'

/** The answer for one of the resources of a request; null: which one it is is not known. */
export interface AnswerOnResource<A> {
  readonly resource: string | null
  readonly answer: A
}

/** The answers on the way through a request: how much is told of each evaluation, and how several become one. */
export interface RequestAnswers<A> {
  /** The answer on an action on one resource, under one relation of the accounts. */
  readonly within: (prepared: PreparedScenario, read: ReadRequest, relation: AccountRelation) => A
  /** The answer out of those for either owner of the resource, who is not known (R-XACC-04). */
  readonly ofEitherOwner: (same: A, cross: A, prepared: PreparedScenario, read: ReadRequest) => A
  /** The answer out of those on each resource of a list, of which there is one at least (R-REQ-02). */
  readonly ofResources: (parts: readonly AnswerOnResource<A>[]) => A
  /** The answer out of those on the requests that a call stands for; `answer` gives that on any of them. */
  readonly ofCall: (call: Call, request: Request, answer: (request: Request) => A) => A
}

/**
 * The walk through a request: the requests that its call stands for, the resources of each, and for each the relations of
 * the accounts that are possible. `evaluate` and `evaluateEffect` are this walk with more and with less told.
 */
export function walkRequest<A>(prepared: PreparedScenario, answers: RequestAnswers<A>): A {
  const { scenario, policies } = prepared
  const call = callOf(scenario.request)
  if (call === undefined) return walkResources(prepared, answers)
  return answers.ofCall(call, scenario.request, (request) =>
    walkResources({ scenario: { ...scenario, request }, policies }, answers),
  )
}

/** The answer on an action, on one resource or on each of a list; an empty list is asked of nothing in particular. */
function walkResources<A>(prepared: PreparedScenario, answers: RequestAnswers<A>): A {
  const { resource } = prepared.scenario.request
  if (resource === null || typeof resource === 'string') return walkRelations(prepared, resource, answers)
  if (resource.length === 0) return walkRelations(prepared, '*', answers)
  return answers.ofResources(resource.map((arn) => ({ resource: arn, answer: walkRelations(prepared, arn, answers) })))
}

/** The answer on an action on one resource: under the relation of caller and owner, or under both where the owner is not known. */
export function walkRelations<A>(
  prepared: PreparedScenario,
  resource: string | null,
  { within, ofEitherOwner }: Pick<RequestAnswers<A>, 'within' | 'ofEitherOwner'>,
): A {
  const { scenario, policies } = prepared
  const read = normalizeRequest(scenario.request, resource, scenario.resources, policies.readings)
  const relation = knownRelation(prepared, read)
  if (relation !== undefined) return within(prepared, read, relation)
  const cross = within(prepared, read, 'cross')
  return ofEitherOwner(within(prepared, read, 'same'), cross, prepared, read)
}
