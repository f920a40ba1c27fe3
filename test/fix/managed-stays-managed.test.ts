/** A managed policy is changed as a managed policy, and no command with a placeholder runs by itself (R-ADV-13). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { searchEvidence, wholeFixOf } from '#app/diagnose.ts'
import { filesOf } from '#app/fix.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { FixInHand } from '#fix/proof/fix.ts'
import { NOTHING_AT_HAND } from '#snapshot/at-hand/piece.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { statementsIn } from './on-paper.ts'

const ACCOUNT = '111122223333'
const DENIAL = `User: arn:aws:sts::${ACCOUNT}:assumed-role/app/s is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod/a.zip" because no identity-based policy allows the s3:PutObject action`
const document = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Write', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::stage/*' }],
}
const version = { PolicyVersion: { Document: document, VersionId: 'v3', IsDefaultVersion: true } }
const attached = (name: string, arn: string) => ({ AttachedPolicies: [{ PolicyName: name, PolicyArn: arn }] })

function fixesWith(files: Readonly<Record<string, unknown>>): readonly FixInHand[] {
  const pieces = Object.entries(files).flatMap(([name, value]) => {
    const found = recognize(name, JSON.stringify(value))
    return found.is === 'pieces' ? found.pieces : []
  })
  const [search] = searchEvidence({ ...rawEvidence(DENIAL), provided: { ...NOTHING_AT_HAND, pieces } }).searches
  assert.ok(search !== undefined)
  return search.search.all().map((plan) => wholeFixOf(plan, search).fix)
}

const scriptOf = (fix: FixInHand): string | undefined =>
  filesOf({ diagnosis: { steps: [] } as never, fix }, { withTests: false, subject: {} }).find(
    ({ name }) => name === 'fix.sh',
  )?.text

const commandsOf = (fix: FixInHand): string => fix.changes.map(({ awsCli }) => awsCli ?? '').join('\n')

describe('the text of a managed policy from get-policy-version', () => {
  const fixes = fixesWith({ 'policy.json': version })

  test('is never put as an inline policy', () => {
    assert.ok(fixes.length > 0)
    for (const fix of fixes)
      for (const change of fix.changes.filter(({ awsCli }) => awsCli?.includes('put-role-policy') === true)) {
        assert.doesNotMatch(change.awsCli ?? '', /stage/, 'only the new statement is put')
        assert.equal(change.before, null)
      }
  })

  test('is changed by a new version, with a placeholder for the ARN that is marked', () => {
    const managed = fixes.find((fix) => commandsOf(fix).includes('create-policy-version'))
    assert.ok(managed !== undefined)
    assert.match(commandsOf(managed), /^# replace first: POLICY_ARN$/m)
    assert.equal(scriptOf(managed), undefined, 'no script runs a command with a placeholder')
  })

  test('gets a new inline policy with the new statement alone as the first exact fix', () => {
    const added = fixes.find(({ id }) => id === 'new-identity-policy.exact')
    const [change] = added?.changes ?? []
    assert.deepEqual(
      statementsIn(change?.after).map(({ Action }) => Action),
      ['s3:PutObject'],
    )
    assert.match(scriptOf(added as FixInHand) ?? '', /put-role-policy/)
  })
})

test('where list-attached-role-policies names the policy, its ARN is in the command', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:policy/team/publish`
  const fixes = fixesWith({ 'publish.json': version, 'attached.json': attached('publish', arn) })
  const managed = fixes.find((fix) => commandsOf(fix).includes('create-policy-version'))
  assert.match(commandsOf(managed as FixInHand), /--policy-arn arn:aws:iam::111122223333:policy\/team\/publish/)
})

test('the text of an AWS managed policy is never copied', () => {
  const arn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
  const fixes = fixesWith({
    'AmazonS3ReadOnlyAccess.json': version,
    'attached.json': attached('AmazonS3ReadOnlyAccess', arn),
  })
  assert.ok(fixes.length > 0)
  for (const fix of fixes) assert.doesNotMatch(JSON.stringify(fix.changes.map(({ after }) => after)), /stage/)
})

test('a bare policy document has no name in AWS that a command could use', () => {
  const fixes = fixesWith({ 'mine.json': document })
  const edited = fixes.filter((fix) => /put-role-policy/.test(commandsOf(fix)) && fix.changes[0]?.before !== null)
  assert.ok(edited.length > 0)
  for (const fix of edited) {
    assert.match(commandsOf(fix), /^# replace first: POLICY_NAME$/m)
    assert.equal(scriptOf(fix), undefined)
  }
})
