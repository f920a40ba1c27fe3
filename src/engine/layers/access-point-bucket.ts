import { bucketArn } from '#iam/arn.ts'
import { MATCH_KINDS, type MatchKind } from '#iam/principal-element.ts'
import { readRequestResource, type RequestResource } from '#iam/resource.ts'
import { arnsOfAction } from '#iam/facts/arns-of-action.ts'
import type { Lookup } from '#iam/key-state.ts'
import { lowerCase } from '#iam/memoize.ts'
import { isTold } from '#iam/same-account.ts'
import type { Question } from '#iam/statement.ts'
import type { Truth } from '#iam/truth.ts'
import { type AccountRelation, attribute, type EvaluationInput, relationTo } from '../evaluation-input.ts'
import { contextOf } from '../context.ts'
import { truthOfPolicies, type PreparedPolicy, preparePolicy, type PreparedPolicies } from '../prepare.ts'
import { isTagOfResource, resourceFacts, stated } from '../resource-facts.ts'
import type { Resource } from '../scenario.ts'
import {
  allowsAs,
  allowsNothing,
  findingOf,
  type Lacking,
  type LayerFinding,
  notApplicable,
  notKnown,
} from './finding.ts'

const place = { layer: 'resource-policy', kind: 'bucket' } as const

/**
 * Behind an access point stands a bucket whose own policy must permit the request too; it names the bucket's ARNs, not the
 * access point's (R-S3-07). Behind a multi-Region access point stand several, of which S3 takes the nearest: what they do
 * not agree on is not known. Undefined where the request is not through an access point.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointPermissions.html
 */
export function bucketBehindAccessPoint(input: EvaluationInput): LayerFinding | undefined {
  const { resource } = input
  if (!isThroughAccessPoint(input) || resource.kind !== 'arn') return undefined
  const buckets = bucketsBehind(input)
  if (buckets === undefined)
    return input.policies.complete && !isOneOfSeveral(input)
      ? withoutPolicy(relationBehind(input))
      : notKnown(
          place,
          { fact: `bucket behind ${resource.arn} and its policy`, kind: 'policy' },
          'the bucket behind the access point is not known',
        )
  const [first, ...others] = buckets.map((bucket, i) => policyOf(bucket, input, input.relationsBehind[i]))
  if (first === undefined || others.length === 0) return first
  return relationBehind(input) === undefined ? notKnown(place, WHICH, SEVERAL) : agreed([first, ...others])
}

/**
 * The resources asked for behind the access point, one for each bucket; not known where the bucket is not. None without an
 * access point.
 */
export function resourcesBehind(input: EvaluationInput): readonly RequestResource[] {
  if (!isThroughAccessPoint(input)) return []
  return bucketsBehind(input)?.map((bucket) => behind(bucket, input)) ?? [{ kind: 'unknown' }]
}

/** The questions put to the policies of the buckets behind an access point; their tags are those of the bucket. */
export function questionsBehind(input: EvaluationInput): readonly Question[] {
  if (!isThroughAccessPoint(input)) return []
  const buckets = bucketsBehind(input)
  if (buckets === undefined) return [bucketQuestion(undefined, { kind: 'unknown' }, input)]
  return buckets.map((bucket) => bucketQuestion(bucket, behind(bucket, input), input))
}

function bucketQuestion(bucket: Resource | undefined, resource: RequestResource, input: EvaluationInput): Question {
  const { question, source, policies } = input
  const tags = { ...NO_TAG_KNOWN, ...resourceFacts(question.action, bucket?.attributes, policies.complete, undefined) }
  const ofBucket = contextOf({ ...source, ...tags })
  const lookup: Lookup = (key) => (isTagOfResource(key) ? ofBucket(key) : question.lookup(key))
  return { ...question, resource, lookup }
}

const NO_TAG_KNOWN = { resourceTags: undefined, tagsInDoubt: false }

/** Which bucket it is, where nobody knows that. */
export const bucketLacking = (input: EvaluationInput): readonly Lacking[] =>
  input.resource.kind === 'arn' && resourcesBehind(input).some(({ kind }) => kind === 'unknown')
    ? [{ fact: `bucket behind ${input.resource.arn}`, kind: 'attribute' }]
    : []

function behind(bucket: Resource, { resource }: EvaluationInput): RequestResource {
  const rest = resource.kind === 'arn' ? (resource.segments[5] ?? '') : ''
  return readRequestResource(bucket.arn + objectPath(rest))
}

function policyOf(bucket: Resource, input: EvaluationInput, relation: AccountRelation | undefined): LayerFinding {
  if (bucket.policy === undefined && !input.policies.complete)
    return notKnown(place, { fact: `bucket policy of ${bucket.arn}`, kind: 'policy' }, 'the bucket policy is not known')
  if (bucket.policy === undefined || bucket.policy === null) return withoutPolicy(relation)
  const policy = preparedPolicy(bucket, input.policies)
  const resource = behind(bucket, input)
  return {
    ...findingOf(place, [policy], truthOfPolicies([policy], bucketQuestion(bucket, resource, input))),
    resource,
  }
}

/** The bucket's own policy, for what S3 asks of it besides (R-S3-05). */
export const preparedPolicy = (bucket: Resource, { readings }: PreparedPolicies): PreparedPolicy =>
  preparePolicy(
    {
      name: bucket.arn,
      document: bucket.policy,
      ...(bucket.file === undefined ? {} : { file: bucket.file }),
      ...(bucket.lines === undefined ? {} : { lines: bucket.lines }),
    },
    'resource',
    readings,
  )

/** Within the account of the bucket an identity policy can allow in its place (R-EVAL-13, R-XACC-01). */
const withoutPolicy = (relation: AccountRelation | undefined): LayerFinding =>
  relation === 'same'
    ? notApplicable(place, 'the bucket behind the access point has no policy')
    : allowsNothing(place, 'the bucket behind the access point has no policy that lets another account in')

/** The finding that holds whichever of the buckets the request is sent to. A bucket without a policy gives nothing. */
function agreed(all: readonly LayerFinding[]): LayerFinding {
  if (all.every((finding) => !finding.applies)) return all[0] as LayerFinding
  const said = all.map((finding) => (finding.applies ? finding : { ...finding, allow: false as const }))
  const deny = alike(said.map((finding) => finding.deny))
  const allow = alike(said.map((finding) => finding.allow))
  const isOpen = deny === 'unknown' || allow === 'unknown'
  return {
    ...(all[0] as LayerFinding),
    applies: true,
    reason: SEVERAL,
    deny,
    allow,
    kinds: new Map(kindsOf(all)),
    policies: said.flatMap((finding) => finding.policies),
    by: undefined,
    lacking: isOpen ? [WHICH] : [],
  }
}

/** In which ways all of them let the caller in; a policy that is not known may in any. */
const kindsOf = (all: readonly LayerFinding[]): (readonly [MatchKind, Truth])[] =>
  MATCH_KINDS.map((kind) => [kind, alike(all.map((finding) => allowsAs(finding, [kind])))] as const).filter(
    ([, truth]) => truth !== false,
  )

const SEVERAL = 'several buckets stand behind the multi-Region access point'
const WHICH: Lacking = {
  fact: 'the bucket that the multi-Region access point sends the request to',
  kind: 'attribute',
}

export const alike = ([first = 'unknown', ...others]: readonly Truth[]): Truth =>
  others.every((truth) => truth === first) ? first : 'unknown'

/** Whether an S3 action on a resource that nobody names may be asked through an access point. */
export const mayBeAccessPoint = (action: string): boolean =>
  lowerCase(action).startsWith('s3:') &&
  (arnsOfAction(action, ANYONES)?.some((arn) => arn.includes(':accesspoint/')) ?? false)

const ANYONES = { partition: undefined, account: undefined }

export const isThroughAccessPoint = ({ resource }: Pick<EvaluationInput, 'resource'>): boolean =>
  resource.kind === 'arn' && resource.segments[2] === 's3' && (resource.segments[5] ?? '').startsWith('accesspoint/')

/**
 * The account that owns each bucket behind the access point, which may be another than the access point's: as the bucket or
 * the access point says, else the request, which has no other account to name. An access point that is said to name no account is of
 * one account with its bucket; that policies are complete does not say it (R-UNK-01). Undefined: not known (R-XACC-04).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessPoint.html
 */
export function ownersBehind(input: EvaluationInput): readonly (string | undefined)[] {
  if (!isThroughAccessPoint(input)) return []
  const said = stated(input.attributes, 'bucketAccount')
  const nearest = said === null ? input.resourceAccount : undefined
  const usual = typeof said === 'string' ? said : (input.request.resourceAccount ?? nearest)
  const owners = (bucketsBehind(input) ?? [undefined]).map((bucket) => bucket?.account ?? usual)
  return owners.map((owner) => (owner !== undefined && isTold(owner, input.caller.account) ? owner : undefined)) // R-UNK-05
}

/** The owners of buckets behind that are of another account than the access point; undefined: one who is not known. */
export const otherOwners = (input: EvaluationInput): readonly (string | undefined)[] =>
  isThroughAccessPoint(input)
    ? [...new Set(ownersTaken(input))].filter((owner) => owner !== input.resourceAccount)
    : NO_OWNERS

const NO_OWNERS: readonly undefined[] = []

/** The relations of an owner who is not known: the caller's account, or another. */
const ownersTaken = (input: EvaluationInput): readonly (string | undefined)[] =>
  ownersBehind(input).map(
    (owner, i) => owner ?? (input.relationsBehind[i] === 'same' ? input.caller.account : undefined),
  )

/** The account relation of the caller to the owners of all buckets behind; undefined: they differ, or there is no access point. */
export const relationBehind = ({
  relationsBehind: [first, ...others],
}: EvaluationInput): AccountRelation | undefined => (others.every((relation) => relation === first) ? first : undefined)

/**
 * The case with what the caller is to the buckets' owners; `open` is for one who is not known. Which of two owners
 * aws:ResourceAccount is, no page says.
 */
export function throughAccessPoint(input: EvaluationInput, open: AccountRelation | undefined): EvaluationInput {
  const { caller } = input
  const owners = ownersBehind(input).map((owner) => owner ?? (open === 'same' ? caller.account : undefined))
  const relations = owners.map((owner) => {
    const relation = relationTo(owner, caller) ?? open ?? 'cross'
    return caller.account === undefined ? (open ?? relation) : relation
  })
  if (owners.every((owner) => owner === input.resourceAccount)) return { ...input, relationsBehind: relations }
  const source = { ...input.source, resourceAccount: undefined }
  return { ...input, relationsBehind: relations, source, question: { ...input.question, lookup: contextOf(source) } }
}

/**
 * The case with what is said of the bucket behind and of its owner, for what S3 asks of it besides its policy. Of several
 * buckets nothing is known. The case itself where the request is not through an access point.
 */
export function atBucketBehind(input: EvaluationInput): EvaluationInput {
  if (!isThroughAccessPoint(input)) return input
  const [bucket, ...others] = bucketsBehind(input) ?? []
  const relation = relationBehind(input) ?? 'cross'
  const [owner = relation === 'same' ? input.caller.account : undefined] = ownersBehind(input)
  const isOne = others.length === 0
  return {
    ...input,
    resource: isOne && bucket !== undefined ? behind(bucket, input) : { kind: 'unknown' },
    relation,
    relationsBehind: [],
    resourceAccount: isOne ? owner : undefined,
    attributes: isOne ? bucket?.attributes : undefined,
  }
}

/**
 * The buckets that the access point's attributes name, and no others; where they name none, the one bucket among the
 * resources, or all of them behind a multi-Region access point, whose ARN has no Region. Undefined where one is not known.
 */
export function bucketsBehind(input: EvaluationInput): readonly Resource[] | undefined {
  const buckets = bucketsGiven(input)
  const partition = (input.resource.kind === 'arn' ? input.resource.segments[1] : undefined) ?? 'aws'
  const several = attribute(input, 'buckets')
  if (Array.isArray(several) && several.length > 0)
    return several.map((name) => givenOrNamed(buckets, bucketArn(String(name), partition)))
  const named = attribute(input, 'bucket')
  if (typeof named === 'string') return [givenOrNamed(buckets, bucketArn(named, partition))]
  const isMultiRegion = input.resource.kind === 'arn' && input.resource.segments[3] === ''
  return buckets.length === 1 || (isMultiRegion && buckets.length > 0) ? buckets : undefined
}

/** A bucket that is named and was not given is one of which nothing but its name is known. */
const givenOrNamed = (buckets: readonly Resource[], arn: string): Resource =>
  buckets.find((bucket) => bucket.arn === arn) ?? { arn, kind: 'bucket' }

const bucketsGiven = ({ resources }: EvaluationInput): readonly Resource[] =>
  resources.filter((resource) => resource.kind === 'bucket' || /^arn:[a-z-]{1,20}:s3:::[^/]{1,255}$/.test(resource.arn))

/** Buckets were given, and nothing says which of them it is: to know everything else does not help. */
const isOneOfSeveral = (input: EvaluationInput): boolean => bucketsGiven(input).length > 1

/** `accesspoint/NAME/object/KEY` → `/KEY`; the access point itself stands for the bucket. */
function objectPath(rest: string): string {
  const [, , marker, ...key] = rest.split('/')
  return marker === 'object' ? `/${key.join('/')}` : ''
}
