/** Items of a resource at several times, as `get-resource-config-history` and history files have them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluateRequest } from '#app/evaluate.ts'
import { importText } from '#app/import.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`
const policy = (statement: object): string =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
const allow = (Action: string) => policy({ Effect: 'Allow', Action, Resource: '*' })
const DENY_ALL = policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b/*' })

type Item = Readonly<Record<string, unknown>>

const role = (captured: string | number | undefined, document: string, more: Item = {}): Item => ({
  accountId: ACCOUNT,
  configurationItemCaptureTime: captured,
  configurationItemStatus: 'OK',
  arn: ROLE,
  resourceType: 'AWS::IAM::Role',
  resourceId: 'AROAEXAMPLE',
  resourceName: 'app',
  configuration: {
    path: '/',
    roleName: 'app',
    roleId: 'AROAEXAMPLE',
    arn: ROLE,
    createDate: '2020-01-01',
    assumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }),
    rolePolicyList: [{ policyName: document.slice(-60), policyDocument: document }],
    attachedManagedPolicies: [],
  },
  ...more,
})

const bucket = (captured: string, policyText: string | null): Item => ({
  accountId: ACCOUNT,
  configurationItemCaptureTime: captured,
  arn: 'arn:aws:s3:::b',
  resourceType: 'AWS::S3::Bucket',
  resourceName: 'b',
  configuration: { name: 'b' },
  supplementaryConfiguration: { BucketPolicy: { policyText } },
})

const BUCKET = bucket('2026-01-01T00:00:00Z', null)
const OLD = '2026-01-01T00:00:00Z'
const NEW = '2026-02-01T00:00:00.000Z'
const deleted = (captured: string, more: Item = {}): Item =>
  role(captured, '', { configurationItemStatus: 'ResourceDeleted', configuration: null, ...more })

async function decisionOf(...items: readonly Item[]) {
  const { files, unread } = await importText('aws-config', JSON.stringify({ configurationItems: items }), 'c.json', {
    noOrganization: true,
  })
  const request = { principal: ROLE, action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', context: {} }
  const asked = { ...request, contextComplete: true, resourceAccount: ACCOUNT }
  const { decision } = evaluateRequest(readSnapshot(files), asked, { sessionPolicies: null })
  return { decision: decision.decision, unread: unread.map(({ where }) => where) }
}

/** Whichever way they are listed. */
async function decides(decision: string, items: readonly Item[], unread: readonly string[] = []): Promise<void> {
  for (const listed of [items, items.toReversed()])
    assert.deepEqual(await decisionOf(...listed), { decision, unread }, JSON.stringify(listed).slice(0, 200))
}

describe('a history of AWS Config', () => {
  it('has in force what was captured last', async () => {
    await decides('denied', [role(NEW, allow('s3:Get*')), role(OLD, allow('*')), BUCKET])
    await decides('allowed', [role(NEW, allow('s3:*')), role(OLD, allow('s3:Get*')), BUCKET])
    await decides('denied', [role(1_800_000_000.5, allow('s3:Get*')), role(1_700_000_000, allow('*')), BUCKET])
    await decides('denied', [role(NEW, allow('s3:*')), bucket(NEW, DENY_ALL), BUCKET])
    await decides('allowed', [role(NEW, allow('s3:*')), bucket(NEW, null), bucket(OLD, DENY_ALL)])
  })

  it('has nothing of a resource that was deleted last, whatever of its names the item still has', async () => {
    for (const gone of [
      deleted(NEW),
      deleted(NEW, { arn: undefined }),
      deleted(NEW, { arn: ROLE, resourceId: undefined }),
    ])
      await decides('undetermined', [gone, role(OLD, allow('s3:*')), BUCKET])
    await decides('denied', [deleted(OLD), role(NEW, allow('s3:Get*'), { resourceId: 'AROANEW' }), BUCKET])
  })

  it('leaves a resource open where nothing says which item is the newest', async () => {
    await decides('undetermined', [role(undefined, allow('s3:Get*')), role(OLD, allow('*')), BUCKET], [ROLE])
    await decides('undetermined', [role(OLD, allow('s3:Get*')), role(OLD, allow('*')), BUCKET], [ROLE])
    await decides('allowed', [role(undefined, allow('*')), role(undefined, allow('*')), BUCKET])
  })
})

it('tags of a role stand among what it configures, beside an empty object of tags', async () => {
  const one = role(NEW, allow('s3:*'), { tags: {} })
  const { configuration } = one as { configuration: Item }
  const tagged = { ...one, configuration: { ...configuration, tags: [{ key: 'team', value: 'a' }] } }
  const { files } = await importText('aws-config', JSON.stringify({ configurationItems: [tagged] }), 'c.json', {})
  const details = JSON.parse(files.get(`accounts/${ACCOUNT}/authorization-details.json`) ?? '') as {
    RoleDetailList: readonly Item[]
  }
  assert.deepEqual(details.RoleDetailList[0]?.['Tags'], [{ Key: 'team', Value: 'a' }])
})
