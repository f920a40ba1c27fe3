/** A policy that was not read is never written whole (R-ADV-02), and what was not read is listed (R-ADV-03). */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { searchEvidence, wholeFixOf, type DiagnosisSearch } from '#app/diagnose.ts'
import { filesOf } from '#app/fix.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { FixInHand } from '#fix/proof/fix.ts'
import type { Policy } from '#engine/scenario.ts'
import { statementsIn } from './on-paper.ts'
import { type Stand, standFor } from './stub/stand.ts'

const OWN = '111111111111'
const OTHER = '222222222222'

const CASES = [
  ['queue', 'sqs:SendMessage', `arn:aws:sqs:eu-west-1:${OTHER}:orders`],
  ['topic', 'sns:Publish', `arn:aws:sns:eu-west-1:${OTHER}:orders`],
  ['secret', 'secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${OTHER}:secret:db-AbCdEf`],
  ['repository', 'ecr:BatchGetImage', `arn:aws:ecr:eu-west-1:${OTHER}:repository/app`],
  ['key', 'kms:Decrypt', `arn:aws:kms:eu-west-1:${OTHER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
  ['trust', 'sts:AssumeRole', `arn:aws:iam::${OTHER}:role/reader`],
] as const

const allows = (action: string, resource: string): Policy => ({
  name: 'send',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] },
})

const denial = (action: string, resource: string): string =>
  `User: arn:aws:sts::${OWN}:assumed-role/producer/i-1 is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`

/** `identity` undefined: the text alone. */
function searchOf(action: string, resource: string, identity?: Policy): DiagnosisSearch {
  const scenario = {
    request: { principal: `arn:aws:sts::${OWN}:assumed-role/producer/i-1`, action, resource },
    policies: { identityPolicies: identity === undefined ? [] : [identity] },
  }
  const source = identity === undefined ? ({ kind: 'none' } as const) : ({ kind: 'scenario', scenario } as const)
  const [found] = searchEvidence({ ...rawEvidence(denial(action, resource)), policySource: source }).searches
  assert.ok(found !== undefined)
  return found
}

function fixOf(search: DiagnosisSearch): FixInHand {
  const best = search.search.best()
  assert.ok(best !== undefined, 'there is a fix')
  return wholeFixOf(best, search).fix
}

const filesFor = (fix: FixInHand) =>
  filesOf({ diagnosis: { steps: [] } as never, fix }, { withTests: false, subject: {} })

describe('a fix for a policy that was not read', () => {
  for (const [kind, action, resource] of CASES) {
    test(`is the statement alone: ${kind}`, () => {
      const search = searchOf(action, resource, allows(action, resource))
      const fix = fixOf(search)
      const change = fix.changes.find(({ layer }) => layer === 'resource-policy')
      assert.equal(change?.kind, 'edit-policy')
      assert.deepEqual([change.before, change.after], [null, null])
      assert.ok(change.leftOpen !== undefined)
      for (const form of ['diff', 'terraform', 'cloudFormation', 'cdk', 'text'] as const)
        assert.equal(change[form], undefined, form)
      assert.doesNotMatch(change.awsCli ?? '', /(?:put|set|update)-/, 'no command that puts a document')
      // A pull from the repository of another account needs two actions there (R-ADV-14).
      const added = Array.from({ length: kind === 'repository' ? 2 : 1 }, () => ['add', '/Statement/-'])
      assert.deepEqual(
        change.patch.map(({ op, path }) => [op, path]),
        added,
      )
      const files = filesFor({ ...fix, changes: [change] }).map(({ name }) => name)
      assert.deepEqual(files.toSorted(), ['fix.json', 'fix.sh'])
    })

    test(`is replayed unless what was not read denies, and not proved: ${kind}`, () => {
      const search = searchOf(action, resource, allows(action, resource))
      const { replay, proof } = fixOf(search)
      assert.equal(replay.decision, 'allowed-unless')
      assert.equal(proof.status, 'not-proved')
      assert.match(proof.reason ?? '', /was not read/)
      const own = search.diagnosis.unseen.find(({ layer }) => layer === 'resource-policy')
      assert.equal(own?.account, OTHER)
      assert.ok(replay.unseen?.some(({ layer }) => layer === 'resource-policy'))
    })
  }

  test('lists the key of a queue of another account, with the permissions that the key needs', () => {
    const { diagnosis } = searchOf('sqs:SendMessage', CASES[0][2], allows('sqs:SendMessage', CASES[0][2]))
    const key = diagnosis.unseen.find(({ what }) => what.startsWith('KMS key of '))
    assert.match(key?.what ?? '', /kms:GenerateDataKey, kms:Decrypt/)
    assert.equal(key?.account, OTHER)
  })

  test('makes a new policy only where it is known that there is none', () => {
    const [, action, resource] = CASES[0]
    const scenario = {
      request: { principal: `arn:aws:sts::${OWN}:assumed-role/producer/i-1`, action, resource },
      policies: { identityPolicies: [allows(action, resource)], resourcePolicy: null },
    }
    const [search] = searchEvidence({
      ...rawEvidence(denial(action, resource)),
      policySource: { kind: 'scenario', scenario },
    }).searches
    assert.ok(search !== undefined)
    const [change] = fixOf(search).changes
    assert.equal(change?.kind, 'add-policy')
    assert.equal(statementsIn(change.after).length, 1)
  })
})

const stands: Stand[] = []
after(() => {
  for (const stand of stands) stand.close()
})

/** The queue is of an account that nobody vouches for (R-ADV-10). */
const YES = ['--yes-outside-account']

const inForce = {
  Version: '2012-10-17',
  Id: 'keep',
  Statement: [{ Sid: 'Own', Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'sqs:*', Resource: '*' }],
}

for (const compares of ['node', 'python3'] as const)
  describe(`fix.sh for a policy that was not read, with ${compares}`, () => {
    const standOf = (): Stand => {
      const [, action, resource] = CASES[0]
      const stand = standFor(fixOf(searchOf(action, resource, allows(action, resource))), { '': OTHER }, compares)
      stands.push(stand)
      return stand
    }

    test('adds the statement to what is in force, once, and takes it out again', () => {
      const stand = standOf()
      stand.changeAll(inForce)
      assert.equal(stand.run(YES).code, 0)
      const [policy] = stand.documents()
      assert.equal(policy?.['Id'], 'keep')
      assert.deepEqual(
        statementsIn(policy).map(({ Sid }) => Sid),
        ['Own', 'AllowProducerSendMessage'],
      )
      const again = stand.run(YES)
      assert.match(again.out, /^already /m)
      assert.deepEqual(stand.documents(), [policy])
      assert.equal(stand.run(['--undo', ...YES]).code, 0)
      assert.deepEqual(stand.documents(), [inForce])
    })

    test('gives the statement another Sid where one of that Sid says something else', () => {
      const stand = standOf()
      stand.changeAll({ ...inForce, Statement: { ...inForce.Statement[0], Sid: 'AllowProducerSendMessage' } })
      assert.equal(stand.run(YES).code, 0)
      assert.deepEqual(
        statementsIn(stand.documents()[0]).map(({ Sid }) => Sid),
        ['AllowProducerSendMessage', 'AllowProducerSendMessage2'],
      )
    })

    test('makes a policy where AWS says that there is none', () => {
      const stand = standOf()
      stand.changeAll(null)
      assert.equal(stand.run(YES).code, 0)
      assert.equal(statementsIn(stand.documents()[0]).length, 1)
    })

    test('stops where what is in force is no policy', () => {
      const stand = standOf()
      stand.changeAll(['no', 'policy'])
      assert.equal(stand.run(YES).code, 1)
      assert.deepEqual(stand.documents(), [['no', 'policy']])
    })
  })

describe('from an error text alone', () => {
  for (const [kind, action, resource] of CASES)
    test(`no complete document is given: ${kind}`, () => {
      for (const fix of [fixOf(searchOf(action, resource))]) {
        assert.equal(fix.basis, 'message')
        for (const change of fix.changes.filter(({ layer }) => layer === 'resource-policy')) {
          assert.equal(change.text, undefined)
          assert.deepEqual([change.before, change.after], [null, null])
        }
      }
    })
})
