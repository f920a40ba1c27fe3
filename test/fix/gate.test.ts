/** The gate for all advice: texts that nobody may turn into a grant, and the line that a change of more than one call carries. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { diagnoseToShow, searchEvidence, wholeDiagnosis } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ChangeInHand } from '#fix/change.ts'
import type { ConsequenceKind } from '#fix/gate/consequence.ts'
import { ruleOn } from '#fix/gate/gate.ts'
import type { AdvisedCall } from '#fix/gate/grants-to.ts'
import type { PolicyLayer } from '#iam/layers.ts'

const OWN = '111122223333'
const OUTSIDE = '999988887777'
const KEY = `arn:aws:kms:us-east-1:${OWN}:key/1234abcd-56ef-78ab-90cd-1234567890ef`
const session = (account: string, role = 'app'): string => `arn:aws:sts::${account}:assumed-role/${role}/one`

const denied = (caller: string, action: string, resource: string, policy = 'identity-based'): string =>
  `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no ${policy} policy allows the ${action} action`

function diagnosed(text: string, policySource: PolicySource = { kind: 'none' }) {
  const [searched] = searchEvidence({ ...evidenceOfText(text, 'text'), policySource }).searches
  assert.ok(searched !== undefined, text)
  return wholeDiagnosis(searched)
}

const offeredIn = ({ fixes }: ReturnType<typeof diagnosed>) => fixes.filter(({ onDemand }) => onDemand === undefined)

describe('a text from which no fix is offered (R-ADV-05, R-ADV-06, R-ADV-10)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [what: string, text: string, why: RegExp])[] = [
    ['every S3 action',               denied(session(OWN), 's3:*', 'arn:aws:s3:::data/*'),                                    /names? one action/],
    ['some S3 actions',               denied(session(OWN), 's3:Get*', 'arn:aws:s3:::data/k'),                                 /names? one action/],
    ['every KMS action',              denied(session(OWN), 'kms:*', KEY, 'resource-based'),                                   /names? one action/],
    ['every IAM action',              denied(session(OWN), 'iam:*', '*'),                                                    /names? one action/],
    ['an action that does not exist', denied(session(OWN), 's3:GetObjects', 'arn:aws:s3:::data/k'),                           /is no action/],
    ['every object there is',         denied(session(OWN), 's3:GetObject', 'arn:aws:s3:::*/*'),                               /every resource/],
    ['every bucket there is',         denied(session(OWN), 's3:PutBucketPolicy', 'arn:aws:s3:::*'),                           /every resource/],
    ['a root user and a role',        denied(`arn:aws:iam::${OUTSIDE}:root`, 'sts:AssumeRole', `arn:aws:iam::${OWN}:role/admin`, 'resource-based'), /root users/],
    ['a root user and a bucket',      denied(`arn:aws:iam::${OUTSIDE}:root`, 's3:GetObject', 'arn:aws:s3:::data/k', 'resource-based'), /complete account/],
    ['a root user’s own policy',      denied(`arn:aws:iam::${OWN}:root`, 'ec2:DescribeInstances', '*'),                        /root user has no policy/],
    ['a pattern as account',          denied('arn:aws:iam::*:role/app', 's3:GetObject', 'arn:aws:s3:::data/k', 'resource-based'), /never proposed/],
    ['a pattern as user',             denied(`arn:aws:iam::${OUTSIDE}:user/*`, 's3:GetObject', 'arn:aws:s3:::data/k', 'resource-based'), /never proposed/],
    ['logging, by an SCP',            denied(session(OWN), 'cloudtrail:StopLogging', `arn:aws:cloudtrail:us-east-1:${OWN}:trail/t`, 'service control'), /guardrails exist/],
    ['a detector, by an SCP',         denied(session(OWN), 'guardduty:DeleteDetector', `arn:aws:guardduty:us-east-1:${OWN}:detector/abc`, 'service control'), /guardrails exist/],
    ['a boundary, by a boundary',     denied(session(OWN), 'iam:DeleteRolePermissionsBoundary', `arn:aws:iam::${OWN}:role/app`, 'permissions boundary').replace('boundary policy', 'boundary'), /guardrails exist/],
    ['a queue’s permissions',         denied(session(OUTSIDE), 'sqs:AddPermission', `arn:aws:sqs:us-east-1:${OWN}:q`, 'resource-based'), /owns the queue/],
    ['a queue’s attributes',          denied(session(OUTSIDE), 'sqs:SetQueueAttributes', `arn:aws:sqs:us-east-1:${OWN}:q`, 'resource-based'), /owns the queue/],
    ['a key policy from outside',     denied(session(OUTSIDE), 'kms:PutKeyPolicy', KEY, 'resource-based'),                    /within the account of the key/],
    ['key deletion from outside',     denied(session(OUTSIDE), 'kms:ScheduleKeyDeletion', KEY, 'resource-based'),             /within the account of the key/],
    ['a role of another account',     denied(session(OUTSIDE), 'iam:PassRole', `arn:aws:iam::${OWN}:role/target`),            /within its own account/],
    ['a federation token for a role', denied(session(OWN), 'sts:GetFederationToken', `arn:aws:sts::${OWN}:federated-user/bob`), /role session cannot/],
    ['a session token for a role',    denied(session(OWN), 'sts:GetSessionToken', '*'),                                       /role session cannot/],
    ['a bucket policy from outside',  denied(session(OUTSIDE), 's3:PutBucketPolicy', 'arn:aws:s3:::data', 'resource-based'),    /bucket owner/],
    ['a service-linked role',         denied(session(OWN), 'iam:AttachRolePolicy', 'role AWSServiceRoleForECS'),              /service-linked/],
    ['a role of Identity Center',     denied(session(OWN), 'iam:PutRolePolicy', 'role AWSReservedSSO_Admin_0123456789abcdef'), /permission set/],
  ]
  for (const [what, text, why] of ROWS)
    it(`offers none for ${what}, and says why`, () => {
      const diagnosis = diagnosed(text)
      assert.deepEqual(
        diagnosis.fixes.map(({ title }) => title),
        [],
      )
      assert.match((diagnosis.whyNoFix ?? []).join('\n'), why)
      const shown = diagnoseToShow(evidenceOfText(text, 'text'))
      assert.deepEqual(shown.diagnoses[0]?.drafts, [])
    })

  it('names no principal and no key policy where the message does not name the caller', () => {
    const text =
      'An error occurred (AccessDeniedException) when calling the Decrypt operation: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'
    const changes = diagnosed(text).fixes.flatMap((fix) => fix.changes)
    // Half of it, a statement of the caller, is not offered either (R-KMS-01).
    assert.deepEqual(changes, [])
  })
})

describe('a change that does more than let the caller make the call carries a line (R-ADV-10)', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [text: string, kind: ConsequenceKind, line: RegExp])[] = [
    [denied(session(OWN), 'iam:PutRolePolicy', 'role other'),                                             'escalation', /iam:PutRolePolicy/],
    [denied(session(OWN), 'iam:CreateAccessKey', `arn:aws:iam::${OWN}:user/ann`),                         'escalation', /access keys/],
    [denied(session(OWN), 'iam:PassRole', `arn:aws:iam::${OWN}:role/task`),                               'escalation', /passed role/],
    [denied(session(OWN), 'iam:UpdateAssumeRolePolicy', 'role other'),                                    'escalation', /assume the role/],
    [denied(session(OWN), 'lambda:UpdateFunctionCode', `arn:aws:lambda:us-east-1:${OWN}:function:f`),     'escalation', /role of the function/],
    [denied(session(OWN), 'sts:AssumeRole', `arn:aws:iam::${OWN}:role/OrganizationAccountAccessRole`),    'escalation', /broad permissions/],
    [denied(session(OWN), 's3:PutObject', 'arn:aws:s3:::data/k', 'service control'),                      'guardrail',  /an SCP/],
    [denied(session(OWN), 's3:PutObject', 'arn:aws:s3:::data/k', 'permissions boundary').replace('boundary policy', 'boundary'), 'guardrail', /boundary/],
  ]
  for (const [text, kind, line] of ROWS)
    it(`${kind}: ${text.slice(text.indexOf('perform: ') + 9, text.indexOf(' because'))}`, () => {
      const [fix] = offeredIn(diagnosed(text))
      assert.ok(fix !== undefined)
      const found = fix.consequences.filter((consequence) => consequence.kind === kind)
      assert.equal(found.length, 1)
      assert.match(found[0]?.text ?? '', line)
      assert.equal(found[0]?.change, 0)
    })

  it('is silent for a grant of one call on one resource', () => {
    for (const text of [
      denied(session(OWN), 's3:GetObject', 'arn:aws:s3:::data/k'),
      denied(session(OWN), 'ec2:DescribeInstances', '*'),
      denied(session(OWN), 'sts:AssumeRole', `arn:aws:iam::${OWN}:role/reader`),
    ]) {
      const [fix] = offeredIn(diagnosed(text))
      assert.deepEqual([fix?.consequences, fix?.grantsTo === null], [[], false], text)
    }
  })

  it('names a Deny that a fix from policies narrows', () => {
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
      ],
    }
    const scenario = { policies: { identityPolicies: [{ name: 'own', document }] } } as unknown as Scenario
    const text = `User: ${session(OWN)} is not authorized to perform: s3:DeleteObject on resource: arn:aws:s3:::data/k with an explicit deny in an identity-based policy`
    const fixes = diagnosed(text, { kind: 'scenario', scenario }).fixes
    assert.ok(fixes.length > 0)
    for (const fix of fixes)
      assert.deepEqual(
        fix.consequences.map(({ kind }) => kind),
        ['guardrail'],
        fix.title,
      )
  })
})

describe('where the evidence doubts the caller (R-ADV-12)', () => {
  const node = 'arn:aws:sts::111122223333:assumed-role/eks-node-group/i-0bfc4291dd0acd279'

  for (const caller of [
    node,
    node.replace('i-0bfc4291dd0acd279', 'i-0xxxxxxxxxxxxxxxx'),
    node.replace(/i-0.*/, 'i-0****'),
  ])
    it(`the call as the right one comes first, and each grant has to be chosen: ${caller.split('/').at(-1)}`, () => {
      const { fixes, withheldFixes } = diagnosed(
        `pod default/app-1\n${denied(caller, 's3:GetObject', 'arn:aws:s3:::data/k')}`,
      )
      assert.deepEqual(
        fixes.map(({ onDemand, changes }) => [onDemand === undefined, changes[0]?.kind]),
        [[true, 'change-principal']],
      )
      assert.equal(withheldFixes?.[0]?.id, 'draft')
    })
})

describe('nothing is proposed past the gate (R-ADV-09)', () => {
  const src = join(import.meta.dirname, '..', '..', 'src')
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.replaceAll('\\', '/'))

  it('the rules on what is never proposed are asked in src/fix/gate alone', () => {
    const names =
      /\b(?:isNeverProposed|isNeverReverted|isProtectedAction|escalationsIn|isEveryResource|mayBeGranted|isMostlyElsewhere)\b/
    const outside = files.filter(
      (file) =>
        !file.startsWith('fix/gate/') &&
        file !== 'fix/cross-check/simulated.ts' &&
        names.test(readFileSync(join(src, file), 'utf8')),
    )
    assert.deepEqual(outside, [])
  })

  it('the gate is asked where drafts and fixes are made, and nowhere else', () => {
    const asking = files.filter(
      (file) => !file.startsWith('fix/gate/') && /\bruleOn\(/.test(readFileSync(join(src, file), 'utf8')),
    )
    assert.deepEqual(asking.toSorted(), ['fix/draft/draft.ts', 'fix/proof/fix-search.ts'])
  })
})

describe('a grant that has to be chosen', () => {
  const KMS_CALL = { principal: 'logs.amazonaws.com', action: 'kms:Decrypt', resource: KEY }
  const ofPolicy = (layer: PolicyLayer, before: object | null, after: object): ChangeInHand =>
    ({
      layer,
      policy: 'p',
      owner: `account ${OWN}`,
      kind: 'edit-policy',
      patch: [{ op: 'replace', path: '/Statement/0', value: after }],
      before: { Version: '2012-10-17', Statement: before === null ? [] : [before] },
      after: { Version: '2012-10-17', Statement: [after] },
      does: 'edit it',
      on: KEY,
    }) as ChangeInHand
  const ruled = (change: ChangeInHand, call: AdvisedCall) => ruleOn([change], { call, assumed: [], isDraft: false })

  it('lets a service use a key for any account', () => {
    const open = { Effect: 'Allow', Principal: { Service: 'logs.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }
    const held = { ...open, Condition: { StringEquals: { 'aws:SourceAccount': OWN } } }
    assert.equal(ruled(ofPolicy('resource-policy', null, open), KMS_CALL).is, 'onDemand')
    assert.equal(ruled(ofPolicy('resource-policy', null, held), KMS_CALL).is, 'offered')
  })

  it('is withheld where it edits the key policy of an AWS managed key (R-KMS-12)', () => {
    const through = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:CallerAccount': OWN, 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' } },
    }
    const readers = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWN}:root` }, Resource: '*' }
    const grant = {
      ...readers,
      Principal: { AWS: `arn:aws:iam::${OWN}:role/app` },
      Action: 'kms:Decrypt',
    }
    const policy = (...Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement })
    const edited = (...before: readonly object[]): ChangeInHand => ({
      ...ofPolicy('resource-policy', null, grant),
      before: policy(...before),
      after: policy(...before, grant),
    })
    const managed = ruled(edited(through, { ...readers, Action: ['kms:Describe*', 'kms:List*'] }), KMS_CALL)
    assert.equal(managed.is, 'withheld')
    assert.match(managed.is === 'withheld' ? managed.reason : '', /customer managed key/)
    for (const Action of ['kms:*', 'kms:Put*', ['kms:PutKeyPolicy']])
      assert.equal(ruled(edited(through, { ...readers, Action }), KMS_CALL).is, 'offered', String(Action))
  })

  it('lifts MFA, an external id or a source from a trust or resource policy', () => {
    const role = `arn:aws:iam::${OWN}:role/app`
    const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWN}:role/ci` }, Action: 'sts:AssumeRole' }
    const call = { principal: session(OWN, 'ci'), action: 'sts:AssumeRole', resource: role }
    for (const [operator, key] of [
      ['Bool', 'aws:MultiFactorAuthPresent'],
      ['StringEquals', 'sts:ExternalId'],
      ['ArnLike', 'aws:SourceArn'],
      ['StringEquals', 'aws:SourceAccount'],
    ] as const) {
      const asking = { ...trust, Condition: { [operator]: { [key]: 'x' } } }
      assert.equal(ruled(ofPolicy('resource-policy', asking, trust), call).is, 'onDemand', key)
      assert.equal(ruled(ofPolicy('resource-policy', trust, asking), call).is, 'offered', key)
    }
  })

  it('is not offered at all where the project’s own lint says that it cannot work (R-ADV-06)', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
    const useless = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/k', Condition }
    const change = ofPolicy('identity-policy', null, useless)
    const call = { principal: session(OWN), action: 's3:GetObject', resource: 'arn:aws:s3:::data/k' }
    for (const isDraft of [true, false]) {
      const ruling = ruleOn([change], { call, assumed: [], isDraft })
      assert.equal(ruling.is, 'withheld')
      assert.match(ruling.is === 'withheld' ? ruling.reason : '', /never a private address/)
    }
  })

  it('is not offered where an edited Allow or Deny gets a value that cannot work, and is for a fault that was there', () => {
    const call = { principal: session(OWN), action: 's3:GetObject', resource: 'arn:aws:s3:::data/k' }
    for (const [Effect, operator] of [
      ['Allow', 'IpAddress'],
      ['Deny', 'NotIpAddress'],
    ] as const) {
      const statement = (Resource: string, ...addresses: readonly string[]): object => ({
        Sid: 'Office',
        Effect,
        Action: 's3:GetObject',
        Resource,
        Condition: { [operator]: { 'aws:SourceIp': addresses } },
      })
      const [one, other] = ['arn:aws:s3:::data/k', 'arn:aws:s3:::data/*']
      const ruledOn = (before: object, after: object) => ruled(ofPolicy('identity-policy', before, after), call).is
      const useless = statement(one, '10.0.0.0/8')
      assert.equal(ruledOn(statement(one, '203.0.113.0/24'), useless), 'withheld', Effect)
      assert.equal(ruledOn(statement(other, '10.0.0.0/8'), useless), 'offered', Effect)
    }
  })
})
