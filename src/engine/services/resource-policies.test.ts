/** Whose resources can have a policy, which word it has, and whether an account is trusted without one. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import { prepareScenario } from '../evaluate.ts'
import { normalizeRequest, evaluationInputOf } from '../read-request.ts'
import type { PoliciesInForce } from '../scenario.ts'
import {
  accountTrustIsExplicit,
  isTrustAction,
  mayHaveResourcePolicy,
  resourcePolicyKind,
} from './resource-policies.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const DOMAIN = `arn:aws:cloudsearch:eu-west-1:${A}:domain/d`
const kms = (rest: string): string => `arn:aws:kms:eu-west-1:${A}:${rest}`

function caseOf(action: string, resource: string | null, policies: PoliciesInForce = {}): EvaluationInput {
  const request: Request = { principal: `arn:aws:iam::${A}:user/ann`, action, resource, resourceAccount: A }
  return evaluationInputOf(prepareScenario({ request, policies }), normalizeRequest(request, resource), 'same')
}

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [action: string, resource: string | null, kind: string | undefined, mayHave: boolean, explicit: boolean, rule: string])[] = [
  ['s3:GetObject',           'arn:aws:s3:::b/k',                                'bucket',       true,  false, 'R-OTH-01'],
  ['s3:GetObject',           `arn:aws:s3:eu-west-1:${A}:accesspoint/p/object/k`, 'access-point', true, false, 'R-S3-07'],
  ['s3:GetObject',           null,                                              'bucket',       true,  false, 'R-REQ-05'],
  ['s3:ListAllMyBuckets',    '*',                                               undefined,      false, false, 'R-REQ-03'],
  ['sqs:SendMessage',        `arn:aws:sqs:eu-west-1:${A}:q`,                    'queue',        true,  false, 'R-OTH-01'],
  ['ec2:StartInstances',     `arn:aws:ec2:eu-west-1:${A}:instance/i-1`,         undefined,      false, false, 'R-XACC-03'],
  ['newservice:DoThing',     `arn:aws:newservice:eu-west-1:${A}:thing/1`,       undefined,      true,  false, 'R-OTH-01'],
  ['newservice:DoThing',     '*',                                               undefined,      false, false, 'R-REQ-03'],
  ['redshift:GetClusterCredentials', `arn:aws:redshift:eu-west-1:${A}:namespace:n`, 'namespace', true,  false, 'R-OTH-01'],
  ['redshift:DescribeClusters', `arn:aws:redshift:eu-west-1:${A}:cluster:c`,    undefined,      false, false, 'R-OTH-01'],
  ['wafv2:GetRuleGroup',     `arn:aws:wafv2:eu-west-1:${A}:regional/rulegroup/r/1`, 'rule-group', true, false, 'R-OTH-01'],
  ['wafv2:GetWebACL',        `arn:aws:wafv2:eu-west-1:${A}:regional/webacl/w/1`, undefined,     false, false, 'R-OTH-01'],
  ['wafv2:GetRuleGroup',     null,                                              'rule-group',   true,  false, 'R-REQ-05'],
  ['ssm:StartSession',       'arn:aws:ssm:eu-west-1::document/AWS-StartSSHSession', undefined,   false, false, 'R-OTH-01'],
  ['ssm:GetParameter',       `arn:aws:ssm:eu-west-1:${A}:parameter/p`,          'parameter',    true,  false, 'R-OTH-01'],
  ['cloudsearch:search',     DOMAIN,                                            'search-domain', true, false, 'R-OTH-15'],
  ['cloudsearch:Suggest',    DOMAIN,                                            'search-domain', true, false, 'R-OTH-15'],
  ['cloudsearch:document',   null,                                              'search-domain', true, false, 'R-OTH-15'],
  ['cloudsearch:DescribeDomains', DOMAIN,                                       undefined,      false, false, 'R-OTH-15'],
  ['kms:Decrypt',            kms('key/k'),                                      'key',          true,  true,  'R-KMS-01'],
  ['kms:Decrypt',            kms('alias/a'),                                    'key',          true,  true,  'R-KMS-09'],
  ['kms:Decrypt',            null,                                              'key',          true,  true,  'R-REQ-05'],
  ['kms:CreateAlias',        kms('alias/a'),                                    undefined,      false, false, 'R-KMS-09'],
  ['kms:UpdateAlias',        kms('alias/a'),                                    undefined,      false, false, 'R-KMS-09'],
  ['kms:DeleteAlias',        kms('alias/a'),                                    undefined,      false, false, 'R-KMS-09'],
  ['kms:CreateAlias',        kms('key/k'),                                      'key',          true,  true,  'R-KMS-09'],
  ['kms:DescribeCustomKeyStores', kms('custom-key-store/c'),                    undefined,      false, false, 'R-KMS-10'],
  ['kms:Decrypt',            'arn:aws:s3:::key/k',                              undefined,      false, false, 'R-KMS-01'],
  ['kms:Decrypt',            'a text',                                          undefined,      false, false, 'R-KMS-01'],
  ['kms:ListKeys',           '*',                                               undefined,      false, false, 'R-KMS-10'],
  ...['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity', 'TagSession', 'SetSourceIdentity', 'SetContext'].flatMap((name) => [
    [`sts:${name}`,          ROLE,                                              'trust',        true,  true,  'R-STS-01'] as const,
    [`sts:${name}`,          null,                                              'trust',        true,  true,  'R-REQ-05'] as const,
  ]),
  ['sts:SetContext',         `arn:aws:sts::${A}:self`,                          undefined,      false, false, 'R-STS-07'],
  ['sts:GetFederationToken', `arn:aws:sts::${A}:federated-user/x`,              undefined,      false, false, 'R-STS-01'],
  ['iam:PassRole',           ROLE,                                              undefined,      false, false, 'R-PASS-01'],
]

describe('the policy that a resource has or could have', () => {
  for (const [action, resource, kind, mayHave, explicit, rule] of ROWS)
    it(`of ${action} on ${resource ?? 'a resource that is not known'} is ${kind ?? (mayHave ? 'not known' : 'none')} (${rule})`, () => {
      const input = caseOf(action, resource)
      assert.equal(resourcePolicyKind(input), kind)
      assert.equal(mayHaveResourcePolicy(input), mayHave)
      assert.equal(accountTrustIsExplicit(input), explicit)
      assert.equal(isTrustAction(input), kind === 'trust')
    })

  it('is a key’s where it is said so, and the account is trusted only by it (R-KMS-01)', () => {
    const resourcePolicy = { name: 'p', document: { Statement: [] } }
    const of = (kind: string) =>
      accountTrustIsExplicit(caseOf('newservice:DoThing', null, { resourcePolicy: { ...resourcePolicy, kind } }))
    assert.deepEqual([of('key'), of('queue'), of('trust')], [true, false, false])
  })
})
