import { orAll, type Truth } from '#iam/truth.ts'
import { lowerCase } from '#iam/memoize.ts'
import type { EvaluationInput } from '../evaluation-input.ts'

/** The ACL that a request sets, as far as it says. */
export interface SetAcl {
  /** Granted to everyone, or to every AWS account (R-S3-05). */
  readonly isPublic: Truth
  /** No more than the bucket owner's full control, which S3 takes also where ACLs are disabled (R-S3-03). */
  readonly isOwners: Truth
}

/** An upload or a new bucket without these headers sets no ACL; the others are there to set one, in their body if not in a header. */
const UPLOADS = new Set(['putobject', 'createbucket'])
const SETS_ACL = new Set(['putobjectacl', 'putobjectversionacl', 'putbucketacl'])

const PUBLIC_CANNED: ReadonlySet<string> = new Set(['public-read', 'public-read-write', 'authenticated-read'])
export const ACL_HEADER = 's3:x-amz-acl'
const GRANTS = ['read', 'write', 'read-acp', 'write-acp', 'full-control'].map((name) => `s3:x-amz-grant-${name}`)
const PUBLIC_GROUPS = ['/groups/global/AllUsers', '/groups/global/AuthenticatedUsers']

const BODY: SetAcl = { isPublic: 'unknown', isOwners: 'unknown' }

/**
 * The ACL that the request's headers set; undefined: none. A header that the request does not list counts as not sent: an
 * ACL needs `s3:PutObjectAcl` as well, so that who sets one says so (G-63).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
export function aclOf(input: EvaluationInput): SetAcl | undefined {
  const { name } = input.question.action
  const sets = SETS_ACL.has(name)
  if (!sets && !UPLOADS.has(name)) return undefined
  const canned = said(input, ACL_HEADER)
  const grants = GRANTS.map((key) => said(input, key)).filter((value) => value !== undefined)
  if (canned === undefined && grants.length === 0) return sets ? BODY : undefined
  return {
    isPublic: orAll([isPublicCanned(canned), ...grants.map(isPublicGrant)]),
    isOwners: grants.length > 0 ? 'unknown' : canned === 'unknown' ? 'unknown' : canned === 'bucket-owner-full-control',
  }
}

/** Whether the request is an upload of which nobody says that it has no such header: it is then taken to have none. */
export const mayCarryAcl = (input: EvaluationInput): boolean =>
  input.question.action.service === 's3' &&
  UPLOADS.has(input.question.action.name) &&
  aclOf(input) === undefined &&
  input.question.lookup(ACL_HEADER).state === 'unknown'

/** The value of a header; `unknown`: sent, or listed as perhaps sent, not known with which value; undefined: not sent. */
function said({ question, request: { context = {} } }: EvaluationInput, key: string): string | undefined {
  const state = question.lookup(key)
  if (state.state === 'present') return 'unknown'
  if (state.state === 'unknown' && Object.keys(context).some((name) => lowerCase(name) === key)) return 'unknown'
  return state.state === 'values' ? state.values.join(',') : undefined
}

const isPublicCanned = (canned: string | undefined): Truth =>
  canned === 'unknown' ? 'unknown' : canned !== undefined && PUBLIC_CANNED.has(canned)

const isPublicGrant = (grantee: string): Truth =>
  grantee === 'unknown' ? 'unknown' : PUBLIC_GROUPS.some((group) => grantee.includes(group))
