import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { diagnose } from './diagnose.ts'
import type { PolicySource } from './diagnosis.ts'

const ROLE = 'arn:aws:iam::444455556666:role/worker'
const KEY = 'arn:aws:kms:us-east-1:444455556666:key/11111111-2222-3333-4444-555555555555'
const QUEUE = 'arn:aws:sqs:us-east-1:444455556666:jobs'
const OTHER_QUEUE = 'arn:aws:sqs:us-east-1:444455556666:orders'

const denialOf = (action: string, resource: string, operation?: string): string =>
  `${operation === undefined ? '' : `An error occurred (AccessDenied) when calling the ${operation} operation: `}User: arn:aws:sts::444455556666:assumed-role/worker/worker is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

/** The actions that are needed together with the denied one, with the decision on each. */
function companions(text: string, source: PolicySource = { kind: 'none' }): readonly string[] {
  const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [], policySource: source }).diagnoses
  return (diagnosis?.steps ?? [])
    .filter(({ rule }) => rule === 'R-ADV-14')
    .map(({ request, decision }) => `${request.action} ${String(request.resource)}: ${decision.decision}`)
}

const withPolicy = (action: string, resource: string, ...statements: readonly object[]): PolicySource => ({
  kind: 'scenario',
  scenario: {
    request: {
      principal: 'arn:aws:sts::444455556666:assumed-role/worker/worker',
      principalDetails: { roleArn: ROLE },
      action,
      resource,
      resourceAccount: '444455556666',
    },
    policies: {
      complete: true,
      identityPolicies: [{ name: 'own', document: { Version: '2012-10-17', Statement: statements } }],
    },
  },
})

describe('actions that are needed together (R-ADV-14)', () => {
  it('needs Decrypt with GenerateDataKey to send to an encrypted queue or topic', () => {
    const decrypt = [`kms:Decrypt ${KEY}: undetermined`]
    assert.deepEqual(companions(denialOf('kms:GenerateDataKey', KEY, 'SendMessage')), decrypt)
    assert.deepEqual(companions(denialOf('kms:GenerateDataKey', KEY, 'Publish')), decrypt)
  })

  it('needs both actions of the key for a multipart upload, whichever was denied', () => {
    assert.deepEqual(companions(denialOf('kms:GenerateDataKey', KEY, 'CreateMultipartUpload')), [
      `kms:Decrypt ${KEY}: undetermined`,
    ])
    assert.deepEqual(companions(denialOf('kms:Decrypt', KEY, 'UploadPart')), [
      `kms:GenerateDataKey ${KEY}: undetermined`,
    ])
  })

  it('needs nothing with GenerateDataKey for an upload in one part, nor with Decrypt to receive', () => {
    assert.deepEqual(companions(denialOf('kms:GenerateDataKey', KEY, 'PutObject')), [])
    assert.deepEqual(companions(denialOf('kms:Decrypt', KEY, 'ReceiveMessage')), [])
  })

  const REPOSITORY = 'arn:aws:ecr:us-east-1:444455556666:repository/app'
  const TOKEN = 'ecr:GetAuthorizationToken *: undetermined'

  it('needs all actions of a push or pull of an image, and the token of the registry, which has no resource', () => {
    assert.deepEqual(companions(denialOf('ecr:PutImage', REPOSITORY)), [
      ...['BatchCheckLayerAvailability', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload'].map(
        (name) => `ecr:${name} ${REPOSITORY}: undetermined`,
      ),
      TOKEN,
    ])
    assert.deepEqual(companions(denialOf('ecr:BatchGetImage', REPOSITORY)), [
      `ecr:GetDownloadUrlForLayer ${REPOSITORY}: undetermined`,
      TOKEN,
    ])
    // Pushes and pulls check layers.
    assert.deepEqual(companions(denialOf('ecr:BatchCheckLayerAvailability', REPOSITORY)), [])
  })

  it('needs no token for a service that pulls for itself', () => {
    const text = `User: lambda.amazonaws.com is not authorized to perform: ecr:BatchGetImage on resource: ${REPOSITORY}`
    // https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
    assert.deepEqual(companions(text), [`ecr:GetDownloadUrlForLayer ${REPOSITORY}: undetermined`])
  })

  it('needs both actions of the key for a service that sends to an encrypted topic or queue, not for one that writes', () => {
    const byService = (service: string, action: string) =>
      companions(`User: ${service}.amazonaws.com is not authorized to perform: ${action} on resource: ${KEY}`)
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    assert.deepEqual(byService('cloudwatch', 'kms:Decrypt'), [`kms:GenerateDataKey ${KEY}: undetermined`])
    assert.deepEqual(byService('events', 'kms:GenerateDataKey'), [`kms:Decrypt ${KEY}: undetermined`])
    assert.deepEqual(byService('cloudtrail', 'kms:GenerateDataKey'), [])
  })

  it('needs all actions of log delivery for the logs of a state machine', () => {
    const text =
      'AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination (Service: AWSStepFunctions)'
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
    const source = withPolicy('logs:CreateLogDelivery', '*', {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: '*',
    })
    assert.deepEqual(companions(text, source), [
      'logs:GetLogDelivery *: denied',
      'logs:UpdateLogDelivery *: denied',
      'logs:DeleteLogDelivery *: denied',
      'logs:ListLogDeliveries *: denied',
      'logs:PutResourcePolicy *: denied',
      'logs:DescribeResourcePolicies *: denied',
      'logs:DescribeLogGroups *: denied',
    ])
  })

  it('does not ask what AWS says of a resource for an action without one', () => {
    const tags = { context: { 'aws:ResourceTag/team': 'x', 'aws:SourceIp': '203.0.113.7' } }
    const source = withPolicy('ecr:BatchGetImage', REPOSITORY, {
      Effect: 'Allow',
      Action: ['ecr:GetDownloadUrlForLayer', 'ecr:GetAuthorizationToken'],
      Resource: '*',
      Condition: { Null: { 'aws:ResourceTag/team': 'true' } },
    })
    assert.ok(source.kind === 'scenario')
    const scenario = { ...source.scenario, request: { ...source.scenario.request, ...tags } }
    assert.deepEqual(companions(denialOf('ecr:BatchGetImage', REPOSITORY), { kind: 'scenario', scenario }), [
      `ecr:GetDownloadUrlForLayer ${REPOSITORY}: denied`,
      'ecr:GetAuthorizationToken *: undetermined',
    ])
  })

  it('needs to list streams for a DynamoDB event source of a function', () => {
    const stream = 'arn:aws:dynamodb:us-east-1:444455556666:table/t/stream/2026-01-01T00:00:00.000'
    assert.deepEqual(companions(denialOf('dynamodb:GetRecords', stream, 'CreateEventSourceMapping')), [
      `dynamodb:DescribeStream ${stream}: undetermined`,
      `dynamodb:GetShardIterator ${stream}: undetermined`,
      'dynamodb:ListStreams *: undetermined',
    ])
    assert.deepEqual(companions(denialOf('dynamodb:GetRecords', stream)), [])
  })

  it('needs the network interfaces of a function in a VPC, where Lambda says what its role lacks', () => {
    const made = 'arn:aws:ec2:us-east-1:444455556666:network-interface/*'
    const denied = denialOf('ec2:CreateNetworkInterface', made, 'CreateFunction')
    assert.deepEqual(companions(denied), [
      'ec2:DescribeNetworkInterfaces *: undetermined',
      'ec2:DescribeSubnets *: undetermined',
      ...['DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'].map(
        (name) => `ec2:${name} ${made}: undetermined`,
      ),
    ])
    assert.deepEqual(companions(denialOf('ec2:CreateNetworkInterface', made, 'CreateNetworkInterface')), [])
  })

  it('needs all four channels of Session Manager', () => {
    assert.equal(companions(denialOf('ssmmessages:OpenDataChannel', '*')).length, 3)
  })

  it('names AWS’s page with each', () => {
    const { denials } = readDenials(denialOf('kms:GenerateDataKey', KEY, 'SendMessage'))
    const [diagnosis] = diagnose({ denials, events: [] }).diagnoses
    const [why] = diagnosis?.steps.filter(({ rule }) => rule === 'R-ADV-14').map((step) => step.why) ?? []
    assert.match(why ?? '', /needs both \(https:\/\/docs\.aws\.amazon\.com\/\S+sqs-key-management\.html\)$/)
  })

  describe('for a consumer of a queue', () => {
    const denied = denialOf('sqs:ReceiveMessage', QUEUE)
    const consume = (actions: readonly string[], resource: string): object => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resource,
    })
    const all = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

    it('needs nothing else, where nothing shows what consumes', () => {
      assert.deepEqual(companions(denied), [])
      const single = withPolicy('sqs:ReceiveMessage', QUEUE, consume(['sqs:ReceiveMessage'], OTHER_QUEUE))
      assert.deepEqual(companions(denied, single), [])
      const pattern = withPolicy('sqs:ReceiveMessage', QUEUE, consume(['sqs:*'], OTHER_QUEUE))
      assert.deepEqual(companions(denied, pattern), [])
    })

    it('needs what a statement of the caller lists together for another queue', () => {
      assert.deepEqual(companions(denied, withPolicy('sqs:ReceiveMessage', QUEUE, consume(all, OTHER_QUEUE))), [
        `sqs:DeleteMessage ${QUEUE}: denied`,
        `sqs:GetQueueAttributes ${QUEUE}: denied`,
      ])
    })

    it('is not denied what the policies allow', () => {
      const source = withPolicy(
        'sqs:ReceiveMessage',
        QUEUE,
        consume(all, OTHER_QUEUE),
        consume(['sqs:DeleteMessage'], QUEUE),
      )
      assert.deepEqual(companions(denied, source), [
        `sqs:DeleteMessage ${QUEUE}: allowed`,
        `sqs:GetQueueAttributes ${QUEUE}: denied`,
      ])
    })
  })
})
