/** A fix for a call through an access point: its own policy and that of the bucket behind it must both allow (R-S3-07). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence, searchEvidence, shownResult } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { spec } from '../spec/spec.ts'
import { replayedFixes } from './on-paper.ts'

const OWNER = '111122223333'
const CALLER = '444455556666'
const POINT = `arn:aws:s3:eu-west-1:${OWNER}:accesspoint/exports`
const ROLE = `arn:aws:iam::${CALLER}:role/app`
const SESSION = `arn:aws:sts::${CALLER}:assumed-role/app/s1`
const BUCKET = 'arn:aws:s3:::data'

const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const own = (resource: string) => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${OWNER}:role/other` },
  Action: 's3:GetObject',
  Resource: resource,
})
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html: control delegated to access points. */
const DELEGATED = {
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: '*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { StringEquals: { 's3:DataAccessPointAccount': OWNER } },
}

const through = (bucketPolicy: unknown): Scenario => ({
  request: {
    principal: SESSION,
    principalDetails: { roleArn: ROLE },
    action: 's3:GetObject',
    resource: `${POINT}/object/k`,
    context: {},
    contextComplete: true,
  },
  policies: {
    serviceControlPolicies: null,
    resourceControlPolicies: null,
    vpcEndpointPolicy: null,
    permissionsBoundary: null,
    sessionPolicies: null,
    identityPolicies: [{ name: 'own', document: document({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) }],
    resourcePolicy: { name: 'exports', kind: 'access-point', document: document(own(`${POINT}/object/*`)) },
    serviceGuards: { bucket: BUCKET, bucketAccount: OWNER, networkOrigin: 'Internet' },
  },
  resources: [
    {
      arn: BUCKET,
      kind: 'bucket',
      account: OWNER,
      ...(bucketPolicy === undefined ? {} : { policy: bucketPolicy }),
      attributes: { objectOwnership: 'BucketOwnerEnforced', requesterPays: false },
    },
  ],
})

const TEXT = `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "${POINT}/object/k" because no resource-based policy allows the s3:GetObject action`

function fixesFor(scenario: Scenario) {
  const [diagnosis] = diagnoseEvidence({ ...rawEvidence(TEXT), policySource: { kind: 'scenario', scenario } }).diagnoses
  assert.ok(diagnosis !== undefined)
  return replayedFixes(diagnosis).filter(({ scope }) => scope === 'exact')
}

describe('a call through an access point whose policy lacks the caller', () => {
  it('needs the access point alone where the bucket delegates to access points', () => {
    assert.deepEqual(
      fixesFor(through(document(DELEGATED)))
        .filter(({ proof }) => proof.status === 'proved')
        .map(({ id }) => id),
      ['access-point-policy.exact'],
    )
  })

  it('needs both policies where the bucket lacks the caller, too, and the bucket’s for this access point alone', () => {
    const scenario = through(document(own(`${BUCKET}/*`)))
    const [fix] = fixesFor(scenario)
    assert.equal(fix?.id, 'access-point-policy+bucket-policy.exact')
    const [point, bucket] = fix.changes
    assert.equal(bucket?.on, BUCKET)
    assert.equal(bucket.policy, 'bucket policy of data')
    const [, added] = (bucket.after as { readonly Statement: readonly Record<string, unknown>[] }).Statement
    assert.equal(added?.['Resource'], `${BUCKET}/k`)
    assert.deepEqual(added['Condition'], { StringEquals: { 's3:DataAccessPointArn': POINT } })
    const after: Scenario = {
      ...through(bucket.after),
      policies: {
        ...scenario.policies,
        resourcePolicy: { name: 'exports', kind: 'access-point', document: point?.after },
      },
    }
    assert.equal(spec(after).decision, 'allowed')
    assert.equal(evaluate(after).decision, 'allowed')
    // Straight to the bucket nothing is allowed.
    const direct: Scenario = {
      ...after,
      request: { ...after.request, resource: `${BUCKET}/k`, resourceAccount: OWNER },
      policies: {
        ...after.policies,
        resourcePolicy: { name: 'data', kind: 'bucket', document: bucket.after },
        serviceGuards: { objectOwnership: 'BucketOwnerEnforced', requesterPays: false },
      },
    }
    assert.equal(spec(direct).decision, 'denied')
  })

  it('names the bucket’s policy where that was not read', () => {
    const scenario = through(undefined)
    assert.deepEqual(fixesFor(scenario), [])
    const searched = searchEvidence({ ...rawEvidence(TEXT), policySource: { kind: 'scenario', scenario } })
    const text = diagnosesText(shownResult(searched), { columns: undefined, isTerminal: false, color: false })
    assert.match(text, /the bucket behind access point exports must allow it, too, and was not read/)
    assert.match(text, /aws s3control get-access-point --account-id 111122223333 --name exports/)
  })
})
