/** R-EVID-11: every fact that an answer rests on is listed with its source, whichever way it was given. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withPolicies } from '#app/beside/policy-source-beside.ts'
import { Sorting } from '#app/beside/sorting.ts'
import { withToken } from '#app/beside/token-beside.ts'
import { explainDenials } from '#app/diagnose.ts'
import { withFacts } from '#app/given-facts.ts'
import { evidenceOfRecords, evidenceOfText, readEvidence } from '#app/inputs.ts'
import { evidenceOfRun } from '#app/run-command.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { EvidenceFact } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/report`
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/report/nightly`
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:orders`
const DENIED = `2026-12-01 started\n2026-12-01 User: ${SESSION} is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action\n`
const READ = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: QUEUE }] }
const INLINE = { RoleName: 'report', PolicyName: 'own', PolicyDocument: READ }

const input = (name: string, text: string) => ({
  name,
  chunks: async function* () {
    yield text.slice(0, 40)
    yield text.slice(40)
  },
})

function factsOf(evidence: Evidence): readonly EvidenceFact[] {
  const [diagnosis] = explainDenials(evidence).diagnoses
  assert.ok(diagnosis !== undefined)
  return diagnosis.evidence
}

const sourceOf = (evidence: Evidence, name: string) => {
  const found = factsOf(evidence).find(({ fact }) => fact === name)
  assert.ok(found !== undefined, `no fact ${name}`)
  const { fact: _, value: _value, ...source } = found
  return source
}

async function withFile(evidence: Evidence, file: unknown, as?: 'identity-policy'): Promise<Evidence> {
  const sorting = new Sorting({ policies: [], noEndpoint: false, noOrganization: false })
  const text = { name: 'role.json', text: JSON.stringify(file, null, 2) }
  if (as === undefined) await sorting.add(text, true)
  else sorting.addNamed(as, text)
  const beside = sorting.end()
  return withPolicies(withToken(evidence, beside), { kind: 'none' }, beside)
}

const SNAPSHOT = readSnapshot(
  new Map([
    [
      `accounts/${ACCOUNT}/authorization-details.json`,
      JSON.stringify({
        RoleDetailList: [
          { RoleName: 'report', Arn: ROLE, RolePolicyList: [{ PolicyName: 'own', PolicyDocument: READ }] },
        ],
      }),
    ],
  ]),
)

describe('the source of what a text says', () => {
  test('is its file and line', async () => {
    const evidence = await readEvidence([input('job.log', DENIED)])
    for (const fact of ['principal', 'action', 'resource', 'reported.layer'])
      assert.deepEqual(sourceOf(evidence, fact), { from: 'text', file: 'job.log', line: 2 })
  })

  test('is the text where it has no name', () => {
    assert.deepEqual(sourceOf(evidenceOfText(DENIED, 'text'), 'action'), { from: 'text' })
  })

  test('is the event of a record', () => {
    const record = {
      eventSource: 'sqs.amazonaws.com',
      eventName: 'SendMessage',
      errorCode: 'AccessDenied',
      sourceIPAddress: '203.0.113.9',
      eventID: '11111111-2222-3333-4444-555555555555',
      userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/ops`, accountId: ACCOUNT },
    }
    assert.deepEqual(sourceOf(evidenceOfRecords([record], 'records'), 'aws:SourceIp'), { from: 'event' })
  })
})

describe('the source of what is given with a text', () => {
  const text = evidenceOfText(DENIED, 'text')

  test('is an option, for that fact alone', () => {
    const { evidence } = withFacts(text, { context: { 'aws:SourceIp': '203.0.113.9' } })
    assert.deepEqual(sourceOf(evidence, 'aws:SourceIp'), { from: 'option' })
    assert.deepEqual(sourceOf(evidence, 'principal'), { from: 'text' })
  })

  test('is an option where the text says the fact otherwise', () => {
    const { evidence } = withFacts(text, { principal: `arn:aws:iam::${ACCOUNT}:user/ops` })
    assert.deepEqual(sourceOf(evidence, 'principal'), { from: 'option' })
    assert.deepEqual(sourceOf(evidence, 'action'), { from: 'text' })
  })

  test('is an option where there is no text', () => {
    const facts = { principal: ROLE, action: 'sqs:SendMessage', resource: QUEUE }
    const { evidence } = withFacts({ denials: [], events: [] }, facts)
    for (const fact of Object.keys(facts)) assert.deepEqual(sourceOf(evidence, fact), { from: 'option' })
  })

  test('is the file of a policy, with the line of its first statement', async () => {
    const evidence = await withFile(text, INLINE)
    assert.deepEqual(sourceOf(evidence, 'identity-policy'), { from: 'file', file: 'role.json', line: 7 })
  })

  test('is an option where an option says what the file is', async () => {
    const evidence = await withFile(text, READ, 'identity-policy')
    assert.deepEqual(sourceOf(evidence, 'identity-policy'), { from: 'option', file: 'role.json', line: 4 })
  })

  test('is the file that names the caller', async () => {
    const bare = evidenceOfText(
      'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied',
      'text',
    )
    const evidence = await withFile(bare, { UserId: 'AROAEXAMPLE:nightly', Account: ACCOUNT, Arn: SESSION })
    assert.deepEqual(sourceOf(evidence, 'principal'), { from: 'file', file: 'role.json' })
  })

  test('is AWS where it said who ran a command', () => {
    const stderr = 'An error occurred (AccessDenied) when calling the GetObject operation: Access Denied\n'
    const evidence = evidenceOfRun({ code: 254, signal: undefined, stdout: '', stderr } as never, SESSION)
    assert.deepEqual(sourceOf(evidence, 'principal'), { from: 'live' })
  })
})

describe('the source of the policies', () => {
  const text = evidenceOfText(DENIED, 'text')

  test('is the scenario, and of what its request adds, too', () => {
    const scenario = {
      request: { context: { 'aws:SourceIp': '203.0.113.9' } },
      policies: { identityPolicies: [{ name: 'own', document: READ }] },
    } as unknown as Scenario
    const evidence: Evidence = { ...text, policySource: { kind: 'scenario', scenario } }
    assert.deepEqual(sourceOf(evidence, 'identity-policy'), { from: 'scenario' })
    assert.deepEqual(sourceOf(evidence, 'aws:SourceIp'), { from: 'scenario' })
  })

  test('is a file of the snapshot', () => {
    const { from, file } = sourceOf(
      { ...text, policySource: { kind: 'snapshot', snapshot: SNAPSHOT } },
      'identity-policy',
    )
    assert.deepEqual({ from, file }, { from: 'snapshot', file: `accounts/${ACCOUNT}/authorization-details.json` })
  })

  test('is AWS where it was read for this denial', () => {
    const policySource = { kind: 'snapshot', snapshot: SNAPSHOT, isReadNow: true } as const
    assert.deepEqual(sourceOf({ ...text, policySource }, 'identity-policy'), { from: 'live' })
  })
})

test('what was assumed is listed as that', () => {
  const [diagnosis] = explainDenials(evidenceOfText(DENIED, 'text')).diagnoses
  const assumed = diagnosis?.evidence.filter(({ from }) => from === 'assumed').map(({ fact }) => fact)
  assert.deepEqual(
    assumed,
    diagnosis?.assumptions.map(({ fact }) => fact),
  )
})
