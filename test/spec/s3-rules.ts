/**
 * What S3 refuses besides policies and ACLs: writes that Block Public Access stops, ACLs where they are disabled, access
 * points for one VPC, requests that the requester must pay. R-S3-03, R-S3-05, R-S3-07, R-S3-09.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
import { and, not, or, orAll, type Truth } from '#iam/truth.ts'
import { bucketsBehind } from './access-point.ts'
import { attribute, flag } from './attributes.ts'
import { keyState } from './context.ts'
import { mayBeAccessPoint, type Question, UNKNOWN_RESOURCE } from './question.ts'

/** "PUT Object calls fail if the request includes a public ACL. PUT Bucket calls fail if the request includes a public ACL." */
const MAY_SEND_ACL = ['s3:putobject', 's3:createbucket']
const WRITES_ACL = ['s3:putobjectacl', 's3:putobjectversionacl', 's3:putbucketacl']
/** Buckets, access points, those of Object Lambda and multi-Region ones have the settings, and a policy (R-S3-21). */
const WRITES_POLICY =
  's3:putbucketpolicy s3:putaccesspointpolicy s3:putaccesspointpolicyforobjectlambda s3:putmultiregionaccesspointpolicy'
const PUBLIC_ACLS = ['public-read', 'public-read-write', 'authenticated-read']
const GRANT_HEADERS = 'read write read-acp write-acp full-control'.split(' ').map((name) => `s3:x-amz-grant-${name}`)

/** The value of a header; `?`: sent, or perhaps, value not known; undefined: not sent. One that is not listed is not sent. */
function header(question: Question, key: string): string | undefined {
  const state = keyState(question, key)
  const isListed = Object.keys(question.request.context ?? {}).some((one) => one.toLowerCase() === key)
  if (state === 'present' || (state === 'unknown' && isListed)) return '?'
  return typeof state === 'object' ? state.values.join(',') : undefined
}

/** Whether the ACL that the call sets is public, and whether it is just the owner's full control; undefined: it sets none. */
function writtenAcl(question: Question): { readonly isPublic: Truth; readonly isOwners: Truth } | undefined {
  if (!MAY_SEND_ACL.includes(question.action) && !WRITES_ACL.includes(question.action)) return undefined
  const canned = header(question, 's3:x-amz-acl')
  const grants = GRANT_HEADERS.map((key) => header(question, key)).filter((value) => value !== undefined)
  if (canned === undefined && grants.length === 0)
    return WRITES_ACL.includes(question.action) ? { isPublic: 'unknown', isOwners: 'unknown' } : undefined
  const group = (text: string): Truth => (text === '?' ? 'unknown' : /global\/(AllUsers|AuthenticatedUsers)/.test(text))
  return {
    isPublic: orAll([canned === '?' ? 'unknown' : PUBLIC_ACLS.includes(canned ?? ''), ...grants.map(group)]),
    isOwners: grants.length > 0 || canned === '?' ? 'unknown' : canned === 'bucket-owner-full-control',
  }
}

/**
 * BlockPublicAcls and BlockPublicPolicy: "calls fail if the specified ACL is public", "reject calls to PUT Bucket policy if the
 * specified bucket policy allows public access". What the policy is that a call sets, no request says. (R-S3-05, R-S3-21)
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
 */
export function blocksWrite(question: Question): Truth {
  const isPolicy = WRITES_POLICY.split(' ').includes(question.action)
  const isPublic: Truth = isPolicy ? 'unknown' : (writtenAcl(question)?.isPublic ?? false)
  const name = isPolicy ? 'BlockPublicPolicy' : 'BlockPublicAcls'
  return and(isPublic, or(flag(question, 'blockPublicAccess', name), flag(question, 'accountBlockPublicAccess', name)))
}

export function isRefusedByS3(question: Question): Truth {
  if (question.service !== 's3' || question.resource === '*') return false
  // "You must ensure that … both the access point and the underlying bucket permit the request": of one that may be there.
  const perhapsThroughPoint = and(
    'unknown',
    question.resource === UNKNOWN_RESOURCE && mayBeAccessPoint(question.action),
  )
  return orAll([
    perhapsThroughPoint,
    setsDisabledAcl(question),
    comesFromElsewhere(question),
    doesNotPay(question),
    needsSignature(question),
  ])
}

/**
 * "You might get this error when you make an anonymous request": KMS requires that requests are signed, so that S3 gets no key
 * for who is anonymous. (R-S3-20) https://repost.aws/knowledge-center/s3-kms-signature-version-error
 */
function needsSignature(question: Question): Truth {
  if (question.caller.kind !== 'anonymous') return false
  const behind = bucketsBehind(question)
  const buckets = behind.length === 0 ? [question] : behind.map((one) => one.question)
  const defaults = buckets.map((bucket): Truth => {
    const key = attribute(bucket, 'sseKmsKeyArn')
    return key === null ? false : typeof key === 'string' ? true : 'unknown'
  })
  const byDefault = defaults.every((truth) => truth === defaults[0]) ? (defaults[0] ?? 'unknown') : 'unknown'
  switch (question.action) {
    case 's3:getobject':
    case 's3:getobjectversion': {
      const operation = keyState(question, 'denytrace:call/operation')
      const isHead = typeof operation === 'object' && operation.values[0]?.toLowerCase() === 'headobject'
      return isHead ? and(byDefault, 'unknown') : byDefault
    }
    case 's3:putobject': {
      const asked = header(question, 's3:x-amz-server-side-encryption')
      if (asked === undefined) return byDefault
      return asked === '?' ? 'unknown' : asked.startsWith('aws:kms')
    }
    default:
      return false
  }
}

/** Whether an attribute has a value; not known where nobody says what it has. */
const has = (question: Question, name: string, value: unknown): Truth => {
  const given = attribute(question, name)
  return given === undefined ? 'unknown' : given === value
}

/** about-object-ownership.html: PUT requests with ACLs other than bucket-owner-full-control fail where ACLs are disabled. */
function setsDisabledAcl(question: Question): Truth {
  const acl = writtenAcl(question)
  return acl === undefined
    ? false
    : and(has(bucketOf(question), 'objectOwnership', 'BucketOwnerEnforced'), not(acl.isOwners))
}

/** access-points-vpc.html: the network origin is VPC or Internet, and cannot be changed; a multi-Region one has none. */
function comesFromElsewhere(question: Question): Truth {
  if (!/^arn:[^:]*:s3:[^:]+:[^:]*:accesspoint\//.test(question.resource)) return false
  const from = keyState(question, 'aws:SourceVpc')
  const vpc = attribute(question, 'vpcId')
  const isElsewhere =
    from === 'absent' ? true : typeof from === 'object' && typeof vpc === 'string' ? from.values[0] !== vpc : 'unknown'
  return and(has(question, 'networkOrigin', 'VPC'), isElsewhere)
}

/** Settings of the bucket, which stands behind an access point; of several it is not known which. */
function bucketOf(question: Question): Question {
  const [first, ...others] = bucketsBehind(question).map((one) => one.question)
  return first === undefined ? question : others.length === 0 ? first : oneOfSeveral([first, ...others], first)
}

/** Which of several buckets S3 takes is not known, and so nothing of its settings. */
export function oneOfSeveral(buckets: readonly Question[], { resourceAccount: _owner, ...first }: Question): Question {
  const alike = buckets.every(({ relation }) => relation === first.relation)
  const { serviceGuards: _settings, ...policies } = first.scenario.policies ?? {}
  const scenario = { ...first.scenario, policies }
  return { ...first, scenario, resource: UNKNOWN_RESOURCE, relation: alike ? first.relation : 'cross' }
}

/** RequesterPaysBuckets.html: anonymous requests are refused, and others' without the header or parameter. */
function doesNotPay(asked: Question): Truth {
  const question = bucketOf(asked)
  const isAnonymous = question.caller.kind === 'anonymous'
  if (!(isAnonymous || question.relation === 'cross')) return false
  const states = ['x-amz-request-payer', 's3:x-amz-request-payer'].map((key) => keyState(question, key))
  const pays: Truth = orAll(states.map((s) => (s === 'unknown' ? 'unknown' : s !== 'absent')))
  return and(has(question, 'requesterPays', true), isAnonymous ? true : not(pays))
}

/** R-S3-08: the listing that would tell a missing object from a forbidden one; undefined: the object is there. */
export function listingInstead(question: Question): Question | undefined {
  const { action, resource, request } = question
  if (action !== 's3:getobject' && action !== 's3:getobjectversion') return undefined
  if (!resource.startsWith('arn:') || attribute(question, 'objectExists') !== false) return undefined
  const [head = '', ...rest] = resource.split('/')
  const through = head.endsWith(':accesspoint')
  const key = rest.slice(through ? 2 : 0).join('/')
  const context = Object.fromEntries(
    Object.entries(request.context ?? {}).filter(([name]) => name.toLowerCase() !== 's3:prefix'),
  )
  return {
    ...question,
    action: 's3:listbucket',
    resource: through ? `${head}/${rest[0] ?? ''}` : head,
    request: { ...request, context: { ...context, 's3:prefix': key } },
  }
}
