/** A list of what was not checked gives a command only where it runs as it is: with the names that the request has. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { notCheckedList } from '#answer/not-checked-list.ts'
import { type NotChecked, notCheckedWords } from '#answer/not-checked-words.ts'

const PRINCIPAL = 'arn:aws:sts::111122223333:assumed-role/app/ci'
const HOW = 'the get-policy command of the service'

const commandOf = (item: Partial<NotChecked>, resource: string | readonly string[] | null): string | undefined =>
  notCheckedList([{ layer: 'resource-policy', what: 'w', could: 'either', howToGet: HOW, ...item }], {
    principal: PRINCIPAL,
    resource,
  })[0]?.command

describe('the command for a policy that was not checked', () => {
  it('has the names of the request (https://docs.aws.amazon.com/cli/latest/reference/)', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234'
    for (const [kind, arn, command] of [
      ['bucket', 'arn:aws:s3:::files/a.csv', 'aws s3api get-bucket-policy --bucket files'],
      ['key', key, `aws kms get-key-policy --policy-name default --key-id ${key} --region eu-west-1`],
      ['trust', 'arn:aws:iam::111122223333:role/team/deploy', 'aws iam get-role --role-name deploy'],
    ] as const)
      assert.equal(commandOf({ kind }, arn), command)
    const policies =
      'aws organizations list-policies-for-target --filter SERVICE_CONTROL_POLICY --target-id 111122223333'
    assert.equal(commandOf({ layer: 'service-control-policy' }, null), policies)
  })

  it('is left out where a name is not known, or there are several resources', () => {
    assert.equal(commandOf({ kind: 'bucket' }, null), undefined)
    assert.equal(commandOf({ kind: 'bucket' }, ['arn:aws:s3:::a', 'arn:aws:s3:::b']), undefined)
    assert.equal(commandOf({ kind: 'bucket' }, 'arn:aws:s3:::*'), undefined)
    assert.equal(commandOf({ kind: 'key' }, 'arn:aws:kms:REGION:ACCOUNT_ID:key/1'), undefined)
    assert.equal(commandOf({ kind: 'domain' }, 'arn:aws:es:eu-west-1:111122223333:domain/d'), undefined)
    assert.equal(commandOf({}, 'arn:aws:s3:::files'), undefined)
    assert.equal(commandOf({ layer: 'session-policy' }, null), undefined)
  })

  it('gives a shell no more than a name', () => {
    assert.equal(
      commandOf({ kind: 'trust' }, "arn:aws:iam::111122223333:role/a';date;'"),
      String.raw`aws iam get-role --role-name 'a'\'';date;'\'''`,
    )
  })
})

it('names a policy that was not checked by the kind of its resource, and the key of a dependent request in full', () => {
  const item = { layer: 'resource-policy', could: 'either' } as const
  const what = 'KMS key of arn:aws:s3:::files (kms:Decrypt)'
  assert.equal(notCheckedWords([{ ...item, kind: 'key', what: 'key policy of k' }]), 'key policy')
  assert.equal(notCheckedWords([{ ...item, what: 'RAM shares of k' }]), 'resource policy')
  assert.equal(
    notCheckedWords([{ ...item, kind: 'key', what, dependentActions: ['kms:Decrypt'], could: 'refuse' }]),
    what,
  )
})

it('names what could allow or deny before what could only deny, and settings as the pages of S3 call them', () => {
  const boundary = { layer: 'permissions-boundary', what: 'b', could: 'refuse' } as const
  const policy = { layer: 'identity-policy', what: 'i', could: 'either' } as const
  const acl = { layer: 'service-guard', what: 'objectAcl and Object Ownership', could: 'allow' } as const
  assert.equal(
    notCheckedWords([acl, boundary, policy]),
    'identity policy, permissions boundary, object ACL and Object Ownership',
  )
})
