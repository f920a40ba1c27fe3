import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessSet } from '#space/access-set.ts'
import { plainSet } from './plain-set.ts'

const ROLE = 'arn:aws:iam::111122223333:role/app'
const BUCKET = 'arn:aws:s3:::data'
const ALL: AccessSet = { principals: ['*'], actions: ['*'], resources: ['*'], conditions: [] }
const SET: AccessSet = { ...ALL, principals: [ROLE], actions: ['s3:PutBucket*'] }
const when = (operator: string, key: string, ...values: readonly string[]) => ({
  [operator]: { [key]: values.length === 1 ? values[0] : values },
})
const OUTSIDE = when('StringNotEquals', 'aws:RequestedRegion', 'us-east-1', 'us-west-2')

describe('an access set of one principal in fewer words', () => {
  it('has no condition on the principal that it always meets, and no exception that it never meets', () => {
    const others = when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/break-glass', ROLE)
    const set = {
      ...SET,
      conditions: [{ ...OUTSIDE, ...when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/break-glass') }],
      except: [{ ...SET, principals: ['*'], conditions: [others] }],
    }
    assert.deepEqual(plainSet(set, ROLE), { ...SET, conditions: [OUTSIDE] })
  })

  // kms:CreateGrant joins the NotAction of a Deny: the others were left out of it before, and gain nothing.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
  it('has no action that an exception takes out of it altogether', () => {
    const before = { ...ALL, actions: ['iam:*', 'sts:*'] }
    const set = { ...SET, actions: ['iam:*', 'sts:*', 'kms:CreateGrant'], conditions: [OUTSIDE], except: [before] }
    assert.deepEqual(plainSet(set, ROLE), { ...SET, actions: ['kms:CreateGrant'], conditions: [OUTSIDE] })
    const some = { ...before, resources: [BUCKET] }
    assert.deepEqual(plainSet({ ...set, except: [some] }, ROLE).actions, ['iam:*', 'sts:*', 'kms:CreateGrant'])
  })

  it('is what is left where all but that is an exception under the same condition', () => {
    const own = when('ArnEquals', 'aws:PrincipalArn', ROLE)
    const set = {
      ...SET,
      conditions: [OUTSIDE],
      except: [
        { ...ALL, conditions: [{ ...OUTSIDE, ...own }], except: [{ ...ALL, resources: [BUCKET] }] },
        {
          ...ALL,
          resources: [BUCKET],
          conditions: [OUTSIDE],
          except: [{ ...ALL, actions: ['s3:Get*', 's3:PutBucketTagging'] }],
        },
      ],
    }
    const want = { ...SET, actions: ['s3:PutBucketTagging'], resources: [BUCKET], conditions: [OUTSIDE] }
    assert.deepEqual(plainSet(set, ROLE), want)
  })

  it('needs the value that was added to a list', () => {
    const more = when('StringNotEquals', 'aws:RequestedRegion', 'us-east-1', 'us-west-2', 'eu-west-1')
    const set = { ...SET, conditions: [OUTSIDE], except: [{ ...ALL, conditions: [more] }] }
    const want = { ...SET, conditions: [when('StringEquals', 'aws:RequestedRegion', 'eu-west-1')] }
    assert.deepEqual(plainSet(set, ROLE), want)
  })

  it('leaves out exceptions of other actions and other resources', () => {
    const except = [
      { ...ALL, actions: ['iam:*'] },
      { ...ALL, resources: ['arn:aws:s3:::other'] },
    ]
    assert.deepEqual(plainSet({ ...SET, resources: [BUCKET], except }, ROLE), { ...SET, resources: [BUCKET] })
  })

  it('keeps an exception by another key, a smaller one, and one on a principal that is not known', () => {
    const tls = when('Bool', 'aws:SecureTransport', 'false')
    const tag = when('StringEquals', 'aws:PrincipalTag/team', 'red')
    const variable = when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/${aws:PrincipalTag/team}')
    const except = [
      { ...SET, principals: ['*'], conditions: [tls] },
      { ...SET, principals: ['*'], actions: ['s3:PutBucketTagging'] },
      { ...SET, principals: ['*'], conditions: [tag] },
      { ...SET, principals: ['*'], conditions: [variable] },
    ]
    assert.deepEqual(plainSet({ ...SET, except }, ROLE), { ...SET, except })
  })
})
