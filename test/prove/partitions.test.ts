/** Account ids name principals of the partition at hand: ARNs that are made of them say so, in China and GovCloud, too. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { managedPolicyByArn } from '../../src/collect/managed-policies.ts'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { compareDocuments } from '#prove/compare.ts'
import { compareSnapshots } from '#prove/compare-snapshots.ts'
import { whoCan } from '#prove/who-can.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'

const A = '111122223333'
const B = '444455556666'
type Statement = Readonly<Record<string, unknown>>

const document = (...Statement: readonly Statement[]): object => ({ Version: '2012-10-17', Statement })
const policy = (...statements: readonly Statement[]) => ({ name: 'p', document: document(...statements) })

/** A bucket of one account, and another account with a role of another name. */
function snapshot(partition: string, ...onBucket: readonly Statement[]): Snapshot {
  const lists = { UserDetailList: [], GroupDetailList: [], Policies: [] }
  const role = (account: string, name: string) => ({
    Path: '/',
    RoleName: name,
    RoleId: `AROA${name.toUpperCase()}`,
    Arn: `arn:${partition}:iam::${account}:role/${name}`,
    AssumeRolePolicyDocument: document(),
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    InstanceProfileList: [],
    Tags: [],
  })
  const files: Record<string, unknown> = {
    'meta.json': { collectedAt: '2026-11-24T00:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': null,
    [`accounts/${A}/authorization-details.json`]: { ...lists, RoleDetailList: [role(A, 'app')] },
    [`accounts/${B}/authorization-details.json`]: { ...lists, RoleDetailList: [role(B, 'batch')] },
    [`accounts/${A}/resources/s3/b.json`]: {
      arn: `arn:${partition}:s3:::b`,
      account: A,
      kind: 'bucket',
      policy: onBucket.length === 0 ? null : document(...onBucket),
      attributes: { objectOwnership: 'BucketOwnerEnforced' },
    },
  }
  return readSnapshot(new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])))
}

const STRANGER = '777788889999'

for (const partition of ['aws', 'aws-cn', 'aws-us-gov'])
  describe(`in partition ${partition}`, () => {
    const objects = `arn:${partition}:s3:::b/*`
    const toAccount = (id: string): Statement => ({
      Effect: 'Allow',
      Principal: { AWS: id },
      Action: 's3:GetObject',
      Resource: objects,
    })
    const isOfPartition = (principal: string | undefined): void =>
      assert.equal(principal?.split(':')[1], partition, String(principal))

    it('who-can names the account that a policy lets in by its id', () => {
      const question = { action: 's3:GetObject', resource: `arn:${partition}:s3:::b/k` }
      const { principals } = whoCan(snapshot(partition, toAccount(STRANGER)), question, {
        all: true,
        managedPolicies: managedPolicyByArn,
      })
      const roots = principals.map(({ principal }) => principal).filter((one) => one.includes(STRANGER))
      assert.deepEqual(roots, [`arn:${partition}:iam::${STRANGER}:root`])
    })

    it('the witness of a comparison of documents is asked by somebody of the partition', () => {
      const identity = compareDocuments([], [policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: objects })])
      isOfPartition(identity.witness?.principal)
      const resource = compareDocuments([], [policy(toAccount(A))], 'resource-policy')
      isOfPartition(resource.witness?.principal)
    })

    it('and so is that of a comparison of snapshots', () => {
      const { newAccess, witness, reason } = compareSnapshots(snapshot(partition), snapshot(partition, toAccount(B)))
      assert.equal(newAccess, 'some', reason)
      isOfPartition(witness?.principal)
    })

    it('the neighbour from another account is of the partition', () => {
      const session = `arn:${partition}:sts::${A}:assumed-role/app/s1`
      const denied = `User: ${session} is not authorized to perform: s3:GetObject on resource: "arn:${partition}:s3:::b/k" because no identity-based policy allows the s3:GetObject action`
      const [first] = diagnoseEvidence({
        ...rawEvidence(denied),
        policySource: {
          kind: 'snapshot',
          snapshot: snapshot(partition),
        },
      }).diagnoses
      const neighbours = first?.fixes.flatMap((fix) => fix.proof?.neighbours ?? []) ?? []
      const elsewhere = neighbours.filter(({ relation }) => relation === 'other-account')
      assert.ok(elsewhere.length > 0)
      for (const { request } of elsewhere) isOfPartition(request.principal)
    })
  })
