/**
 * S3 beside its policies: Block Public Access, ACLs, objects that another account owns. R-S3-02..06.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
import type { Policy } from '#engine/scenario.ts'
import { and, not, or, orAll, type Truth } from '#iam/truth.ts'
import { attribute, flag } from './attributes.ts'
import { isObject, readDocument, texts, type Json } from './document.ts'
import { bucketsBehind } from './access-point.ts'
import { isOneOfListed, isOriginAccessIdentity, type Question } from './question.ts'
import { isOneAccount } from './masked.ts'
import { blocksWrite, oneOfSeveral } from './s3-rules.ts'

export interface S3Guards {
  /** RestrictPublicBuckets stands in the way. */
  readonly restricts: Truth
  /** The ACL gives the access. */
  readonly aclAllows: Truth
  /** It would, were it not for IgnorePublicAcls. */
  readonly aclIgnored: boolean
  /** Another account owns the object, so that policies do not reach it. */
  readonly foreignObject: Truth
}

const NONE: S3Guards = { restricts: false, aclAllows: false, aclIgnored: false, foreignObject: false }

/** From outside the account of the resource. Service principals count as neither (R-XACC-05). */
export const isOutsider = ({ caller, relation }: Question): boolean =>
  caller.kind === 'anonymous' || isOriginAccessIdentity(caller) || relation === 'cross'

export function s3Guards(question: Question): S3Guards {
  if (question.service !== 's3' || question.resource === '*') return NONE
  const eitherFlag = (field: string): Truth =>
    or(flag(question, 'blockPublicAccess', field), flag(question, 'accountBlockPublicAccess', field))
  const behind = bucketsBehind(question).map((one) => one.question)
  const restricted = [question, ...behind].map((one) => and(restrictsPublic(one), isPublic(one)))
  const restricts = or(blocksWrite(question), and(isOutsideAll([question, ...behind]), orAll(restricted)))
  const [bucket, ...others] = behind
  // The ACLs are the bucket's; of several buckets it is not known whose.
  if (bucket !== undefined)
    return { ...s3Guards(others.length === 0 ? bucket : oneOfSeveral(behind, bucket)), restricts }
  const ignores = eitherFlag('IgnorePublicAcls')
  const aclAllows = aclGives(question, ignores)
  return {
    restricts,
    aclAllows,
    aclIgnored: ignores === true && aclAllows === false && aclGives(question, false) === true,
    foreignObject: isForeign(question),
  }
}

const restrictsPublic = (question: Question): Truth =>
  orAll(['blockPublicAccess', 'accountBlockPublicAccess'].map((at) => flag(question, at, 'RestrictPublicBuckets')))

/** Of an access point and its bucket, the pages do not agree on who is of one of the two accounts. */
function isOutsideAll(questions: readonly Question[]): Truth {
  if (questions.every((one) => !isOutsider(one))) return false
  return questions.every((one) => one.relation !== 'same') ? true : 'unknown'
}

/** Permission, and whether of the object's or of the bucket's ACL. */
const ACL_PERMISSION: Readonly<Record<string, readonly ['acl' | 'objectAcl', string]>> = {
  's3:listbucket': ['acl', 'READ'],
  's3:listbucketversions': ['acl', 'READ'],
  's3:listbucketmultipartuploads': ['acl', 'READ'],
  's3:putobject': ['acl', 'WRITE'],
  's3:getbucketacl': ['acl', 'READ_ACP'],
  's3:putbucketacl': ['acl', 'WRITE_ACP'],
  's3:getobject': ['objectAcl', 'READ'],
  's3:getobjectversion': ['objectAcl', 'READ'],
  's3:getobjectacl': ['objectAcl', 'READ_ACP'],
  's3:getobjectversionacl': ['objectAcl', 'READ_ACP'],
  's3:putobjectacl': ['objectAcl', 'WRITE_ACP'],
  's3:putobjectversionacl': ['objectAcl', 'WRITE_ACP'],
}

function ownerEnforced(question: Question): Truth {
  const ownership = attribute(question, 'objectOwnership')
  return ownership === undefined ? 'unknown' : ownership === 'BucketOwnerEnforced'
}

function isForeign(question: Question): Truth {
  if (ACL_PERMISSION[question.action]?.[0] !== 'objectAcl') return false
  const owner = attribute(question, 'objectOwner')
  // Nothing says that another account wrote the object: it is the bucket owner's (the table's own footing).
  if (owner === null || owner === undefined) return false
  const bucketOwner = question.resourceAccount
  const differs: Truth = bucketOwner === undefined ? 'unknown' : not(isOneAccount(String(owner), bucketOwner))
  return and(not(ownerEnforced(question)), differs)
}

function aclGives(question: Question, ignoresPublic: Truth): Truth {
  const [which, permission] = ACL_PERMISSION[question.action] ?? []
  if (which === undefined || question.caller.kind === 'service') return false
  const acl = attribute(question, which)
  const grants = isObject(acl) && Array.isArray(acl['Grants']) ? acl['Grants'] : []
  const given =
    acl === undefined
      ? 'unknown'
      : orAll(grants.map((g: unknown) => grantGives(g, permission, question, ignoresPublic)))
  return and(not(ownerEnforced(question)), given)
}

function grantGives(grant: unknown, permission: unknown, question: Question, ignoresPublic: Truth): Truth {
  if (!isObject(grant) || !isObject(grant['Grantee'])) return 'unknown'
  if (grant['Permission'] !== permission && grant['Permission'] !== 'FULL_CONTROL') return false
  const { URI: uri, ID: id } = grant['Grantee']
  if (typeof uri !== 'string') return isAccountOf(id, question)
  const group = uri.split('/').at(-1)
  const covers = group === 'AllUsers' || (group === 'AuthenticatedUsers' && question.caller.kind !== 'anonymous')
  return and(covers, not(ignoresPublic))
}

/** Canonical ids are known for the owners that the two ACLs print. */
function isAccountOf(id: unknown, question: Question): Truth {
  const { account } = question.caller
  if (account === undefined) return false
  const ownerId = (name: string): unknown => {
    const acl = attribute(question, name)
    return isObject(acl) && isObject(acl['Owner']) ? acl['Owner']['ID'] : undefined
  }
  const objectOwner = attribute(question, 'objectOwner')
  if (id === ownerId('acl')) return question.relation === 'same'
  if (id === ownerId('objectAcl') && objectOwner === null) return question.relation === 'same'
  if (id === ownerId('objectAcl') && typeof objectOwner === 'string') return isOneAccount(objectOwner, account)
  return 'unknown'
}

/** Keys that, fixed to a value, keep a policy from being public. */
const NARROWING = `aws:sourceip aws:sourcearn aws:sourcevpc aws:sourcevpce aws:sourceowner aws:sourceaccount
  aws:sourceorgid aws:sourceorgpaths aws:vpcsourceip aws:userid aws:principalarn aws:principalaccount
  aws:principalorgid aws:principalorgpaths s3:dataaccesspointaccount s3:dataaccesspointarn
  s3:x-amz-server-side-encryption-aws-kms-key-id`.split(/\s+/)
const FIXING = 'StringEquals StringEqualsIgnoreCase StringLike ArnEquals ArnLike IpAddress'.split(' ')

/** R-S3-06: one Allow to everyone that no fixed value narrows makes the whole policy public. */
function isPublic(question: Question): Truth {
  const { scenario } = question
  if (isOneOfListed(question)) return 'unknown'
  const policy: Policy | null | undefined = scenario.policies?.resourcePolicy
  if (policy === null) return false
  if (policy === undefined) return scenario.policies?.complete === true ? false : 'unknown'
  const document = readDocument(policy)
  return document === undefined ? 'unknown' : document.statements.some(isPublicStatement)
}

function isPublicStatement(statement: Json): boolean {
  const { Effect: effect, Principal: principal, NotPrincipal: others, Condition: condition } = statement
  const everyone = principal === '*' || (isObject(principal) && texts(principal['AWS']).includes('*'))
  if (effect !== 'Allow' || !(everyone || others !== undefined)) return false
  const lines = Object.entries(isObject(condition) ? condition : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => [operator, key, texts(values)] as const),
  )
  return !lines.some(([operator, key, values]) => narrows(operator, key.toLowerCase(), values))
}

function narrows(written: string, key: string, values: readonly string[]): boolean {
  const operator = written.replace(/^ForAnyValue:/, '')
  if (!FIXING.includes(operator) || !NARROWING.includes(key) || values.length === 0) return false
  return operator === 'IpAddress' ? values.every(isNarrowRange) : !values.some((value) => /[*?]|\$\{/.test(value))
}

/** At most a /8 (IPv4) or a /32 (IPv6), or one of the private ranges. */
function isNarrowRange(range: string): boolean {
  const prefix = Number(range.split('/')[1] ?? '128')
  return prefix >= (range.includes(':') ? 32 : 8)
}
