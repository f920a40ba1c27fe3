/** A value that was chosen to stand for "any other value" of a key is never told as one that the request had. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { diagnoseWithScenarios, searchEvidence, type SearchedResult, shownResult, wholeResult } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { fitted } from '../../src/mcp/fitted.ts'
import { markdownOf } from '../../web/answer/markdown.ts'

const PIPE = { columns: undefined, isTerminal: false, color: false }
/** Written out once more: what src/engine/representatives.ts chooses for keys of ARNs and addresses. */
const STAND_INS =
  /arn:aws:other:eu-other-1|203\.0\.113\.255|198\.51\.100\.255|10\.255\.255\.254|2001:db8:ffff::1|fd00::1|\(not seen\)/
/** A number beside the one of a policy, and a text for a pattern: no policy and no denial below holds them. */
const BESIDE = /\b(?:3599|3601|1767225599|1767225601)\b|arn:aws:iam:::role\/|"ci--main"|is ci--main/

const CASES = /^ +(?:allowed|denied|undetermined) if .*$/gm

/** Texts and their places in JSON; what docs/json.md says to stand for its kind is left out. */
function textsIn(value: unknown, at = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[at, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, field]) =>
    key === 'outcomes' || key === 'consistentWith' || (key === 'values' && at.endsWith('/question'))
      ? []
      : textsIn(field, `${at}/${key}`),
  )
}

function assertNoStandIn(found: SearchedResult): void {
  const whole = wholeResult(found)
  const json = JSON.parse(JSON.stringify(whole)) as typeof whole
  for (const [at, text] of textsIn(json)) assert.doesNotMatch(text, at.includes('/tests/') ? STAND_INS : ANY, at)
  for (const [at, text] of textsIn(fitted({ diagnoses: json.diagnoses }))) assert.doesNotMatch(text, ANY, at)
  for (const verbose of [false, true]) {
    // "It hangs on" lists cases, each a value and what it would come to.
    const text = diagnosesText(shownResult(found, { verbose }), PIPE, { verbose }).replaceAll(CASES, '')
    assert.doesNotMatch(text, /\(other\)/)
    assert.doesNotMatch(text, STAND_INS)
    assert.doesNotMatch(text, BESIDE)
  }
  for (const diagnosis of json.diagnoses) {
    const text = markdownOf(diagnosis, diagnosis.fixes[0])
    assert.doesNotMatch(text, STAND_INS)
    assert.doesNotMatch(text, /\(other\)/)
  }
}

const ANY = new RegExp(`${STAND_INS.source}|${BESIDE.source}`)

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const CALLER = 'User: arn:aws:sts::111122223333:assumed-role/app/one is not authorized to perform:'
const denied = (where: string): string =>
  `${CALLER} s3:PutObject on resource: "arn:aws:s3:::files/a.txt" with an explicit deny in ${where}`
const BARE = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
const scp = (...Statement: readonly unknown[]): Scenario =>
  ({
    request: {
      principal: 'arn:aws:sts::111122223333:assumed-role/app/one',
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::files/a.txt',
      resourceAccount: '111122223333',
    },
    policies: {
      identityPolicies: [{ name: 'own', document: { Version: '2012-10-17', Statement: [ALL] } }],
      serviceControlPolicies: [
        { target: 'r-1', policies: [{ name: 'guard', document: { Version: '2012-10-17', Statement } }] },
      ],
    },
  }) as unknown as Scenario
const identity = (...Statement: readonly unknown[]): Scenario => {
  const { request } = scp()
  const identityPolicies = [{ name: 'own', document: { Version: '2012-10-17', Statement } }]
  return { request, policies: { identityPolicies } } as unknown as Scenario
}
const deny = (Condition: object) => ({ Sid: 'Guard', Effect: 'Deny', Action: '*', Resource: '*', Condition })
const allow = (Condition: object) => ({
  Sid: 'Grant',
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: '*',
  Condition,
})

const CONDITIONS: Readonly<Record<string, object>> = {
  'a network perimeter': {
    BoolIfExists: { 'aws:ViaAWSService': 'false' },
    NotIpAddressIfExists: { 'aws:SourceIp': ['192.0.2.0/24'] },
    StringNotEqualsIfExists: { 'aws:SourceVpc': ['vpc-1'] },
    ArnNotLikeIfExists: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/aws:ec2-infrastructure'] },
  },
  'two address ranges': { NotIpAddress: { 'aws:VpcSourceIp': ['192.0.2.0/24', '10.0.0.0/8'] } },
  'an age of MFA': { NumericGreaterThan: { 'aws:MultiFactorAuthAge': '3600' } },
  'a date of the token': { DateLessThan: { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' } },
  'a pattern of ARNs': { ArnNotLike: { 'aws:SourceArn': 'arn:aws:iam::*:role/*' } },
  'a pattern of texts': { StringNotLike: { 'aws:SourceIdentity': 'ci-*-main' } },
  'a pattern that is refused': { StringLike: { 'aws:SourceIdentity': 'ci-*-main' } },
  'an address that is asked for': { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
  'an ARN that is asked for': { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:orders' } },
  'an ARN and an address': {
    ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:orders' },
    IpAddress: { 'aws:VpcSourceIp': ['192.0.2.0/24'] },
  },
  'a list of keys': { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['team'] } },
}

const diagnosed = (text: string, policySource: PolicySource): SearchedResult =>
  searchEvidence({ ...evidenceOfText(text, 'text'), policySource })

describe('no form of an answer tells a stand-in as what the request had', () => {
  for (const [name, condition] of Object.entries(CONDITIONS))
    for (const [said, text] of [
      ['AWS names the layer', denied('a service control policy')],
      ['AWS names none', BARE],
    ] as const) {
      test(`${name}, a Deny, ${said}`, () => {
        assertNoStandIn(diagnosed(text, { kind: 'scenario', scenario: scp(ALL, deny(condition)) }))
      })
      test(`${name}, an Allow that did not match, ${said}`, () => {
        const silent = text
          .replace('with an explicit deny in a', 'because no')
          .concat(text === BARE ? '' : ' allows it')
        assertNoStandIn(diagnosed(silent, { kind: 'scenario', scenario: scp(allow(condition)) }))
        const own = silent.replace('service control policy', 'identity-based policy')
        assertNoStandIn(diagnosed(own, { kind: 'scenario', scenario: identity(allow(condition)) }))
      })
    }
})

test('a key that AWS names a Deny on has the mark of another value, and the screen says what that means', () => {
  const condition = { NotIpAddressIfExists: { 'aws:SourceIp': ['192.0.2.0/24'] } }
  const found = diagnosed(denied('a service control policy'), {
    kind: 'scenario',
    scenario: scp(ALL, deny({ ...condition, ArnNotLike: { 'aws:SourceArn': 'arn:aws:iam::*:role/*' } })),
  })
  const [cause] = wholeResult(found).diagnoses[0]?.causes ?? []
  assert.equal(cause?.metBy?.length, 2)
  for (const met of cause.metBy) assert.ok(met.state !== undefined || met.actual === '(other)', JSON.stringify(met))
  assert.match(
    diagnosesText(shownResult(found), PIPE),
    /because aws:SourceIp is not in 192\.0\.2\.0\/24, or was not sent, and aws:SourceArn was not sent\./,
  )
})

describe('the incidents of examples', () => {
  const root = join(import.meta.dirname, '..', '..', 'examples')
  for (const { name } of readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const folder = join(root, name)
    const denial = ['denial.json', 'denial.txt'].map((file) => join(folder, file)).find((file) => existsSync(file))
    if (denial === undefined) continue
    test(name, async () => {
      const evidence = evidenceOfText(readFileSync(denial, 'utf8'), name)
      const policySource: PolicySource = existsSync(join(folder, 'snapshot'))
        ? { kind: 'snapshot', snapshot: await loadSnapshot(join(folder, 'snapshot')) }
        : { kind: 'none' }
      assertNoStandIn(searchEvidence({ ...evidence, policySource }))
      assert.doesNotMatch(
        diagnoseWithScenarios({ ...evidence, policySource })
          .tests.flat()
          .join('\n'),
        STAND_INS,
      )
    })
  }
})
