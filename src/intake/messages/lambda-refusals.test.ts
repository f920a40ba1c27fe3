/** AWS Lambda and Bedrock, where another service refused what they asked of it (R-MSG-33). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

function readOne(text: string) {
  const denials = readText(text)
  assert.equal(denials.length, 1, text)
  const [denial] = denials
  assert.ok(denial)
  return denial
}

test('Lambda says which call to which service was refused', () => {
  const refused = (service: string, call: string, object: string, code: string) =>
    `AccessDeniedException - Your access has been denied by ${service}, please make sure your request credentials have permission to ${call} for ${object}. ${service} Error Code: ${code}. ${service} Error Message: You are not authorized to perform this operation.:`
  const groups = readOne(refused('EC2', 'DescribeSecurityGroups', 'sg-0abc1234', 'UnauthorizedOperation'))
  assert.deepEqual(
    [groups.kind, groups.action, groups.resource],
    ['aws-access-denied', 'ec2:DescribeSecurityGroups', null],
  )
  const code = readOne(refused('S3', 'GetObject', 'amzn-s3-demo-bucket/a.zip', 'AccessDenied'))
  assert.deepEqual([code.action, code.resource], ['s3:GetObject', 'arn:aws:s3:::amzn-s3-demo-bucket/a.zip'])
})

test('a model of the marketplace needs permissions of the caller, not a request for the model (G-58)', () => {
  const text =
    'An error occurred (AccessDeniedException) when calling the InvokeModel operation: Model access is denied due to IAM user or service role is not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to this model.'
  const denial = readOne(text)
  assert.equal(denial.kind, 'aws-access-denied')
  assert.deepEqual(
    denial.candidates.map(({ action }) => action),
    ['aws-marketplace:ViewSubscriptions', 'aws-marketplace:Subscribe'],
  )
  assert.deepEqual(
    denial.notes.map(({ code }) => code),
    ['further-request'],
  )
})

test('AgentCore and Bedrock Agents ask as a role of their own, not as the caller', () => {
  const image = readOne(
    "An error occurred (ValidationException) when calling the CreateAgentRuntime operation: Access denied while validating ECR URI '111122223333.dkr.ecr.us-east-1.amazonaws.com/agent:latest'. The execution role requires permissions for ecr:GetAuthorizationToken, ecr:BatchGetImage, and ecr:GetDownloadUrlForLayer operations.",
  )
  assert.deepEqual(
    image.candidates.map(({ action }) => action),
    ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  )
  const agent = readOne(
    'An error occurred (accessDeniedException) when calling the InvokeAgent operation: Access denied when calling Bedrock. Check your request permissions and retry the request.',
  )
  assert.equal(agent.action, null)
  for (const { kind, notes } of [image, agent])
    assert.deepEqual([kind, ...notes.map(({ code }) => code)], ['aws-access-denied', 'service-role', 'further-request'])
})
