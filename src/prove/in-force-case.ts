import type { AccountRelation, EvaluationInput } from '#engine/evaluation-input.ts'
import { contextOf } from '#engine/context.ts'
import { evaluateLayers } from '#engine/evaluate-layers.ts'
import { normalizeRequest, type PreparedScenario, evaluationInputOf } from '#engine/read-request.ts'
import type { Trace } from '#engine/requirement-tree.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import type { Request } from '#iam/request.ts'
import { onStarItself } from '#iam/star-itself.ts'
import { impliesTrace } from './trace-implication.ts'
import { openedFor } from './other-resources.ts'

/** An action on a resource, asked under both sides: `allows` is the side that should let it through. */
export interface ActionOnResource {
  readonly action: string
  /** `null`: any. */
  readonly resource: string | null
  readonly owner: string | undefined
}

export interface BothSides {
  readonly allows: PreparedScenario
  readonly refuses: PreparedScenario
}

/** The principal of the scenario, asking; the context is open. */
export function requestFor({ scenario }: PreparedScenario, { action, resource, owner }: ActionOnResource): Request {
  const { principal, principalDetails, principalTags } = scenario.request
  return onStarItself({
    principal,
    ...(principalDetails === undefined ? {} : { principalDetails }),
    ...(principalTags === undefined ? {} : { principalTags }),
    action: canonicalAction(action) ?? action,
    resource,
    ...(owner === undefined ? {} : { resourceAccount: owner }),
    context: {},
    contextComplete: false,
  })
}

export function caseOf(prepared: PreparedScenario, request: Request, opened: boolean): EvaluationInput {
  const side = opened ? (openedFor(request.resource as string, prepared) ?? prepared) : prepared
  const withRequest = { ...side, scenario: { ...side.scenario, request } }
  const read = normalizeRequest(request, request.resource as string, prepared.scenario.resources)
  return withOpenTags(evaluationInputOf(withRequest, read, undefined), prepared)
}

/**
 * Tags of resources that the scenario does not list are not known, however complete it is: that says what is in force for
 * its own request.
 */
function withOpenTags(input: EvaluationInput, { scenario }: PreparedScenario): EvaluationInput {
  const { resource, source } = input
  if (resource.kind === 'none' || (source.resourceTags ?? source.keyAliases) === undefined) return input
  if (resource.kind === 'arn' && isToldOf(resource.arn, scenario)) return input
  const open = { ...source, resourceTags: undefined, keyAliases: undefined }
  return { ...input, source: open, question: { ...input.question, lookup: contextOf(open) } }
}

/** Whether it is the scenario's own, or among those it lists: for an object, its bucket. */
function isToldOf(arn: string, { request, resources }: PreparedScenario['scenario']): boolean {
  const bucket = arn.includes(':s3:::') ? arn.split('/')[0] : undefined
  return (
    arn === request.resource || resources?.some((resource) => resource.arn === arn || resource.arn === bucket) === true
  )
}

/**
 * Whether one side surely lets through no more of an action than the other, on whatever resource and in whatever context:
 * the same facts are open on both.
 */
export function surelyNoMore({ allows, refuses }: BothSides, action: string): boolean {
  const actionOnResource = { action, resource: null, owner: undefined }
  const traces = (side: PreparedScenario, relation: AccountRelation): Trace => {
    const request = requestFor(side, actionOnResource)
    const read = normalizeRequest(request, null, side.scenario.resources)
    const input = evaluationInputOf({ ...side, scenario: { ...side.scenario, request } }, read, relation)
    return evaluateLayers(withOpenTags(input, side)).trace
  }
  return RELATIONS.every((relation) => impliesTrace(traces(allows, relation), traces(refuses, relation)))
}

const RELATIONS: readonly AccountRelation[] = ['same', 'cross']
