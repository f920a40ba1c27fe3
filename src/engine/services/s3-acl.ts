import { anyCaseField } from '#iam/any-case-field.ts'
import { isAccountId } from '#iam/arn.ts'
import { isSameAccount } from '#iam/same-account.ts'
import { or, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { atBucketBehind } from '../layers/access-point-bucket.ts'
import { type LayerFinding, notKnown } from '../layers/finding.ts'
import { setting } from './s3-public-access.ts'

/**
 * ACLs only grant, to accounts and predefined groups, and never to principals of the owner's own account. With Object
 * Ownership `BucketOwnerEnforced` there are none (R-S3-02..05). Through an access point those of the bucket count.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
export function aclGuards(original: EvaluationInput): readonly LayerFinding[] {
  const input = atBucketBehind(original)
  const permissions = NEEDED.get(input.question.action.name)
  if (permissions === undefined || input.caller.kind === 'identity-provider') return []
  const place = { layer: 'service-guard', guard: 'acl' } as const
  const ownership = attribute(input, 'objectOwnership')
  if (ownership === 'BucketOwnerEnforced') return []
  const foreign = objectOfAnotherAccount(input)
  // No ACL names a service, and none a principal of the owner's own account (R-S3-04).
  if ((input.relation === 'same' || input.caller.kind === 'service') && foreign === false) return []
  const attributeName = permissions.on === 'object' ? 'objectAcl' : 'acl'
  const acl = attribute(input, attributeName)
  if (acl === undefined && input.policies.complete === false && foreign === false)
    return [
      {
        ...notKnown(
          place,
          { fact: `${attributeName} and Object Ownership`, kind: 'attribute' },
          'the ACL is not known',
        ),
        deny: false,
      },
    ]
  const unread: Truth = input.caller.kind === 'service' ? false : 'unknown'
  const allow = acl === undefined ? unread : grants(input, acl, permissions.of, setting(input, 'IgnorePublicAcls'))
  const withdrawn = allow === false && acl !== undefined && grants(input, acl, permissions.of, false) === true
  if (allow === false && foreign === false && ownership === null) return []
  return [
    {
      ...place,
      applies: true,
      reason:
        allow === true
          ? 'the ACL grants the caller this'
          : withdrawn
            ? 'IgnorePublicAcls takes away what the ACL grants everyone'
            : foreign
              ? 'another account owns the object, and its ACL does not grant the caller this'
              : 'the ACL does not grant the caller this',
      deny: false,
      allow,
      kinds: new Map(),
      policies: [],
      lacking:
        allow === 'unknown' || foreign === 'unknown'
          ? [{ fact: `${attributeName}, objectOwner and Object Ownership`, kind: 'attribute' }]
          : [],
      ...(withdrawn ? { withdrawn } : {}),
    },
  ]
}

/**
 * A bucket policy's Allow covers only objects that the bucket owner owns (R-S3-02). An owner not given is the bucket's:
 * no snapshot holds the owner of each object.
 */
export function objectOfAnotherAccount(original: EvaluationInput): Truth {
  const input = atBucketBehind(original)
  const owner = attribute(input, 'objectOwner')
  const permissions = NEEDED.get(input.question.action.name)
  if (input.question.action.service !== 's3' || permissions?.on !== 'object' || typeof owner !== 'string') return false
  const isOwn = input.resourceAccount === undefined ? 'unknown' : isSameAccount(owner, input.resourceAccount)
  if (isOwn === true) return false
  const ownership = attribute(input, 'objectOwnership')
  if (ownership === 'BucketOwnerEnforced') return false
  return isOwn === 'unknown' || ownership === undefined ? 'unknown' : true
}

/** Whether who owns the object would matter, and nobody says it: it is then taken to be the bucket's account (ADR 0047). */
export function mayHaveOtherOwner(input: EvaluationInput): boolean {
  if (input.question.action.service !== 's3' || NEEDED.get(input.question.action.name)?.on !== 'object') return false
  const { attributes, ...facts } = atBucketBehind(input)
  if (attributes === null || typeof attributes?.['objectOwner'] === 'string' || attributes?.['objectOwner'] === null)
    return false
  return attribute({ attributes, ...facts }, 'objectOwnership') !== 'BucketOwnerEnforced'
}

interface Needed {
  readonly on: 'object' | 'bucket'
  readonly of: readonly string[]
}

const object = (permission: string): Needed => ({ on: 'object', of: [permission, 'FULL_CONTROL'] })
const bucket = (permission: string): Needed => ({ on: 'bucket', of: [permission, 'FULL_CONTROL'] })

/** Which ACL permission stands for an action. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping */
const NEEDED: ReadonlyMap<string, Needed> = new Map([
  ['getobject', object('READ')],
  ['getobjectversion', object('READ')],
  ['getobjecttorrent', object('READ')],
  ['getobjectacl', object('READ_ACP')],
  ['getobjectversionacl', object('READ_ACP')],
  ['putobjectacl', object('WRITE_ACP')],
  ['putobjectversionacl', object('WRITE_ACP')],
  ['listbucket', bucket('READ')],
  ['listbucketversions', bucket('READ')],
  ['listbucketmultipartuploads', bucket('READ')],
  ['putobject', bucket('WRITE')],
  ['deleteobject', bucket('WRITE')],
  ['getbucketacl', bucket('READ_ACP')],
  ['putbucketacl', bucket('WRITE_ACP')],
])

/** `s3:getobject`, …: what an ACL of a bucket, or of an object, can grant. */
export const aclActions = (on: 'object' | 'bucket'): readonly string[] =>
  [...NEEDED].flatMap(([name, needed]) => (needed.on === on ? [`s3:${name}`] : []))

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
const AUTHENTICATED = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'

/** A group's grant is public: IgnorePublicAcls counts it as not there (R-S3-05). An account is named by its canonical id. */
function grants(input: EvaluationInput, acl: unknown, permissions: readonly string[], ignored: Truth): Truth {
  const listed = anyCaseField(acl, 'grants')
  if (!Array.isArray(listed)) return false
  let allow: Truth = false
  for (const grant of listed) {
    if (typeof grant !== 'object' || grant === null) continue
    const permission = anyCaseField(grant, 'permission')
    const grantee = anyCaseField(grant, 'grantee')
    if (typeof permission !== 'string' || !permissions.includes(permission)) continue
    if (typeof grantee === 'object' && grantee !== null) allow = or(allow, grantedTo(input, grantee, ignored))
  }
  return allow
}

function grantedTo(input: EvaluationInput, grantee: object, ignored: Truth): Truth {
  const uri = anyCaseField(grantee, 'uri')
  const id = anyCaseField(grantee, 'id')
  if (typeof uri === 'string') {
    const covered =
      input.caller.kind !== 'service' &&
      (uri === ALL_USERS || (uri === AUTHENTICATED && input.caller.kind !== 'anonymous'))
    if (!covered || ignored === true) return false
    return ignored === 'unknown' ? 'unknown' : true
  }
  if (input.caller.account === undefined) return false
  if (typeof id === 'string' && isAccountId(id)) return isSameAccount(id, input.caller.account)
  return isCanonicalId(id) ? isOfCaller(input, id) : false
}

export const isCanonicalId = (id: unknown): id is string => typeof id === 'string' && id.length === 64

/** The canonical id of the account that an ACL prints as its owner. */
export const ownerIn = (acl: unknown): unknown => anyCaseField(anyCaseField(acl, 'owner'), 'id')

/** Whose a canonical user id is, our facts tell of the owners of bucket and object alone, whom every ACL names. */
function isOfCaller(input: EvaluationInput, id: string): Truth {
  if (id === ownerIn(attribute(input, 'acl'))) return input.relation === 'same'
  if (id !== ownerIn(attribute(input, 'objectAcl'))) return 'unknown'
  const owner = attribute(input, 'objectOwner')
  if (owner === null) return input.relation === 'same'
  return typeof owner === 'string' ? isSameAccount(owner, input.caller.account ?? '') : 'unknown'
}
