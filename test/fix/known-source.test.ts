/** A service is let in for the resource that it works for, and for no other (R-ADV-04, R-SVC-02). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosed, firstFix } from './diagnosed.ts'

const A = '111122223333'

describe('EventBridge at the key of an encrypted topic, which it does not tell its source', () => {
  const KEY = `arn:aws:kms:ap-southeast-2:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const TOPIC = `arn:aws:sns:ap-southeast-2:${A}:alerts`
  const record = (encryptionContext: object, invokedBy = 'events.amazonaws.com') =>
    JSON.stringify({
      eventVersion: '1.08',
      userIdentity: { type: 'AWSService', invokedBy },
      eventTime: '2024-02-23T03:12:11Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'GenerateDataKey',
      awsRegion: 'ap-southeast-2',
      sourceIPAddress: invokedBy,
      userAgent: invokedBy,
      errorCode: 'AccessDenied',
      errorMessage: `User: ${invokedBy} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no resource-based policy allows the kms:GenerateDataKey action`,
      requestParameters: { keySpec: 'AES_256', encryptionContext, keyId: KEY },
      responseElements: null,
      recipientAccountId: A,
    })
  const services = ['cloudwatch.amazonaws.com', 'events.amazonaws.com']
  const ofAccount = {
    Effect: 'Allow',
    Principal: { Service: services },
    Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': A } },
  }
  const root = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'kms:*', Resource: '*' }
  const policy = {
    Policy: JSON.stringify({ Version: '2012-10-17', Statement: [root, ofAccount] }),
    PolicyName: 'default',
  }

  it('names the statement for the service, and adds one for the topic', async () => {
    const text = record({ 'aws:sns:topicArn': TOPIC })
    const { causes } = await diagnosed(text, policy)
    assert.deepEqual(
      causes.map(({ nearest }) => nearest?.failedOn.map(({ key, state }) => [key, state])),
      [[['aws:SourceAccount', 'absent']]],
    )
    const { patch } = await firstFix(text, policy)
    const [added, ...others] = patch.map(
      (step) => (step as { readonly value?: Readonly<Record<string, unknown>> }).value,
    )
    assert.deepEqual(others, [])
    assert.deepEqual(
      [added?.['Principal'], added?.['Condition']],
      [{ Service: 'events.amazonaws.com' }, { StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': TOPIC } }],
    )
    assert.match(JSON.stringify(added?.['Action']), /kms:GenerateDataKey/)
  })

  it('lets no service in for every account where the source is only not known', async () => {
    for (const text of [record({}), record({ 'aws:sns:topicArn': TOPIC }, 'cloudwatch.amazonaws.com')]) {
      const { fixes } = await diagnosed(text, policy)
      for (const { onDemand, changes } of fixes)
        if (onDemand === undefined) assert.match(JSON.stringify(changes.map(({ patch }) => patch)), /SourceA|topicArn/)
    }
  })
})

describe('a function policy with the name of an API in the place of its id', () => {
  const text = 'Execution failed due to configuration error: Invalid permissions on Lambda function'
  const source = (api: string, account = A) => `arn:aws:execute-api:us-east-1:${account}:${api}/*/GET/hello`
  const functionPolicy = (...apis: readonly string[]) => ({
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'apigateway.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: `arn:aws:lambda:us-east-1:${A}:function:hello`,
          Condition: {
            ArnLike: { 'AWS:SourceArn': apis.length === 1 ? source(apis[0] ?? '') : apis.map((api) => source(api)) },
          },
        },
      ],
    }),
    RevisionId: 'a1b2',
  })
  const restApi = (id: string) => ({
    id,
    name: 'stack',
    apiKeySource: 'HEADER',
    endpointConfiguration: { types: ['EDGE'] },
  })

  it('takes the id of the API that was given', async () => {
    const { patch } = await firstFix(text, functionPolicy('CustomAPI'), restApi('a1b2c3d4e5'))
    assert.deepEqual(patch, [
      { op: 'replace', path: '/Statement/0/Condition/ArnLike/AWS:SourceArn', value: source('a1b2c3d4e5') },
    ])
  })

  it('allows no other source where no API was given, two were, or the policy has an id', async () => {
    const all = [
      [functionPolicy('CustomAPI')],
      [functionPolicy('CustomAPI'), restApi('a1b2c3d4e5'), restApi('f6g7h8i9j0')],
      [functionPolicy('CustomAPI', 'OtherAPI'), restApi('a1b2c3d4e5')],
    ]
    for (const files of all) assert.deepEqual((await diagnosed(text, ...files)).fixes, [])
    const { fixes } = await diagnosed(text, functionPolicy('z9y8x7w6v5'), restApi('a1b2c3d4e5'))
    assert.doesNotMatch(JSON.stringify(fixes), /:a1b2c3d4e5/)
  })
})

describe('a service account of an EKS cluster with a wildcard for its namespace under StringEquals', () => {
  const HOST = 'oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'
  const text =
    'operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 403, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity'
  const role = (subject: string) => ({
    Role: {
      Path: '/',
      RoleName: 'scaler',
      RoleId: 'AROACKCEVSQ6C2EXAMPLE',
      Arn: `arn:aws:iam::${A}:role/scaler`,
      CreateDate: '2024-01-01T00:00:00+00:00',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${A}:oidc-provider/${HOST}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${HOST}:sub`]: subject, [`${HOST}:aud`]: 'sts.amazonaws.com' } },
          },
        ],
      },
    },
  })

  it('puts the subject under StringLike, and keeps the audience', async () => {
    const { patch } = await firstFix(text, role('system:serviceaccount:*:scaler'))
    const at = '/Statement/0/Condition'
    assert.deepEqual(patch, [
      { op: 'remove', path: `${at}/StringEquals/${HOST.replaceAll('/', '~1')}:sub` },
      { op: 'add', path: `${at}/StringLike`, value: { [`${HOST}:sub`]: 'system:serviceaccount:*:scaler' } },
    ])
  })

  it('offers nothing where any service account of the cluster would be trusted', async () => {
    for (const subject of [
      'system:serviceaccount:*:*',
      'system:serviceaccount:*:default',
      'system:serviceaccount:*',
      '*',
    ])
      assert.deepEqual((await diagnosed(text, role(subject))).fixes, [], subject)
  })
})
