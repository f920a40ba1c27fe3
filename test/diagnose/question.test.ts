/** The one question that tells rivals apart: the fact, where it is seen, and what either answer comes to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseEvidence, diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { withFacts } from '#app/given-facts.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const BARE = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
const HEADER = 's3:x-amz-server-side-encryption'
const FULL = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const guarded = (Condition: object): Scenario =>
  ({
    request: {
      principal: 'arn:aws:iam::111122223333:user/dev',
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::files/a.txt',
      resourceAccount: '111122223333',
    },
    policies: {
      serviceControlPolicies: [
        {
          target: 'r-1',
          policies: [
            { name: 'full', document: FULL },
            {
              name: 'guard',
              document: {
                Version: '2012-10-17',
                Statement: [{ Sid: 'Guard', Effect: 'Deny', Action: 's3:PutObject', Resource: '*', Condition }],
              },
            },
          ],
        },
      ],
    },
  }) as unknown as Scenario

const held = (scenario: Scenario) => ({ kind: 'scenario', scenario }) as const
const diagnosed = (scenario: Scenario, text = BARE) => {
  const [diagnosis] = diagnoseEvidence({ ...evidenceOfText(text, 'text'), policySource: held(scenario) }).diagnoses
  assert.ok(diagnosis !== undefined)
  return diagnosis
}

test('whether a header was sent tells a Deny at hand from a policy that nobody has seen', () => {
  const { question, status } = diagnosed(guarded({ Null: { [HEADER]: 'true' } }))
  assert.equal(status, 'likely')
  assert.equal(question?.fact, HEADER)
  assert.equal(question?.text, `Was ${HEADER} sent?`)
  assert.notEqual(question?.values.yes, null)
  assert.equal(question?.values.no, null)
  const [yes, no] = question?.answers ?? []
  assert.equal(yes?.answer, 'yes')
  assert.ok(!yes?.causes.some(({ layer }) => layer === 'service-control-policy'))
  assert.deepEqual(
    no?.causes.map(({ layer, certainty, statement }) => [certainty, layer, statement?.sid]),
    [['certain', 'service-control-policy', 'Guard']],
  )
  assert.notEqual(no?.fix, null)
})

test('of several values that a policy names the question names all', () => {
  const { question } = diagnosed(guarded({ StringNotEquals: { [HEADER]: ['AES256', 'aws:kms'] } }))
  assert.equal(question?.text, `Was ${HEADER} AES256 or aws:kms?`)
  assert.deepEqual(question?.values, { yes: 'AES256', no: null })
})

test('does not ask for TLS where another fact settles it (R-ADV-07)', () => {
  const scenario = guarded({ Bool: { 'aws:SecureTransport': 'false' } })
  const header = guarded({ Null: { [HEADER]: 'true' } }).policies?.serviceControlPolicies ?? []
  const policies = {
    ...scenario.policies,
    serviceControlPolicies: [...(scenario.policies?.serviceControlPolicies ?? []), ...header],
  }
  assert.equal(diagnosed({ ...scenario, policies }).question?.fact, HEADER)
  assert.equal(diagnosed(scenario).question, undefined)
})

test('rivals are told apart by one fact, a range as what it is', () => {
  const scenario = guarded({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })
  const statement = {
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: '*',
    Condition: { StringEquals: { 's3:prefix': 'home/' } },
  }
  const rivals = {
    ...scenario,
    policies: {
      ...scenario.policies,
      identityPolicies: [{ name: 'own', document: { Version: '2012-10-17', Statement: [statement] } }],
      resourceControlPolicies: null,
      vpcEndpointPolicy: null,
      resourcePolicy: null,
      permissionsBoundary: null,
      sessionPolicies: null,
      serviceGuards: null,
    },
  } as unknown as Scenario
  const { question, status } = diagnosed(rivals)
  assert.equal(status, 'undetermined')
  assert.equal(question?.text, 'Was aws:SourceIp in 203.0.113.0/24?')
  assert.deepEqual(
    question?.answers.map(({ answer, causes }) => [answer, causes[0]?.layer]),
    [
      ['yes', 'service-control-policy'],
      ['no', 'identity-policy'],
    ],
  )
})

test('each answer is what a diagnosis with that fact says', () => {
  const scenario = guarded({ StringNotEquals: { [HEADER]: ['AES256', 'aws:kms'] } })
  const { question } = diagnosed(scenario)
  assert.ok(question !== undefined)
  for (const { answer, causes, summary, fix } of question.answers) {
    const facts = { context: { [question.fact]: question.values[answer] } }
    const { evidence } = withFacts(evidenceOfText(BARE, 'text'), facts)
    const [explained] = diagnoseEvidence({ ...evidence, policySource: held(scenario) }).diagnoses
    assert.equal(explained?.summary, summary)
    assert.deepEqual(
      explained?.causes.filter(({ certainty }) => certainty !== 'possible'),
      causes,
    )
    assert.equal(explained?.fixes[0]?.title ?? null, fix)
    assert.equal(explained?.question, undefined)
  }
})

test('the screen asks it, and says what either answer comes to', () => {
  const result = diagnoseToShow({
    ...evidenceOfText(BARE, 'text'),
    policySource: held(guarded({ Null: { [HEADER]: 'true' } })),
  })
  const text = diagnosesText(result, { columns: undefined, isTerminal: false, color: false })
  assert.match(text, new RegExp(`^Check    Was ${HEADER} sent\\? To find out: `, 'm'))
  assert.match(text, /^ {9}yes: .+$/m)
  assert.match(text, /^ {9}no: {2}Then this is the cause\. The fix is the one shown\.$/m)
})

test('nothing is asked where the cause is certain, where the fact is known, or where no policy was seen', () => {
  const scenario = guarded({ Null: { [HEADER]: 'true' } })
  const said =
    'User: arn:aws:iam::111122223333:user/dev is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::files/a.txt" with an explicit deny in a service control policy'
  assert.equal(diagnosed(scenario, said).question, undefined)
  const known = { ...scenario, request: { ...scenario.request, context: { [HEADER]: null } } } as Scenario
  assert.equal(diagnosed(known).question, undefined)
  const [bare] = diagnoseEvidence(evidenceOfText(BARE, 'text')).diagnoses
  assert.equal(bare?.question, undefined)
})
