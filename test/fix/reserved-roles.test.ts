/** Roles of IAM Identity Center and of services in policies of others: a session does not tell their path (R-PRIN-07, R-PRIN-09). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'

const SESSION = 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_1a2b3c4d5e6f7a8b/jane@example.com'
const ROLE = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_ReadOnly_1a2b3c4d5e6f7a8b'
const KEY = 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab'

const draftOf = (text: string): string => {
  const [diagnosis] = diagnoseEvidence(rawEvidence(text)).diagnoses
  return JSON.stringify(diagnosis?.fixes[0]?.changes[0]?.patch)
}

describe('drafted from AWS’s words', () => {
  it('a key policy names the account, held to the role of the permission set', () => {
    const draft = draftOf(
      `User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action`,
    )
    assert.ok(draft.includes('"Principal":{"AWS":"arn:aws:iam::111122223333:root"}'), draft)
    assert.ok(draft.includes(`"Condition":{"ArnLike":{"aws:PrincipalArn":"${ROLE}"}}`), draft)
  })

  it('a service control policy and an endpoint’s are held to it, too', () => {
    for (const layer of ['service control policy', 'VPC endpoint policy']) {
      const draft = draftOf(
        `User: ${SESSION} is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::data" because no ${layer} allows the s3:ListBucket action`,
      )
      assert.ok(draft.includes(`{"ArnLike":{"aws:PrincipalArn":"${ROLE}"}}`), draft)
    }
  })

  it('a service-linked role has the path of its service', () => {
    const draft = draftOf(
      `User: arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling is not authorized to perform: kms:CreateGrant on resource: ${KEY} because no resource-based policy allows the kms:CreateGrant action`,
    )
    assert.match(
      draft,
      /"AWS":"arn:aws:iam::111122223333:role\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling"/,
    )
  })
})

describe('replayed on policies at hand', () => {
  const document = (Statement: object) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
  const own = document({ Effect: 'Allow', Action: '*', Resource: '*' })
  const firstOf = (text: string, resourcePolicy: object) => {
    const scenario = { policies: { identityPolicies: [own], resourcePolicy } } as unknown as Scenario
    const [diagnosis] = diagnoseEvidence({
      ...rawEvidence(text),
      policySource: { kind: 'scenario', scenario },
    }).diagnoses
    const fix = diagnosis?.fixes[0]
    return { patch: JSON.stringify(fix?.changes[0]?.patch), allows: fix?.replay?.decision }
  }

  it('a statement of the key policy lets the permission set in', () => {
    const { patch, allows } = firstOf(
      `User: ${SESSION} is not authorized to perform: kms:Decrypt on resource: ${KEY} because no resource-based policy allows the kms:Decrypt action`,
      {
        kind: 'key',
        ...document({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::444455556666:role/admin' },
          Action: 'kms:*',
          Resource: '*',
        }),
      },
    )
    assert.ok(patch.includes(ROLE), patch)
    assert.match(String(allows), /^allowed/)
  })

  it('a trust policy lets the permission set in, and not its account', () => {
    const { patch, allows } = firstOf(
      `User: ${SESSION} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/deploy because no role trust policy allows the sts:AssumeRole action`,
      {
        kind: 'trust',
        ...document({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::444455556666:role/admin' },
          Action: 'sts:AssumeRole',
        }),
      },
    )
    assert.ok(patch.includes(ROLE), patch)
    assert.match(String(allows), /^allowed/)
  })

  it('an exception of a Deny, beside those that are there', () => {
    for (const operator of ['ArnNotEquals', 'ArnNotLike', 'StringNotLike', 'StringNotEquals']) {
      const { patch, allows } = firstOf(
        `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/x" with an explicit deny in a resource-based policy`,
        {
          kind: 'bucket',
          ...document({
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
            Condition: { [operator]: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/admin' } },
          }),
        },
      )
      assert.ok(patch.includes(ROLE), `${operator}: ${patch}`)
      assert.match(String(allows), /^allowed/, operator)
      // Letter by letter a pattern is none: another block says it.
      assert.equal(patch.includes('ArnNotLike'), operator === 'ArnNotLike' || operator === 'StringNotEquals', patch)
    }
  })
})
