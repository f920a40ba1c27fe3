/** Legal policies made to cost as much as they can: every question ends within its counted budget, or says what it left. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { compareDocuments } from '#prove/compare.ts'
import { whatCan } from '#prove/what-can.ts'
import { whoCan } from '#prove/who-can.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { Budget, DEFAULT_BUDGET, OutOfBudget } from '#space/budget.ts'

const FOLDER = join(import.meta.dirname, '..', 'corpus', 'hostile-policies')
const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`
const OBJECT = 'arn:aws:s3:::bucket/data/a.txt'
/** A role has no more in its own policies (R-QUOTA-01). */
const QUOTA = 10_240

interface Document {
  readonly Version: string
  readonly Statement: readonly Readonly<Record<string, unknown>>[]
}

const corpus = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, document: JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Document }))

/** Where the document is in force; everywhere else everything is allowed, or nothing is said. */
type Place = 'identity' | 'boundary' | 'bucket' | 'trust' | 'scp' | 'rcp'

const ALL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

const forAnybody = ({ Version, Statement }: Document): Document => ({
  Version,
  Statement: Statement.map((statement) => ({ ...statement, Principal: '*' })),
})

/** As a trust policy, of which the conditions are what costs. */
const trusting = ({ Version, Statement }: Document): Document => ({
  Version,
  Statement: Statement.map(({ Sid, Effect, Condition }) => ({
    Sid,
    Effect,
    Condition,
    Action: 'sts:AssumeRole',
    Principal: { AWS: '*' },
  })),
})

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/bounds`

function detailsWith(document: Document, place: Place): object {
  const role = {
    RoleName: 'app',
    Path: '/',
    Arn: ROLE,
    RoleId: 'AROAEXAMPLEAPP',
    AssumeRolePolicyDocument: place === 'trust' ? trusting(document) : { Version: '2012-10-17', Statement: [] },
    RolePolicyList: [{ PolicyName: 'hostile', PolicyDocument: place === 'identity' ? document : ALL }],
    AttachedManagedPolicies: [],
    Tags: [],
  }
  const PermissionsBoundary = { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: BOUNDARY }
  const bounds = {
    PolicyName: 'bounds',
    Arn: BOUNDARY,
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document }],
  }
  const isBounded = place === 'boundary'
  return {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [isBounded ? { ...role, PermissionsBoundary } : role],
    Policies: isBounded ? [bounds] : [],
  }
}

function organizationWith(place: Place): object | null {
  if (place !== 'scp' && place !== 'rcp') return null
  const type = place === 'scp' ? 'service_control_policy' : 'resource_control_policy'
  const arn = `arn:aws:organizations::999988887777:policy/o-a1b2c3d4e5/${type}/p-hostile1`
  const full = { scps: ['p-FullAWSAccess'], rcps: ['p-RCPFullAWSAccess'] }
  return {
    id: 'o-a1b2c3d4e5',
    managementAccount: '999988887777',
    policies: { 'p-hostile1': { name: 'hostile', arn, type: type.toUpperCase() } },
    roots: [
      {
        id: 'r-ab12',
        name: 'Root',
        ...full,
        [`${place}s`]: ['p-hostile1'],
        ous: [],
        accounts: [{ id: ACCOUNT, name: 'prod', ...full }],
      },
    ],
  }
}

function snapshotWith(document: Document, place: Place = 'identity'): Snapshot {
  const policy = place === 'bucket' ? forAnybody(document) : null
  const bucket = { arn: 'arn:aws:s3:::bucket', account: ACCOUNT, kind: 'bucket', policy, attributes: {} }
  const coverage = [{ part: `accounts/${ACCOUNT}`, state: 'complete' }]
  return readSnapshot(
    new Map([
      ['organization.json', JSON.stringify(organizationWith(place))],
      ['policies/p-hostile1.json', JSON.stringify(place === 'rcp' ? forAnybody(document) : document)],
      ['meta.json', JSON.stringify({ collectedAt: '2026-01-01T00:00:00Z', tool: 'test', coverage })],
      [`accounts/${ACCOUNT}/authorization-details.json`, JSON.stringify(detailsWith(document, place))],
      [`accounts/${ACCOUNT}/resources/s3/bucket.json`, JSON.stringify(bucket)],
    ]),
  )
}

/** The same without its second statement, and back to front. */
const changed = ({ Version, Statement }: Document): Document => ({
  Version,
  Statement: Statement.filter((_, i) => i !== Math.min(1, Statement.length - 1)).toReversed(),
})

const policy = (document: unknown) => ({ name: 'policy', document })

describe('hostile policies within the quotas', () => {
  it('are there, and are within the quotas', () => {
    assert.ok(corpus.length >= 10)
    for (const { name, document } of corpus) {
      const size = JSON.stringify(document).replaceAll(/\s/g, '').length
      assert.ok(size <= 2 * QUOTA, `${name} has ${size} characters`)
    }
  })

  for (const { name, document } of corpus) {
    it(`${name}: compare is decided, or says why not, and twice the same`, () => {
      const compare = () => compareDocuments([policy(document)], [policy(changed(document))])
      const found = compare()
      if (found.newAccess === 'undecided' || found.lostAccess === 'undecided') assert.ok(found.reason !== undefined)
      assert.deepEqual(compare(), found)
    })

    it(`${name}: with one step nothing is taken for none or for allowed`, () => {
      const { newAccess, lostAccess, reason } = compareDocuments(
        [policy(document)],
        [policy(changed(document))],
        'identity-policy',
        { budget: 1 },
      )
      // `none` without a step: nothing changed in that direction.
      if (newAccess !== 'none' || lostAccess !== 'none') assert.match(reason ?? '', /budget of 1 steps/)
      assert.ok(![newAccess, lostAccess].includes('some'))
      const options = { managedPolicies: managedPolicyByArn, budget: 1 }
      const can = whatCan(snapshotWith(document), ROLE, options)
      assert.deepEqual(can?.access, [])
      assert.ok((can?.undetermined.length ?? 0) > 0)
      assert.match(can?.reason ?? '', /not everything is decided: the work budget/)
    })

    it(`${name}: what-can and who-can end, and what they leave is told`, () => {
      const snapshot = snapshotWith(document)
      const can = whatCan(snapshot, ROLE, { managedPolicies: managedPolicyByArn })
      assert.ok(can !== undefined)
      if (can.reason !== undefined) assert.ok(can.undetermined.length > 0)
      const who = whoCan(
        snapshot,
        { action: 's3:GetObject', resource: OBJECT },
        { managedPolicies: managedPolicyByArn },
      )
      assert.equal(who.examined, 2)
      for (const one of who.principals)
        if (one.decision === 'undetermined') assert.ok((one.missing?.length ?? 0) > 0, one.principal)
    })

    it(`${name}: diagnose still gives the decision, and proves within the budget`, () => {
      const text = `User: arn:aws:sts::${ACCOUNT}:assumed-role/app/s is not authorized to perform: s3:GetObject on resource: "${OBJECT}" with no explanation`
      const subject = { kind: 'snapshot', snapshot: snapshotWith(document) } as const
      const decided = (budget: number) =>
        diagnoseEvidence({ ...rawEvidence(text), policySource: subject }, { budget }).diagnoses[0]
      const [whole, starved] = [decided(DEFAULT_BUDGET), decided(1)]
      assert.equal(starved?.steps[0]?.decision.decision, whole?.steps[0]?.decision.decision)
      for (const { proof } of whole?.fixes ?? [])
        if (proof?.status === 'not-proved') assert.ok(proof.reason !== undefined)
      for (const { proof } of starved?.fixes ?? []) assert.notEqual(proof?.status, 'proved')
      // All of it is written out, wherever the work ends.
      for (const one of [starved, decided(3000), decided(30_000)]) assert.ok(JSON.stringify(one).length > 0)
      if (whole !== undefined && whole.fixes.length > 0) assert.match(starved?.fixesNotTried ?? '', /budget/)
    })
  }
})

describe('hostile policies of every other layer', () => {
  const DEAREST = ['keys12.json', 'mixed.json']
  const text = `User: arn:aws:sts::${ACCOUNT}:assumed-role/app/s is not authorized to perform: s3:GetObject on resource: "${OBJECT}" with no explanation`

  for (const place of ['boundary', 'bucket', 'trust', 'scp', 'rcp'] as const) {
    it(`${place}: with one step nothing is taken for allowed`, () => {
      for (const { name, document } of corpus) {
        const options = { managedPolicies: managedPolicyByArn, budget: 1 }
        const can = whatCan(snapshotWith(document, place), ROLE, options)
        assert.deepEqual(can?.access, [], name)
        assert.match(can?.reason ?? '', /not everything is decided: the work budget/, name)
      }
    })

    it(`${place}: what-can, who-can and diagnose end, and what they leave is told`, () => {
      for (const { name, document } of corpus.filter((one) => DEAREST.includes(one.name))) {
        const snapshot = snapshotWith(document, place)
        const options = { managedPolicies: managedPolicyByArn }
        const can = whatCan(snapshot, ROLE, options)
        if (can?.reason !== undefined) assert.ok(can.undetermined.length > 0, name)
        const question =
          place === 'trust'
            ? { action: 'sts:AssumeRole', resource: ROLE }
            : { action: 's3:GetObject', resource: OBJECT }
        for (const one of whoCan(snapshot, question, options).principals)
          if (one.decision === 'undetermined') assert.ok((one.missing?.length ?? 0) > 0, `${name}: ${one.principal}`)
        const [diagnosis] = diagnoseEvidence({
          ...rawEvidence(text),
          policySource: { kind: 'snapshot', snapshot },
        }).diagnoses
        assert.ok(JSON.stringify(diagnosis).length > 0)
        for (const { proof } of diagnosis?.fixes ?? [])
          if (proof?.status === 'not-proved') assert.ok(proof.reason !== undefined, name)
      }
    })
  }
})

describe('a budget', () => {
  it('is given little more, however often it was used up', () => {
    const budget = new Budget(1000)
    let spent = 0
    const spendAll = (): void => {
      for (; !budget.isUsedUp; spent++) budget.spend(1)
    }
    for (let i = 0; i < 50; i++) {
      assert.throws(spendAll, OutOfBudget)
      budget.grace()
    }
    // Each time rounded up to a step at least.
    assert.ok(spent < 1000 + 2 * 100 + 2 * 50, `${spent}`)
  })

  it('is shared by whoever has it, and says how much it was', () => {
    const budget = new Budget(10)
    budget.spend(10)
    assert.equal(budget.isUsedUp, false)
    assert.throws(() => budget.spend(1), /the work budget of 10 steps was used up/)
    assert.equal(budget.isUsedUp, true)
  })
})
