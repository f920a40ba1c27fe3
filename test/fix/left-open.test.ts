/** What `import` puts into a policy for what its source does not tell is never written into a policy of AWS. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { filesOf } from '../../src/app/fix.ts'
import type { FixInHand } from '#fix/proof/fix.ts'
import { sarifFixes } from '#report/suite/sarif-fix.ts'
import { fixJson } from '#fix/proof/finished.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const hangsOn = (at: number) => ({
  Condition: { StringEquals: { [`denytrace:unknown/p/${at}`]: 'the parameter X fits' } },
})
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const guard = { Sid: 'Guard', Effect: 'Deny', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::*/*', ...hangsOn(0) }
const bucketGuard = { ...guard, Principal: '*', Resource: 'arn:aws:s3:::b/*' }
const reads = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }

const request = {
  principal: `arn:aws:sts::${A}:assumed-role/app/s`,
  // The path of the role is known: an exception for it hangs on that (R-UNK-04).
  principalDetails: { roleArn: ROLE },
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  resourceAccount: A,
}
const scenario = (
  identity: readonly Policy[],
  resource: object | null,
  more: Partial<Scenario['request']> = {},
): Scenario => ({
  request: { ...request, ...more },
  policies: {
    complete: true,
    identityPolicies: identity,
    resourcePolicy: resource === null ? null : { name: 'bucket policy of b', kind: 'bucket', document: resource },
  },
})

/** All that is printed or written of a fix. */
const texts = (fix: FixInHand): string =>
  JSON.stringify([
    fixJson(fix).changes,
    filesOf({ diagnosis: { steps: [] } as never, fix }, { withTests: false, subject: {} }),
    sarifFixes(fix),
  ])

const CASES: readonly [what: string, Scenario][] = [
  ['an inline policy', scenario([{ name: 'p', document: document(guard) }], document(bucketGuard))],
  [
    'a managed policy',
    scenario([{ name: 'p', arn: `arn:aws:iam::${A}:policy/p`, document: document(guard) }], document(bucketGuard)),
  ],
  [
    'a bucket policy of another account',
    scenario([{ name: 'own', document: document(reads) }], document(bucketGuard), { resourceAccount: '444455556666' }),
  ],
]
for (const [what, given] of CASES)
  test(`no form of a fix writes ${what} that is known only in part`, () => {
    const fixes = fixesOf(given)
    assert.ok(fixes.length > 0)
    for (const fix of fixes) {
      assert.doesNotMatch(texts(fix), /denytrace:unknown/, fix.id)
      assert.equal(fix.replay.decision, 'allowed')
    }
  })

test('beside an identity policy that is known only in part a new one is made', () => {
  const [first] = fixesOf(scenario([{ name: 'p', document: document(guard) }], null))
  assert.equal(first?.id, 'new-identity-policy.exact')
  assert.equal(first.proof.status, 'proved')
  assert.match(first.changes[0]?.awsCli ?? '', /put-role-policy --role-name app --policy-name allow-s3-get-object /)
})

test('of a bucket policy that is known only in part there is the edit alone, and what is not known', () => {
  const [fix] = fixesOf(CASES[2]?.[1] as Scenario)
  const [change] = fix?.changes ?? []
  assert.deepEqual(change?.leftOpen, ['the parameter X'])
  assert.deepEqual([change.before, change.after, change.kind], [null, null, 'edit-policy'])
  const value = {
    Sid: 'AllowAppGetObject',
    Effect: 'Allow',
    Principal: { AWS: ROLE },
    Action: request.action,
    Resource: request.resource,
  }
  assert.deepEqual(change.patch, [{ op: 'add', path: '/Statement/-', value }])
  const { awsCli, terraform, cloudFormation, cdk, diff, text } = change
  assert.deepEqual([awsCli, terraform, cloudFormation, cdk, diff, text], Array(6).fill(undefined))
})

test('a Deny whose place in the policy is not certain is not narrowed', () => {
  const denies = { Sid: 'NoGet', Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }
  const fixes = (...all: readonly object[]) =>
    fixesOf(scenario([{ name: 'own', document: document(reads) }], document(...all)))
  assert.deepEqual(fixes(bucketGuard, denies), [])
  const [fix] = fixes(denies, { ...bucketGuard, ...hangsOn(1) })
  assert.ok(fix !== undefined && fix.changes.every(({ after, leftOpen }) => after === null && leftOpen !== undefined))
})
