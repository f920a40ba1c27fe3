import type { ConditionLine } from '#iam/condition/condition.ts'
import { readRange } from '#iam/condition/compare.ts'
import type { Statement } from '#iam/policy.ts'
import { and, orAll, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput, mayBeOneListed } from '../evaluation-input.ts'
import { bucketsBehind, isThroughAccessPoint, preparedPolicy } from '../layers/access-point-bucket.ts'
import { type Lacking, type LayerFinding, notApplicable } from '../layers/finding.ts'
import type { Resource } from '../scenario.ts'

const place = { layer: 'service-guard', guard: 'block-public-access' } as const
const LACKING = { fact: 'Block Public Access settings of the bucket and its account', kind: 'attribute' } as const

/**
 * S3 Block Public Access: with RestrictPublicBuckets a public bucket policy serves only AWS services and the owner's own
 * account; everyone else is refused as by an explicit deny (R-S3-05, R-S3-06). Through an access point, its settings and
 * policy and those of the bucket behind it are asked alike. What is written under the other switches: s3-public-writes.ts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function publicAccessGuards(input: EvaluationInput): readonly LayerFinding[] {
  const { kind } = input.caller
  if (input.resource.kind === 'none' || kind === 'service' || kind === 'identity-provider') return []
  const outside = isOutside(input)
  if (outside === false) return []
  const publicOnes = policyHoldersOf(input).filter(({ statements }) => statements.some(isPublicStatement))
  if (publicOnes.length === 0) return []
  const restricted = orAll(publicOnes.map(({ settings }) => settings('RestrictPublicBuckets')))
  if (restricted === false) return [notApplicable(place, 'RestrictPublicBuckets is off for the bucket and its account')]
  return [
    publicAccessFinding(
      and(restricted, outside),
      'the bucket policy is public, and RestrictPublicBuckets shuts out other accounts and anonymous callers',
      outside === 'unknown' ? WHOSE : LACKING,
    ),
  ]
}

const WHOSE = {
  fact: 'whether RestrictPublicBuckets shuts out who is of the account of the access point or of its bucket, not of both',
  kind: 'attribute',
} as const

/**
 * Whether the caller is of no account that the setting lets in. AWS's pages name that of the bucket, or also that of the
 * access point: who is of one of two is not sure to be let in.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsS3AccountPublicAccessBlockDetails.html
 */
function isOutside({ relation, relationsBehind }: EvaluationInput): Truth {
  const owners = [relation, ...relationsBehind]
  if (!owners.includes('same')) return true
  return owners.every((owner) => owner === 'same') ? false : 'unknown'
}

/** A refusal by one of the four switches: explicit where it is sure. */
export const publicAccessFinding = (deny: Truth, reason: string, lacking: Lacking): LayerFinding => ({
  ...place,
  applies: true,
  reason,
  deny,
  allow: true,
  kinds: new Map(),
  policies: [],
  lacking: deny === 'unknown' ? [lacking] : [],
})

/** A policy together with the settings it stands under. */
interface PolicyHolder {
  readonly statements: readonly Statement[]
  readonly settings: (name: string) => Truth
}

function policyHoldersOf(input: EvaluationInput): readonly PolicyHolder[] {
  const own: PolicyHolder = {
    statements: input.policies.resourcePolicy?.document.statements ?? [],
    settings: (name) => setting(input, name),
  }
  const behind = isThroughAccessPoint(input) ? (bucketsBehind(input) ?? []) : []
  return [
    own,
    ...behind.map(
      (bucket): PolicyHolder => ({
        statements:
          bucket.policy === null || bucket.policy === undefined
            ? []
            : preparedPolicy(bucket, input.policies).document.statements,
        settings: (name) => strictest(name, input.policies.complete, (level) => attributeOf(bucket, level)),
      }),
    ),
  ]
}

const attributeOf = ({ attributes }: Resource, name: string): unknown =>
  attributes !== undefined && Object.hasOwn(attributes, name) ? attributes[name] : undefined

/** The most restrictive of the bucket's and the account's setting counts. */
export const setting = (input: EvaluationInput, name: string): Truth =>
  strictest(name, input.policies.complete && !mayBeOneListed(input), (level) => attribute(input, level))

const strictest = (name: string, complete: boolean, settingsAt: (level: string) => unknown): Truth =>
  orAll(['blockPublicAccess', 'accountBlockPublicAccess'].map((level) => settingOf(settingsAt(level), name, complete)))

function settingOf(settings: unknown, name: string, complete: boolean): Truth {
  if (settings === null || (settings === undefined && complete)) return false
  if (typeof settings !== 'object') return 'unknown'
  const found = Object.entries(settings).find(([key]) => key.toLowerCase() === name.toLowerCase())
  if (found === undefined) return complete ? false : 'unknown'
  return found[1] === true || found[1] === 'true'
}

/** R-S3-06: an Allow to everyone that no fixed value of an approved key narrows. */
export function isPublicStatement(statement: Statement): boolean {
  if (statement.effect !== 'Allow') return false
  const everyone = statement.principalElement === 'NotPrincipal' || statement.principal?.any === true
  return everyone && !statement.conditions.some(narrows)
}

const APPROVED_KEYS: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
])

const POSITIVE_FIXED = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike'])

/** A condition line that holds everyone but the named out: a positive operator, no IfExists, fixed values only. */
function narrows(line: ConditionLine): boolean {
  const { use } = line
  if (use === undefined || use.ifExists || use.setOperator === 'ForAllValues' || line.values.length === 0) return false
  const key = line.key.toLowerCase()
  const values = line.values.map(({ template }) => template.source)
  if (key === 'aws:sourceip') return use.operator.name === 'IpAddress' && values.every(isNarrowRange)
  return APPROVED_KEYS.has(key) && POSITIVE_FIXED.has(use.operator.name) && values.every(isFixed)
}

const isFixed = (value: string): boolean => !value.includes('*') && !value.includes('?') && !value.includes('${')

/** Ranges wider than /8 (IPv4) or /32 (IPv6) count as public; no private range is (R-S3-06). */
function isNarrowRange(value: string): boolean {
  const range = readRange(value)
  if (range === undefined) return false
  const [address, bits] = range
  return bits >= (address.kind() === 'ipv4' ? 8 : 32)
}
