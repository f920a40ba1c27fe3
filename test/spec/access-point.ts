/**
 * Behind an access point stands a bucket, behind a multi-Region one stand several, each with a policy and settings of its
 * own. R-S3-07. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
import { isOneAccount } from './masked.ts'
import type { Resource } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { attribute } from './attributes.ts'
import { type Question, type Relation, relationOf } from './question.ts'

export interface Behind {
  /** What is asked of the bucket: its own policy and attributes are in force. */
  readonly question: Question
  /** Several buckets were given, and nothing says which of them it is. */
  readonly open: boolean
  /** Nothing says which bucket it is. */
  readonly unknown: boolean
}

const isThrough = (question: Question): boolean => {
  const arn = parseArn(question.resource)
  return arn?.service === 's3' && arn.resource.startsWith('accesspoint/')
}

/**
 * Who owns each bucket behind, which may be another account than the access point's (R-XACC-04). One that is said to be
 * made without naming the bucket's account is of the same; nobody says it by calling the policies complete (R-UNK-01). https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessPoint.html
 */
function ownersGiven(question: Question): readonly (string | undefined)[] {
  if (!isThrough(question)) return []
  const said = attribute(question, 'bucketAccount')
  const own = said === null ? question.resourceAccount : undefined
  const usual = typeof said === 'string' ? said : (question.request.resourceAccount ?? own)
  const isKnown = (owner: string | undefined): boolean =>
    owner !== undefined && (/^\d{12}$/.test(owner) || isOneAccount(owner, question.caller.account ?? '') === true)
  const owners = bucketsOf(question).map((bucket) => bucket?.account ?? usual)
  return owners.map((owner) => (isKnown(owner) ? owner : undefined))
}

const ownersBehind = (question: Question): readonly (string | undefined)[] =>
  ownersGiven(question).map((owner) => owner ?? question.ownerBehind)

/**
 * The question once for each owner that a bucket of unknown owner may have: the caller's account, or another. Where the owner of the
 * access point cannot be compared with the caller (R-UNK-05), it is asked twice already: a bucket that is said to be of the access
 * point's account is then as near or as far, and any other may be either.
 */
export function byOwnerBehind(question: Question): readonly Question[] {
  const { caller, relation } = question
  const { account } = caller
  const isOpen = ownersGiven(question).some((owner) => relationOf(owner, caller) === undefined)
  if (account === undefined || relation === 'neither' || !isOpen) return [question]
  const same: Question = { ...question, ownerBehind: account, relationBehind: 'same' }
  const cross: Question = { ...question, relationBehind: 'cross' }
  const isOfAccessPoint = attribute(question, 'bucketAccount') === null
  if (!isOfAccessPoint || relationOf(question.resourceAccount, caller) !== undefined) return [same, cross]
  return [relation === 'same' ? same : cross]
}

/** Access point and bucket are of two accounts, or may be: whose aws:ResourceAccount is, is not known. */
export const hasTwoOwners = (question: Question): boolean =>
  question.twoOwners ?? ownersBehind(question).some((owner) => owner !== question.resourceAccount)

const relationTo = (owner: string | undefined, { caller, relationBehind }: Question): Relation =>
  relationOf(owner, caller) ?? relationBehind ?? 'cross'

/** None: the request is not through an access point. */
export function bucketsBehind(question: Question): readonly Behind[] {
  const arn = parseArn(question.resource)
  if (arn === undefined || !isThrough(question)) return []
  const owners = ownersBehind(question)
  const key = arn.resource.split('/').slice(3).join('/')
  // The bucket sees which access point the request came through; the keys are those of the access point.
  const keys = {
    's3:DataAccessPointAccount': arn.account,
    's3:DataAccessPointArn': question.resource.split('/').slice(0, 2).join('/'),
  }
  const request = { ...question.request, context: { ...keys, ...question.request.context } }
  const { resourceAccount: _of, ...asked } = question
  return bucketsOf(question).map((bucket, i) => {
    const home = bucket?.arn ?? `arn:${arn.partition}:s3:::unknown-bucket`
    const { resourcePolicy: _own, serviceGuards: _settings, ...policies } = question.scenario.policies ?? {}
    const given = bucket?.policy
    const policy =
      given === undefined
        ? {}
        : { resourcePolicy: given === null ? null : { name: home, kind: 'bucket', document: given } }
    const settings = bucket?.attributes === undefined ? {} : { serviceGuards: bucket.attributes }
    const scenario = { ...question.scenario, policies: { ...policies, ...policy, ...settings } }
    const open = bucket === undefined && listed(question).length > 1
    return {
      open,
      unknown: bucket === undefined,
      question: {
        ...asked,
        scenario,
        request,
        resource: key === '' ? home : `${home}/${key}`,
        relation: relationTo(owners[i], question),
        twoOwners: hasTwoOwners(question),
        ...ownedBy(owners[i]),
      },
    }
  })
}

const ownedBy = (owner: string | undefined): Pick<Question, 'resourceAccount'> =>
  owner === undefined ? {} : { resourceAccount: owner }

/** `undefined` in the list: there is a bucket, which one is not known. */
function bucketsOf(question: Question): readonly (Resource | undefined)[] {
  const all = listed(question)
  const named = (given: string): Resource => {
    // get-access-point prints `"Bucket": "NAME"`.
    const arn = given.startsWith('arn:')
      ? given
      : `arn:${parseArn(question.resource)?.partition ?? 'aws'}:s3:::${given}`
    return all.find((resource) => resource.arn === arn) ?? { arn, kind: 'bucket' }
  }
  const several = attribute(question, 'buckets')
  if (Array.isArray(several) && several.length > 0) return several.map((arn) => named(String(arn)))
  const one = attribute(question, 'bucket')
  if (typeof one === 'string') return [named(one)]
  const isMultiRegion = parseArn(question.resource)?.region === ''
  return isMultiRegion && all.length > 0 ? all : [all.length === 1 ? all[0] : undefined]
}

const listed = ({ scenario }: Question): readonly Resource[] =>
  (scenario.resources ?? []).filter(
    (resource) => resource.kind === 'bucket' || /^arn:[^:]+:s3:::[^/]+$/.test(resource.arn),
  )
