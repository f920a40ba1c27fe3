import type { ConditionLine } from '#iam/condition/condition.ts'
import { readRange } from '#iam/condition/compare.ts'
import type { Statement } from '#iam/policy.ts'
import type { Truth } from '#iam/truth.ts'
import { attribute, type Case } from '../case.ts'
import { type LayerFinding, notApplicable } from '../layers/finding.ts'

/**
 * S3 Block Public Access: with RestrictPublicBuckets a public bucket policy serves only AWS services and the owner's own
 * account; everyone else is refused as by an explicit deny (R-S3-05, R-S3-06).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function publicAccessGuards(facts: Case): readonly LayerFinding[] {
  const place = { layer: 'service-guard', guard: 'block-public-access' } as const
  if (
    facts.resource.kind === 'none' ||
    facts.relation === 'same' ||
    facts.caller.kind === 'service' ||
    facts.caller.kind === 'identity-provider'
  )
    return []
  const statements = facts.policies.resourcePolicy?.document.statements ?? []
  const isPublic = statements.some(isPublicStatement)
  if (!isPublic) return []
  const restricted = setting(facts, 'RestrictPublicBuckets')
  if (restricted === false) return [notApplicable(place, 'RestrictPublicBuckets is off for the bucket and its account')]
  const lacking = { fact: 'Block Public Access settings of the bucket and its account', kind: 'attribute' } as const
  return [
    {
      ...place,
      applies: true,
      reason: 'the bucket policy is public, and RestrictPublicBuckets shuts out other accounts and anonymous callers',
      deny: restricted,
      allow: true,
      kinds: new Map(),
      policies: [],
      lacking: restricted === 'unknown' ? [lacking] : [],
    },
  ]
}

/** The most restrictive of the bucket's and the account's setting counts. */
export function setting(facts: Case, name: string): Truth {
  const values = ['blockPublicAccess', 'accountBlockPublicAccess'].map((level) =>
    one(attribute(facts, level), name, facts.policies.complete),
  )
  if (values.includes(true)) return true
  return values.includes('unknown') ? 'unknown' : false
}

function one(settings: unknown, name: string, complete: boolean): Truth {
  if (settings === null) return false
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

/** Ranges wider than /8 (IPv4) or /32 (IPv6) count as public, private ranges apart. */
function isNarrowRange(value: string): boolean {
  const range = readRange(value)
  if (range === undefined) return false
  const [address, bits] = range
  if (address.range() === 'private') return true
  return bits >= (address.kind() === 'ipv4' ? 8 : 32)
}
