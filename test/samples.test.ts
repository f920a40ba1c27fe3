/** The incident that the project started from, as it was printed: two cut CloudTrail records and one sentence. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import type { Diagnosis, DiagnoseResult, PolicySource } from '#diagnose/diagnosis.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'

const sample = (name: string): string => readFileSync(join(import.meta.dirname, 'samples', 'diagnose', name), 'utf8')
const PUT = sample('seed-put-object.json')
const KMS = sample('seed-generate-data-key.json')
const SENTENCE = sample('seed-sentence.txt')

const SESSION = 'arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions'
const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'

/** What neither the fragments nor the sentence say. */
const UNSAID = [
  'requestId',
  'extendedRequestId',
  'eventId',
  'sharedEventId',
  'time',
  'encodedMessage',
  'authorizationId',
] as const

function only(text: string): Denial {
  const { denials } = readDenials(text)
  assert.equal(denials.length, 1)
  const [denial] = denials
  assert.ok(denial !== undefined)
  return denial
}

describe('the records of the seed, read', () => {
  const cases: readonly [name: string, text: string, action: string, resource: string, operation: string][] = [
    ['the upload', PUT, 's3:PutObject', OBJECT, 'PutObject'],
    ['the data key', KMS, 'kms:GenerateDataKey', KEY, 'GenerateDataKey'],
  ]
  for (const [name, text, action, resource, operation] of cases) {
    it(`give ${name}: the action from the message, principal and resource from the record`, () => {
      const denial = only(text)
      assert.equal(denial.kind, 'aws-access-denied')
      assert.equal(denial.code, 'AccessDenied')
      assert.equal(denial.operation, operation)
      assert.equal(denial.principal, SESSION)
      assert.equal(denial.principalType, 'assumed-role')
      assert.equal(denial.accountId, '111122223333')
      assert.equal(denial.sessionName, 'GitHubActions')
      assert.equal(denial.action, action)
      assert.equal(denial.evidence.actionFrom, 'stated')
      assert.equal(denial.resource, resource)
      assert.equal(denial.region, 'us-east-1')
      assert.deepEqual({ ...denial.reported }, { layer: null, denyType: null, policyArn: null })
      assert.deepEqual(denial.candidates, [])
    })

    it(`leave null what ${name} does not say`, () => {
      const denial = only(text)
      for (const field of UNSAID) assert.equal(denial[field], null, field)
    })
  }
})

it('the sentence of the seed names caller, action, object and layer', () => {
  const denial = only(SENTENCE)
  assert.equal(denial.principal, SESSION)
  assert.equal(denial.action, 's3:PutObject')
  assert.equal(denial.resource, 'arn:aws:s3:::prod-artifacts/app.zip')
  assert.deepEqual({ ...denial.reported }, { layer: 'identity-policy', denyType: 'implicit', policyArn: null })
  for (const field of UNSAID) assert.equal(denial[field], null, field)
})

describe('the seed against the snapshot of the example', () => {
  let subject: PolicySource = { kind: 'none' }
  before(async () => {
    const folder = join(import.meta.dirname, '..', 'examples', 'kms-behind-s3', 'snapshot')
    subject = { kind: 'snapshot', snapshot: await loadSnapshot(folder) }
  })
  const run = (text: string): DiagnoseResult => diagnoseEvidence({ ...rawEvidence(text), policySource: subject })
  const both = (): readonly [Diagnosis, Diagnosis, DiagnoseResult] => {
    const result = run(`${JSON.stringify(JSON.parse(PUT))}\n${JSON.stringify(JSON.parse(KMS))}\n`)
    const [put, kms] = result.diagnoses
    assert.equal(result.diagnoses.length, 2)
    assert.ok(put !== undefined && kms !== undefined)
    return [put, kms, result]
  }

  it('explains both records', () => {
    const [put, kms] = both()
    assert.equal(put.status, 'explained')
    assert.equal(kms.status, 'explained')
    assert.deepEqual(put.steps[0]?.decision.blockedBy, ['identity-policy'])
    assert.deepEqual(kms.steps[0]?.decision.blockedBy, ['resource-policy'], 'the key policy must allow (R-KMS-01)')
  })

  it('foretells from the upload alone that the key is refused next', () => {
    const [put] = run(PUT).diagnoses
    const next = put?.steps.find(({ relation }) => relation === 'next')
    assert.equal(next?.request.action, 'kms:GenerateDataKey')
    assert.equal(next?.request.resource, KEY)
    assert.equal(next?.decision.decision, 'denied')
    assert.deepEqual(next?.decision.blockedBy, ['resource-policy'])
    assert.match(put?.summary ?? '', /kms:GenerateDataKey/)
  })

  it('judges the predicted request and the observed one alike', () => {
    const [put, kms] = both()
    const next = put.steps.find(({ relation }) => relation === 'next')
    assert.deepEqual(next?.decision.blockedBy, kms.steps[0]?.decision.blockedBy)
    assert.equal(next?.request.resource, kms.steps[0]?.request.resource)
    assert.equal(next?.request.principal, kms.steps[0]?.request.principal)
  })

  it('has no layer to reconcile in the records, for they name none, and agrees with the sentence', () => {
    const [put, kms] = both()
    assert.equal(put.reconciliation.agrees, null)
    assert.equal(kms.reconciliation.agrees, null)
    const [said] = run(SENTENCE).diagnoses
    assert.equal(said?.status, 'explained')
    assert.equal(said?.reconciliation.agrees, true)
  })

  it('agrees with the key service where its full message is at hand', () => {
    const text = `User: ${SESSION} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no resource-based policy allows the kms:GenerateDataKey action`
    const [said] = run(text).diagnoses
    assert.equal(said?.status, 'explained')
    assert.equal(said?.reconciliation.agrees, true)
  })

  const forms: readonly [name: string, text: string][] = [
    ['a list', `[${PUT},${KMS}]`],
    ['JSON Lines', `${JSON.stringify(JSON.parse(PUT))}\n${JSON.stringify(JSON.parse(KMS))}`],
    [
      'a page around them',
      `Implementation Examples\n${PUT.trim()}aws sts get-caller-identity\n${KMS.trim()}Incident Timeline\n`,
    ],
  ]
  for (const [name, text] of forms)
    it(`has one timeline for both, from ${name}`, () => {
      const { timeline, diagnoses } = run(text)
      assert.equal(diagnoses.length, 2)
      assert.deepEqual(
        timeline.map(({ time, eventId, outcome, diagnosis }) => [time, eventId, outcome, diagnosis]),
        [
          [null, null, 'denied', 0],
          [null, null, 'denied', 1],
        ],
      )
      assert.match(timeline[1]?.why ?? '', /next authorization of the same call/)
    })

  it('warns of the wrong fixes: administrator access, and stopping at the first refusal', () => {
    const [put] = both()
    assert.ok(put.whatNotToDo.some((one) => one.includes('AdministratorAccess')))
    assert.ok(put.whatNotToDo.some((one) => one.includes('kms:GenerateDataKey')))
    assert.equal(put.guide, 'aws-access-denied')
    assert.match(put.verify[0] ?? '', /^aws sts get-caller-identity/)
  })
})
