import { ancestorsAsked } from '#engine/calls.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { type EvaluatedLayers, evaluateLayers } from '#engine/evaluate-layers.ts'
import { isStandIn } from '#engine/representatives.ts'
import { knownRelation, normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { CachingEvaluator } from '#engine/caching-evaluator.ts'
import { asPolicySays } from './own-patterns.ts'
import { savableConditions, savablePattern } from './savable.ts'
import { type FixScope, patternOf } from './scope.ts'

/** A `Condition` block. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>

/** A goal of a grant: what a step of the chain lacks, and how far what is granted for it may reach. */
export interface GrantGoal extends EvaluatedLayers {
  /** Index in the diagnosis's steps. */
  readonly step: number
  readonly scope: FixScope
  readonly scenario: Scenario
  /** In IAM's spelling. */
  readonly action: string
  /** Patterns for `Resource`. */
  readonly resources: readonly string[]
  /** Words in the request for what nobody knows. */
  readonly placeholders: readonly string[]
  /** Condition keys, in lower case, whose values were only assumed. */
  readonly assumedKeys: ReadonlySet<string>
  /** Ids of the APIs of API Gateway that were given. */
  readonly apis: readonly string[]
  /**
   * Condition keys that the request surely carries and an Allow should ask for: the service it comes through, the service a
   * role is passed to.
   */
  readonly conditions: Conditions
  /** Keys of these conditions that the evidence leaves open, with the values that meet them. */
  readonly assumes: Readonly<Record<string, string>>
}

/** What the evidence leaves open about the denied request. */
export type OpenFacts = Pick<GrantGoal, 'placeholders' | 'assumedKeys' | 'apis'>

export const NOTHING_OPEN: OpenFacts = { placeholders: [], assumedKeys: new Set(), apis: [] }

/** A denied request evaluated once more, with everything a fix needs at hand. Undefined: nobody knows which resource it is. */
export function grantGoalOf(
  step: number,
  scenario: Scenario,
  scope: FixScope,
  evaluator: CachingEvaluator,
  open: OpenFacts = NOTHING_OPEN,
): GrantGoal | undefined {
  const { resource } = scenario.request
  const { placeholders } = open
  if (resource === null) return undefined
  const withAncestors = [resource, ancestorsAsked(scenario.request)].flat()
  const evaluated = withAncestors.map((arn) => evaluatedFor(scenario, arn, evaluator))
  const refused = evaluated.find(({ tree }) => tree.satisfied !== true)
  if (refused === undefined) return undefined
  const { input } = refused
  const resources =
    input.resource.kind === 'none'
      ? ['*']
      : withAncestors.flatMap((arn, i) => patternsOf(evaluated[i]?.input, arn, scope))
  const isForService = mayGrantForService(input)
  const likeOwn = placeholders.length === 0 ? resources : resources.map((arn) => asPolicySays(arn, placeholders, input))
  return {
    ...refused,
    step,
    scope,
    scenario,
    ...open,
    action: input.action,
    resources: [...new Set(likeOwn.map(savablePattern))],
    conditions: savableConditions({
      ...conditionsOf(input, scope, placeholders),
      ...(isForService ? FOR_SERVICE : {}),
    }),
    assumes: isForService ? FOR_SERVICE.Bool : {},
  }
}

/** The patterns that match a resource whose ARN is not known in full. */
function patternsOf(input: EvaluationInput | undefined, resource: string, scope: FixScope): readonly string[] {
  const known = input?.resource
  if (known?.kind === 'unknown' && known.open !== undefined) return known.open.patterns
  if (known?.kind !== 'arn') return [patternOf(resource, 'exact') ?? resource]
  const name = known.arn
  const wider = scope === 'exact' ? undefined : patternOf(name, scope)
  if (wider !== undefined) return [wider]
  return known.open?.patterns ?? [patternOf(name, 'exact') ?? name]
}

/** Where the owner is not known, both relations refuse; the fix is made for the harder one (R-XACC-04). */
function evaluatedFor(scenario: Scenario, resource: string, engine: CachingEvaluator): EvaluatedLayers {
  const prepared = engine.prepared(scenario)
  const read = normalizeRequest(scenario.request, resource, scenario.resources)
  return evaluateLayers(evaluationInputOf(prepared, read, knownRelation(prepared, read) ?? 'cross'))
}

/** The one value a request has under a key. */
export function valueOf({ question }: EvaluationInput, key: string): string | undefined {
  const state = question.lookup(key)
  return state.state === 'values' && state.values.length === 1 ? state.values[0] : undefined
}

/**
 * The keys that hold a grant to the use it is for: a KMS key through one service only, a role for one service, a service
 * for one resource of one account, a web identity with its claims. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
function conditionsOf(input: EvaluationInput, scope: FixScope, placeholders: readonly string[]): Conditions {
  const { service, name } = input.question.action
  const equals: Record<string, string | readonly string[]> = {}
  const like: Record<string, string | readonly string[]> = {}
  const arns: Record<string, string | readonly string[]> = {}
  const take = (key: string, into: Record<string, string | readonly string[]>): void => {
    const value = valueOf(input, key)
    // Of a value that nobody knows no statement can be held to it.
    if (value !== undefined && !isStandIn(value) && !isSubjectWith(placeholders, key, value)) into[key] = value
  }
  if (service === 'kms') take('kms:ViaService', equals)
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html, and of load balancers
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html
  take(`${service}:CreateAction`, equals)
  if (service === 'ec2' && name === 'createnetworkinterfacepermission') take('ec2:AuthorizedService', equals)
  if (service === 'iam' && name === 'passrole') take('iam:PassedToService', equals)
  if (input.caller.kind === 'service') {
    take('aws:SourceAccount', equals)
    take('aws:SourceArn', arns)
    if (service === 'kms' && equals['aws:SourceAccount'] === undefined && arns['aws:SourceArn'] === undefined)
      take(TOPIC_OF_KEY, equals)
    if (input.request.principal === 'pods.eks.amazonaws.com') for (const key of POD_TAGS) take(key, equals)
  }
  if (input.caller.kind === 'identity-provider') for (const key of claimKeys(input)) take(key, equals)
  if (service === 's3' && name === 'listbucket') prefixOf(input, scope, equals, like)
  return {
    ...(Object.keys(equals).length === 0 ? {} : { StringEquals: equals }),
    ...(Object.keys(like).length === 0 ? {} : { StringLike: like }),
    ...(Object.keys(arns).length === 0 ? {} : { ArnEquals: arns }),
  }
}

/** What a key is used for, where the service that uses it says nothing of itself (R-SVC-02). */
export const TOPIC_OF_KEY = 'kms:EncryptionContext:aws:sns:topicArn'

/** Tags by which a role is for the pods of one service account. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
const POD_TAGS = [
  'aws:RequestTag/eks-cluster-name',
  'aws:RequestTag/kubernetes-namespace',
  'aws:RequestTag/kubernetes-service-account',
] as const

const FOR_SERVICE = { Bool: { 'kms:GrantIsForAWSResource': 'true' } } as const

/**
 * Whether a grant on a key is perhaps made by a service for its resource, such as an encrypted volume: a grant of any kind would let the
 * caller hand the key on. With `kms:ViaService` the service is named anyway; a call to KMS itself has none.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html#ebs-encryption-permissions
 */
const mayGrantForService = ({ caller, question: { action, lookup } }: EvaluationInput): boolean =>
  caller.kind !== 'service' &&
  action.service === 'kms' &&
  action.name === 'creategrant' &&
  lookup('kms:ViaService').state === 'unknown' &&
  lookup('kms:GrantIsForAWSResource').state === 'unknown'

/** Whether it is a token's subject with a placeholder in it: what a trust policy means, and no token's (R-EVID-17). */
export const isSubjectWith = (placeholders: readonly string[], key: string, value: string): boolean =>
  /:sub$/i.test(key) && placeholders.some((word) => value.includes(word))

/** The subject of an assertion is a person, and that of a Cognito token one of the pool's users: a role is for all of them. */
const OF_ONE_USER = /^(?:saml|cognito-identity\.amazonaws\.com):sub$/i

const claimKeys = ({ request }: EvaluationInput): readonly string[] =>
  Object.keys(request.context ?? {}).filter((key) => /:(?:aud|sub)$/i.test(key) && !OF_ONE_USER.test(key))

/** A listing is of a folder; the next one is of a folder beside it. */
function prefixOf(
  input: EvaluationInput,
  scope: FixScope,
  equals: Record<string, string | readonly string[]>,
  like: Record<string, string | readonly string[]>,
): void {
  const prefix = valueOf(input, 's3:prefix')
  if (prefix === undefined || prefix === '' || scope === 'resource' || /[*?]|\$\{/.test(prefix)) return
  if (scope === 'exact') equals['s3:prefix'] = prefix
  else like['s3:prefix'] = [prefix, `${prefix.endsWith('/') ? prefix : `${prefix}/`}*`]
}
