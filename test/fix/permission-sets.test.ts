/** Fixes for the roles of permission sets (R-EVAL-05): a set has one inline policy, and who puts another replaces it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const NAME = 'AWSReservedSSO_DeveloperAccess_0123456789abcdef'
const ROLE = `arn:aws:iam::${A}:role/aws-reserved/sso.amazonaws.com/${NAME}`

const scenario = (...identityPolicies: readonly Policy[]): Scenario => ({
  request: {
    principal: `arn:aws:sts::${A}:assumed-role/${NAME}/ann`,
    principalDetails: { roleArn: ROLE },
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::prod-artifacts/app.zip',
    resourceAccount: A,
    context: {},
    contextComplete: true,
  },
  policies: { complete: true, identityPolicies },
  organization: null,
})
const reading = (policy: Partial<Policy> & { readonly name: string }, ...more: readonly object[]): Policy => ({
  ...policy,
  document: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }, ...more],
  },
})
const MANAGED = reading({ name: 'Base', arn: `arn:aws:iam::${A}:policy/Base` })
const INLINE = reading({ name: 'AwsSSOInlinePolicy' })
const changesOf = (...policies: readonly Policy[]) =>
  fixesOf(scenario(...policies)).flatMap(({ changes }) => changes.filter(({ layer }) => layer === 'identity-policy'))
const PUT = /put-inline-policy-to-permission-set/

describe('of the role of a permission set', () => {
  it('a managed policy of the account is changed in the account, and never becomes the inline policy of the set', () => {
    const managed = changesOf(MANAGED).filter(({ policy }) => policy === 'Base')
    assert.ok(managed.length > 0)
    for (const { awsCli, owner, terraform } of managed) {
      assert.match(awsCli ?? '', /aws iam create-policy-version --policy-arn arn:aws:iam::111122223333:policy\/Base /)
      assert.doesNotMatch(awsCli ?? '', PUT)
      assert.equal(owner, `account ${A}`)
      assert.match(terraform ?? '', /^resource "aws_iam_policy"/)
    }
  })

  it('a first inline policy has its own name, and the commands look whether there is one already', () => {
    const [first] = changesOf(MANAGED).filter(({ kind }) => kind === 'add-policy')
    assert.equal(first?.policy, 'AwsSSOInlinePolicy')
    assert.equal(first.owner, 'IAM Identity Center: permission set DeveloperAccess')
    const [look = -1, told = -1, put = -1] = ['get-inline-policy-for-permission-set', 'replaces it', PUT.source].map(
      (text) => (first.awsCli ?? '').indexOf(text),
    )
    assert.ok(look >= 0 && told > look && put > told, first.awsCli)
    assert.match(
      first.terraform ?? '',
      /^# .*one inline policy.*\nresource "aws_ssoadmin_permission_set_inline_policy"/,
    )
  })

  it('there is no second inline policy: neither beside one that is full nor beside one that cannot be read', () => {
    assert.deepEqual([...new Set(changesOf(INLINE).map(({ kind }) => kind))], ['edit-policy'])
    const long = { Effect: 'Allow', Action: 's3:GetObject', Resource: [`arn:aws:s3:::${'x'.repeat(40_000)}/*`] }
    assert.deepEqual(changesOf(reading({ name: 'AwsSSOInlinePolicy' }, long)), [])
    const unread: Policy = {
      name: 'AwsSSOInlinePolicy',
      document: { Version: '2012-10-17', Statement: [{ Effect: 1 }] },
    }
    assert.deepEqual(changesOf(unread), [])
  })
})
