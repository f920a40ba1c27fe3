import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { diagnose } from './diagnose.ts'
import type { PolicySource } from './diagnosis.ts'

const ROLE = 'arn:aws:iam::111122223333:role/app'
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:orders'
const SENTENCE = `User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action`

const NO_ORGANIZATION = { 'organization.json': null }

function sourceWith(
  action: string,
  collectedAt: string,
  isReadNow?: true,
  more: Readonly<Record<string, unknown>> = NO_ORGANIZATION,
): PolicySource {
  const files = {
    'meta.json': { collectedAt, tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'accounts/111122223333/authorization-details.json': {
      UserDetailList: [],
      GroupDetailList: [],
      Policies: [],
      RoleDetailList: [
        {
          RoleName: 'app',
          Path: '/',
          Arn: ROLE,
          RoleId: 'AROAEXAMPLE',
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
          RolePolicyList: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: { Effect: 'Allow', Action: action, Resource: QUEUE },
              },
            },
          ],
          AttachedManagedPolicies: [],
          Tags: [],
        },
      ],
    },
    ...more,
  }
  return snapshotOf(files, isReadNow)
}

function snapshotOf(files: Readonly<Record<string, unknown>>, isReadNow?: true): PolicySource {
  const snapshot = readSnapshot(new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])))
  return { kind: 'snapshot', snapshot, ...(isReadNow === true ? { isReadNow } : {}) }
}

/** The organization as a member account sees it: no SCP was read. */
const UNREAD_SCPS = {
  'organization.json': { id: 'o-a', managementAccount: '999900001111', policies: {} },
  'meta.json': {
    collectedAt: '2026-12-01T15:03:22.123Z',
    tool: 't',
    coverage: [
      { part: '', state: 'complete' },
      { part: 'organization.json', state: 'partial', why: 'organizations:ListParents: AccessDeniedException' },
      { part: 'policies', state: 'missing', why: 'organizations:ListParents: AccessDeniedException' },
    ],
  },
}

/** The queue, whose policy denies everybody but those in `except`. */
const queueDenying = (...except: readonly string[]) => ({
  'accounts/111122223333/resources/sqs/orders.json': {
    arn: QUEUE,
    account: '111122223333',
    kind: 'queue',
    policy: {
      Version: '2012-10-17',
      Statement: {
        Sid: 'OnlyMonitoring',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:SendMessage',
        Resource: QUEUE,
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': except } },
      },
    },
    attributes: { tags: {} },
  },
})

/** What the management account sees: the SCP, which denies everybody but those in `except`, and nothing of the role. */
const scpDenying = (...except: readonly string[]): PolicySource =>
  snapshotOf(
    {
      'meta.json': {
        collectedAt: NOW,
        tool: 't',
        coverage: [
          { part: 'accounts/111122223333/authorization-details.json', state: 'missing', why: 'of another account' },
          { part: 'accounts/111122223333/resources/sqs', state: 'missing', why: 'of another account' },
          { part: 'organization.json', state: 'partial', why: 'read for 111122223333 alone' },
          { part: 'policies', state: 'partial', why: 'read for 111122223333 alone' },
        ],
      },
      'organization.json': {
        id: 'o-a',
        managementAccount: '999900001111',
        policies: {
          'p-FullAWSAccess': { name: 'FullAWSAccess' },
          'p-RCPFullAWSAccess': { name: 'RCPFullAWSAccess' },
          'p-guard': { name: 'guard', type: 'SERVICE_CONTROL_POLICY' },
        },
        roots: [
          {
            id: 'r-a',
            scps: ['p-FullAWSAccess'],
            rcps: ['p-RCPFullAWSAccess'],
            ous: [],
            accounts: [{ id: '111122223333', scps: ['p-FullAWSAccess', 'p-guard'], rcps: ['p-RCPFullAWSAccess'] }],
          },
        ],
      },
      'policies/p-guard.json': {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: 'sqs:SendMessage',
          Resource: '*',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': except } },
        },
      },
    },
    true,
  )

const NOW = '2026-12-01T15:03:22.123Z'

function statusOf(source: PolicySource, time: string | null = null, sentence = SENTENCE) {
  const denials = readDenials(sentence).denials.map((denial) => ({ ...denial, time }))
  const [diagnosis] = diagnose({ denials, events: [], policySource: source }).diagnoses
  assert.ok(diagnosis)
  return diagnosis
}

describe('a denial whose policies were changed since (R-ADV-15)', () => {
  it('is allowed now when policies read from AWS for it allow the call', () => {
    const { status, summary, causes } = statusOf(sourceWith('sqs:SendMessage', NOW, true))
    assert.equal(status, 'allowed-now')
    assert.deepEqual(causes, [])
    assert.match(
      summary,
      /^role app can sqs:SendMessage on .* now\. The policies allow the call, as read at 2026-12-01 15:03 UTC\./,
    )
  })

  it('says what the call also needs where the policy that decides it was not read', () => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const queue = {
      arn: QUEUE,
      account: '111122223333',
      kind: 'queue',
      policy: null,
      attributes: { tags: {}, kmsKeyArn },
    }
    const more = { ...NO_ORGANIZATION, 'accounts/111122223333/resources/sqs/orders.json': queue }
    const { summary } = statusOf(sourceWith('sqs:SendMessage', NOW, true, more))
    assert.match(summary, /It also needs kms:GenerateDataKey, kms:Decrypt: whether that is allowed is not known\./)
  })

  it('is allowed now when a snapshot that is newer than the denial allows the call', () => {
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW), '2026-12-01T10:03:00Z').status, 'allowed-now')
  })

  it('is not allowed now when nothing shows that the policies are newer', () => {
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW)).status, 'contradicted')
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW), '2026-12-01T16:00:00Z').status, 'contradicted')
  })

  it('is not allowed now when the policies still deny the call', () => {
    assert.equal(statusOf(sourceWith('sqs:ReceiveMessage', NOW, true)).status, 'explained')
  })

  const withExplicitDeny = (policy: string): string =>
    SENTENCE.replace(/because.*/, `with an explicit deny in a ${policy}`)

  describe('when AWS named an explicit deny', () => {
    const inQueuePolicy = withExplicitDeny('resource-based policy')
    const inScp = withExplicitDeny('service control policy')

    it('is allowed now when every policy was read and none denies', () => {
      const source = sourceWith('sqs:SendMessage', NOW, true, { ...NO_ORGANIZATION, ...queueDenying(ROLE) })
      assert.equal(statusOf(source, null, inQueuePolicy).status, 'allowed-now')
    })

    it('leaves it open when that Deny is gone and SCPs were not read, for their silence is not known', () => {
      const source = sourceWith('sqs:SendMessage', NOW, true, { ...UNREAD_SCPS, ...queueDenying(ROLE) })
      const { status, summary, causes, reconciliation, unseen } = statusOf(source, null, inQueuePolicy)
      assert.equal(status, 'undetermined')
      assert.deepEqual(causes, [])
      assert.equal(reconciliation.denialIsOlder, true)
      assert.match(summary, /The resource policy no longer denies it, as read at 2026-12-01 15:03 UTC,/)
      assert.match(summary, /The denial is older\./)
      assert.deepEqual(
        unseen.map(({ layer }) => layer),
        ['resource-control-policy', 'service-control-policy'],
      )
    })

    it('is still denied by a Deny that is still there, whatever was not read', () => {
      const source = sourceWith('sqs:SendMessage', NOW, true, { ...UNREAD_SCPS, ...queueDenying() })
      const { status, causes } = statusOf(source, null, inQueuePolicy)
      assert.equal(status, 'explained')
      assert.equal(causes[0]?.layer, 'resource-policy')
    })

    it('is contradicted when that Deny is not there and nothing shows that the policies are newer', () => {
      const source = sourceWith('sqs:SendMessage', NOW, undefined, { ...UNREAD_SCPS, ...queueDenying(ROLE) })
      assert.equal(statusOf(source, null, inQueuePolicy).status, 'contradicted')
    })

    it('leaves it open when the SCP no longer denies and the policies of the role were not read', () => {
      const { status, causes, reconciliation, unseen } = statusOf(scpDenying(ROLE), null, inScp)
      assert.equal(status, 'undetermined')
      assert.deepEqual(causes, [])
      assert.equal(reconciliation.denialIsOlder, true)
      assert.ok(unseen.some(({ layer }) => layer === 'identity-policy'))
    })

    it('is still denied by an SCP that still denies, though the policies of the role were not read', () => {
      const { status, causes } = statusOf(scpDenying('arn:aws:iam::*:role/break-glass'), null, inScp)
      assert.equal(status, 'explained')
      assert.equal(causes[0]?.layer, 'service-control-policy')
    })
  })

  it('is allowed now though SCPs were not read, when AWS named identity policies: it asks SCPs first (R-EVID-03)', () => {
    assert.equal(statusOf(sourceWith('sqs:SendMessage', NOW, true, UNREAD_SCPS)).status, 'allowed-now')
  })
})
