/**
 * What GetRequestAuthorizationDetails answers, pasted (R-MSG-14). The form is that of AWS's reference:
 * https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html, with Evaluation,
 * MatchedPolicy, MatchedStatement and PolicyInfo beside it.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { readDenials } from '#intake/read.ts'
import { evidenceOf } from '#intake/parse-result.ts'
import { openDenials } from '#intake/stream/open.ts'

const SCP = 'arn:aws:organizations::999999999999:policy/o-exampleorgid/service_control_policy/p-0123abcd'
const ROLE = 'arn:aws:iam::111122223333:role/ci/deploy-role'
const ID = 'abcdefghijklmnop0123456789'

const ANSWER = {
  requestContext: {
    'aws:PrincipalArn': ROLE,
    'aws:userid': 'AROAEXAMPLE:ci-7',
    'aws:SourceIp': '203.0.113.9',
    'aws:MultiFactorAuthPresent': false,
    'aws:PrincipalOrgPaths': ['o-a/r-b/'],
    'aws:CurrentTime': '2026-04-27T10:03:00Z',
    'internal:thing': { nested: true },
  },
  evaluations: [
    {
      action: 'iam:CreateRole',
      resource: 'arn:aws:iam::111122223333:role/app',
      context: { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/b', 'AWS:SourceIP': '203.0.113.10' },
      evaluatedEffect: 'EXPLICIT_DENY',
      matchedPolicies: [
        { uri: 'inline-1', matchedStatements: [{ sid: 'Allow1', evaluatedEffect: 'ALLOW' }] },
        { uri: SCP, matchedStatements: [{ sid: 'NoRoles', evaluatedEffect: 'DENY' }] },
      ],
    },
    { action: 'iam:PassRole', resource: 'arn:aws:iam::111122223333:role/app', evaluatedEffect: 'IMPLICIT_DENY' },
    { action: 'iam:TagRole', resource: 'arn:aws:iam::111122223333:role/app', evaluatedEffect: 'ALLOW' },
    { action: 'iam:ListRoles', resource: '', evaluatedEffect: 'IMPLICIT_DENY' },
  ],
  policies: [
    { type: 'IDENTITY_BASED_POLICY', inline: true, uri: 'inline-1' },
    { type: 'SERVICE_CONTROL_POLICY', inline: false, uri: SCP },
    { type: 'SESSION_POLICY', inline: true, uri: 'inline-2' },
  ],
}
const TEXT = JSON.stringify(ANSWER, null, 2)
const REFUSAL = `User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci-7 is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::111122223333:role/app with an explicit deny in a service control policy with the following authorization id: ${ID}`

const streamed = (text: string, document: number) => {
  const stream = openDenials({ whole: 10, document })
  stream.push(text)
  return stream.end().denials
}

describe('authorization details', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['alone', TEXT],
    ['on one line', JSON.stringify(ANSWER)],
    ['in prose', `I asked AWS:\n\n${TEXT}\n\nwhat now?`],
    ['as HTML has it', `<pre>${JSON.stringify(ANSWER).replaceAll('"', '&quot;')}</pre>`],
  ]
  for (const [name, text] of forms)
    test(`one denial for each action that was refused: ${name}`, () => {
      const { denials } = readDenials(text)
      assert.deepEqual(
        denials.map(({ kind, action, resource, reported }) => [kind, action, resource, reported.denyType]),
        [
          ['aws-access-denied', 'iam:CreateRole', 'arn:aws:iam::111122223333:role/app', 'explicit'],
          ['aws-access-denied', 'iam:PassRole', 'arn:aws:iam::111122223333:role/app', 'implicit'],
          ['aws-access-denied', 'iam:ListRoles', '*', 'implicit'],
        ],
      )
    })

  test('the caller is the session, its role has its path', () => {
    const [denial] = readDenials(TEXT).denials
    assert.equal(denial?.principal, 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci-7')
    assert.deepEqual(
      [denial?.roleArn, denial?.principalType, denial?.accountId, denial?.sessionName],
      [ROLE, 'assumed-role', '111122223333', 'ci-7'],
    )
  })

  test('the layer and policy that deny, and every statement that matched', () => {
    const [denied, implicit] = readDenials(TEXT).denials
    assert.deepEqual(denied?.reported, { layer: 'service-control-policy', policyArn: SCP, denyType: 'explicit' })
    assert.deepEqual(denied?.decoded?.matchedStatements, [
      { policy: 'inline-1', layer: 'identity-policy', sid: 'Allow1', effect: 'ALLOW' },
      { policy: SCP, layer: 'service-control-policy', sid: 'NoRoles', effect: 'DENY' },
    ])
    assert.deepEqual(implicit?.reported, { layer: null, policyArn: null, denyType: 'implicit' })
    assert.equal(denied?.decoded?.policies?.[2]?.layer, 'session-policy')
  })

  test('the context of an evaluation is put on top of that of the request', () => {
    const [denied, implicit] = readDenials(TEXT).denials
    assert.equal(denied?.context['AWS:SourceIP'], '203.0.113.10')
    assert.equal(denied?.context['aws:SourceIp'], undefined)
    assert.equal(implicit?.context['aws:SourceIp'], '203.0.113.9')
    assert.equal(denied?.context['aws:MultiFactorAuthPresent'], false)
    assert.deepEqual(denied?.context['aws:PrincipalOrgPaths'], ['o-a/r-b/'])
    assert.equal(denied?.context['internal:thing'], undefined)
  })

  test('one page says that there are more', () => {
    const { denials } = readDenials(JSON.stringify({ ...ANSWER, nextToken: 'x' }))
    assert.ok(denials.every(({ notes }) => notes.some(({ code }) => code === 'more-pages')))
  })

  test('the refusal and its details in one paste: the text has the id, the details the rest', () => {
    const { denials } = readDenials(`${REFUSAL}\n\n${TEXT}`)
    assert.equal(denials.length, 3)
    const joined = denials.find(({ authorizationId }) => authorizationId !== null)
    assert.equal(joined?.authorizationId, ID)
    assert.equal(joined?.action, 'iam:CreateRole')
    assert.equal(joined?.reported.layer, 'service-control-policy')
    assert.equal(joined?.roleArn, ROLE)
    assert.ok((joined?.decoded?.policies?.length ?? 0) > 0)
  })

  test('a session policy that AWS evaluated is not assumed away', () => {
    const assumed = (answer: object): boolean => {
      const evidence = evidenceOf(readDenials(JSON.stringify(answer)))
      const request = { principal: ROLE, action: 'iam:CreateRole', resource: '*' }
      const { diagnoses } = diagnoseEvidence({
        ...evidence,
        policySource: { kind: 'scenario', scenario: { request, policies: {} } },
      })
      return diagnoses[0]?.assumptions.some(({ fact }) => fact === 'session policies') === true
    }
    assert.equal(assumed(ANSWER), false)
    assert.equal(assumed({ ...ANSWER, policies: ANSWER.policies.slice(0, 2) }), true)
  })

  test('all allowed is no denial', () => {
    const evaluations = [{ ...ANSWER.evaluations[2] }]
    const { denials } = readDenials(JSON.stringify({ ...ANSWER, evaluations }))
    assert.deepEqual(
      denials.map(({ kind, notes }) => [kind, notes[0]?.code]),
      [['other', 'decoded-allowed']],
    )
  })

  test('spellings of other SDKs: every name with a capital', () => {
    const capital = JSON.stringify(ANSWER).replaceAll(
      /"([a-z])(\w+)":/g,
      (_, a: string, rest: string) => `"${a.toUpperCase()}${rest}":`,
    )
    assert.equal(readDenials(capital).denials.length, 3)
  })

  for (const value of [
    { evaluations: [] },
    { evaluations: [null, 7, { action: 7 }] },
    { evaluations: { action: 'x' } },
    {
      evaluations: [
        { action: 's3:GetObject', evaluatedEffect: 'EXPLICIT_DENY', matchedPolicies: [null, {}], context: 7 },
      ],
      policies: 'x',
      requestContext: [],
    },
  ])
    test(`what is not of the form does no harm: ${JSON.stringify(value).slice(0, 60)}`, () => {
      assert.ok(readDenials(JSON.stringify(value)).denials.length > 0)
    })

  test('a long input, read as it comes', () => {
    const long = `${TEXT}\n`
    assert.equal(streamed(`The answer:\n${long}`, 100_000).filter(({ kind }) => kind !== 'other').length, 3)
  })
})
