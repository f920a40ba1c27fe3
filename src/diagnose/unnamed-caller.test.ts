import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { NOTHING_AT_HAND, type Piece } from '#snapshot/at-hand/piece.ts'
import { diagnose } from './diagnose.ts'
import type { Diagnosis } from './diagnosis.ts'

const LIST = 'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied'
const OBJECTS = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::data/*' },
}

/** A scenario as a person has it: policies, and what was asked, but nobody who asked. */
const scenario = (policies: Scenario['policies'], request: object = { resource: 'arn:aws:s3:::data' }): Scenario =>
  ({ request, policies }) as unknown as Scenario

function diagnosed(text: string, known: Scenario, pieces: readonly Piece[] = []): Diagnosis {
  const evidence = { denials: readDenials(text).denials, events: [] }
  const { diagnoses } = diagnose({
    ...evidence,
    policySource: { kind: 'scenario', scenario: known },
    provided: { ...NOTHING_AT_HAND, pieces },
  })
  const [first] = diagnoses
  assert.ok(first !== undefined)
  return first
}

/** AWS's bare S3 message names no caller, and people post it beside one policy (R-EVID-09). */
describe('a denial that names nobody, with policies beside it', () => {
  const identityPolicies = [{ name: 'uploader', document: OBJECTS }]

  it('is held against them as the caller’s, and that is told', () => {
    const { causes, status, basis, denial, assumptions } = diagnosed(LIST, scenario({ identityPolicies }))
    assert.equal(denial.principal, null)
    assert.equal(basis, 'policies')
    assert.equal(status, 'likely')
    assert.equal(causes[0]?.layer, 'identity-policy')
    assert.equal(assumptions.find(({ fact }) => fact === 'principal')?.value, 'the caller whose policies were given')
  })

  it('takes whom the file names, where it names one', () => {
    const policy = { name: 'uploader', document: OBJECTS }
    const owner = { kind: 'user', name: 'ann' } as const
    const piece: Piece = { is: 'identity-policy', policy, owner, file: 'p.json', form: 'aws iam get-user-policy' }
    const { steps } = diagnosed(LIST, scenario({}), [piece])
    assert.equal(steps[0]?.request.principal, 'arn:aws:iam::ACCOUNT_ID:user/ann')
  })

  it('does not let a condition on the principal be answered by the placeholder', () => {
    const statement = (effect: string) => ({
      Effect: effect,
      Action: '*',
      Resource: '*',
      ...(effect === 'Deny' ? { Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team-*' } } } : {}),
    })
    const document = { Version: '2012-10-17', Statement: [statement('Allow'), statement('Deny')] }
    const { steps } = diagnosed(LIST, scenario({ identityPolicies: [{ name: 'p', document }] }))
    assert.equal(steps[0]?.decision.layers.find(({ layer }) => layer === 'identity-policy')?.verdict, 'unknown')
  })

  it('stays without a caller where no policy was given', () => {
    assert.equal(diagnosed(LIST, scenario({})).steps.length, 0)
  })
})

/** R-EVID-12: what a policy decides for every caller is decided, and the rest is unknown. */
describe('an unknown caller and a policy of the resource', () => {
  const PUT = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
  const bucket = (statement: object): Piece => ({
    is: 'resource',
    kind: 'bucket',
    arn: 'arn:aws:s3:::data',
    policy: { name: 'data', document: { Version: '2012-10-17', Statement: [statement] } },
    file: 'b.json',
    form: 'aws s3api get-bucket-policy',
  })
  const on = { Action: 's3:PutObject', Resource: 'arn:aws:s3:::data/*' }
  const verdictOf = ({ steps }: Diagnosis) =>
    steps[0]?.decision.layers.find(({ layer }) => layer === 'resource-policy')?.verdict

  it('decides a Deny for everyone without knowing the caller', () => {
    const found = diagnosed(PUT, scenario({}, {}), [bucket({ Effect: 'Deny', Principal: '*', ...on })])
    assert.equal(found.causes[0]?.layer, 'resource-policy')
    assert.equal(found.causes[0]?.denyType, 'explicit')
    assert.equal(found.steps[0]?.request.principal, 'unknown')
    assert.equal(found.assumptions.find(({ fact }) => fact === 'principal')?.value, 'any caller')
    assert.equal(found.unusedInputs, undefined)
  })

  it('takes the bucket whose policy was given for the one that the evidence does not name, and lists that', () => {
    const found = diagnosed(PUT, scenario({}, {}), [bucket({ Effect: 'Deny', Principal: '*', ...on })])
    assert.equal(found.steps[0]?.request.resource, 'arn:aws:s3:::data/*')
    assert.match(found.assumptions.find(({ fact }) => fact === 'resource')?.from ?? '', /names no resource/)
  })

  it('leaves open which of two buckets it was', () => {
    const other = { ...bucket({ Effect: 'Deny', Principal: '*', ...on }), arn: 'arn:aws:s3:::other', file: 'o.json' }
    const found = diagnosed(PUT, scenario({}, {}), [bucket({ Effect: 'Deny', Principal: '*', ...on }), other])
    assert.equal(found.steps[0]?.request.resource, null)
  })

  it('does not know whether a statement for one role is for the caller', () => {
    const Principal = { AWS: 'arn:aws:iam::111122223333:role/app' }
    assert.equal(
      verdictOf(diagnosed(PUT, scenario({}, {}), [bucket({ Effect: 'Allow', Principal, ...on })])),
      'unknown',
    )
  })

  it('takes the only endpoint of the service that was given for the way of the call', () => {
    const policy = {
      name: 'e',
      document: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
      },
    }
    const endpoint: Piece = {
      is: 'endpoint',
      id: 'vpce-1',
      service: 's3',
      policy,
      file: 'e.json',
      form: 'aws ec2 describe-vpc-endpoints',
    }
    const found = diagnosed(PUT, scenario({}, {}), [endpoint])
    assert.equal(found.causes[0]?.layer, 'vpc-endpoint-policy')
    assert.equal(found.assumptions.find(({ fact }) => fact === 'aws:SourceVpce')?.value, 'vpce-1')
  })
})
