/** Notes that follow from which call was denied. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readText } from './read-text.ts'

const CALLER = 'arn:aws:sts::111122223333:assumed-role/agent/run'
const codes = (text: string): readonly string[] => (readText(text)[0]?.notes ?? []).map(({ code }) => code)
const invoke = (model: string): string =>
  `User: ${CALLER} is not authorized to perform: bedrock:InvokeModel on resource: ${model} with an explicit deny in a service control policy`

describe('a note on the call', () => {
  it('says that a model without a Region was called by a global inference profile', () => {
    const [note] = readText(invoke('arn:aws:bedrock:::foundation-model/anthropic.claude-x'))[0]?.notes ?? []
    assert.equal(note?.code, 'inference-profile')
    assert.match(note.text, /`unspecified`/)
  })

  it('says that a profile needs the model in each of its Regions', () => {
    const [note] =
      readText(invoke('arn:aws:bedrock:ap-northeast-3::foundation-model/anthropic.claude-x'))[0]?.notes ?? []
    assert.equal(note?.code, 'inference-profile')
    assert.match(note.text, /also in ap-northeast-3/)
  })

  it('is not there for another action on a model', () => {
    const text = `User: ${CALLER} is not authorized to perform: bedrock:GetFoundationModel on resource: arn:aws:bedrock:us-east-1::foundation-model/m because no identity-based policy allows the bedrock:GetFoundationModel action`
    assert.deepEqual(codes(text), [])
  })

  it('says that Cognito limits guests by a session policy', () => {
    const text = (session: string, layer: string) =>
      `User: arn:aws:sts::111122223333:assumed-role/Guests/${session} is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:111122223333:parameter/x because no ${layer} policy allows the ssm:GetParameter action`
    assert.deepEqual(codes(text('CognitoIdentityCredentials', 'session')), ['scope-down-policy'])
    assert.deepEqual(codes(text('CognitoIdentityCredentials', 'identity-based')), [])
    assert.deepEqual(codes(text('web', 'session')), [])
  })

  it('says that the account of the VPC has to associate it, where Route 53 answers and not IAM', () => {
    const text = (code: string) =>
      `${code}: User: arn:aws:iam::111122223333 is not authorized to perform: route53:AssociateVPCWithHostedZone on resource: arn:aws:ec2:eu-west-2:111122223333:vpc/vpc-1`
    assert.deepEqual(codes(text('NotAuthorizedException')), ['service-rule'])
    assert.deepEqual(codes(text('AccessDenied')), [])
  })
})

describe('the denied action', () => {
  const sentence = (allowed: string) =>
    `User: ${CALLER} is not authorized to perform: ec2:CreateVpcEndpoint on resource: arn:aws:ec2:eu-west-2:111122223333:vpc-endpoint/* because no identity-based policy allows the ${allowed} action`

  it('is that of another service, where the reason names one that the call also needs', () => {
    assert.equal(readText(sentence('vpce:AllowMultiRegion'))[0]?.action, 'vpce:AllowMultiRegion')
  })

  it('is that of the sentence, where the reason spells it otherwise or names nothing that exists (R-MSG-07)', () => {
    for (const allowed of ['ec2:CreateVpcEndpoints', 'vpce:NoSuchAction'])
      assert.equal(readText(sentence(allowed))[0]?.action, 'ec2:CreateVpcEndpoint')
  })
})

describe('a service-linked role that could not be created', () => {
  const resource = (text: string) => readText(text)[0]?.resource
  const ROLES = 'arn:aws:iam::ACCOUNT_ID:role/aws-service-role'

  it('is the one of the name in the message', () => {
    assert.equal(
      resource(
        'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances. (Service: Ec2, Status Code: 403)',
      ),
      `${ROLES}/spot.amazonaws.com/AWSServiceRoleForEC2Spot`,
    )
    assert.equal(
      resource(
        'AccessDenied: Unable to assume the service linked role. Please verify that the ECS service linked role exists.',
      ),
      `${ROLES}/ecs.amazonaws.com/AWSServiceRoleForECS`,
    )
  })

  it('is not known where the message names none', () => {
    const [denial] = readText(
      'AccessDeniedException: Caller does not have permissions to create a Service Linked Role.',
    )
    assert.deepEqual([denial?.action, denial?.resource], ['iam:CreateServiceLinkedRole', null])
  })
})
