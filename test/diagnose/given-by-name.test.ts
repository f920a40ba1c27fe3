/** R-EVID-10, R-EVID-13: files bound by the bare name in the evidence, by being the only one of the service, and the output that says who called. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosisWithFiles } from './incident-files.ts'

const allow = (rest: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] })
const text = (document: object): string => JSON.stringify(document)

const domain = (name: string, resource: string) => ({
  DomainStatus: {
    DomainName: name,
    ARN: `arn:aws:es:us-east-1:111122223333:domain/${name}`,
    AccessPolicies: text(allow({ Principal: { AWS: '*' }, Action: 'es:ESHttp*', Resource: resource })),
  },
})
const ON_DOMAIN = '{"Message":"User: anonymous is not authorized to perform: es:ESHttpGet on resource: logs"}'

describe('a policy of the one resource that can be meant', () => {
  it('counts where the evidence has the bare name of the domain, for the paths below it', async () => {
    const found = await diagnosisWithFiles(ON_DOMAIN, [domain('logs', 'arn:aws:es:us-east-1:111122223333:domain/logs')])
    assert.deepEqual(
      found?.causes.map(({ layer, certainty }) => [layer, certainty]),
      [['resource-policy', 'certain']],
    )
    assert.equal(found?.steps[0]?.request.resource, 'arn:aws:es:us-east-1:111122223333:domain/logs/*')
    assert.ok(found?.assumptions.some(({ fact, from }) => fact === 'resource' && from.includes('names logs')))
  })

  it('does not count for a domain of another name', async () => {
    const found = await diagnosisWithFiles(ON_DOMAIN, [
      domain('other', 'arn:aws:es:us-east-1:111122223333:domain/other'),
    ])
    assert.equal(found?.steps[0]?.request.resource, 'logs')
  })

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
  const limited = {
    id: 'a1b2c3d4e5',
    name: 'hello',
    endpointConfiguration: { types: ['EDGE'] },
    policy: text(
      allow({
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: 'arn:aws:execute-api:eu-west-1:111122221234:a1b2c3d4e5/*',
        Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      }),
    ).replaceAll('"', '\\"'),
  }
  const ofAccount = (account: string): string =>
    `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-west-1:${account}:a1b2c3d4e5/test/GET/hello"}`

  it('counts where the evidence masks all of the account but its last digits', async () => {
    const found = await diagnosisWithFiles(ofAccount('********1234'), [limited])
    assert.deepEqual(
      found?.causes.map(({ layer, certainty, nearest }) => [layer, certainty, nearest?.failedOn[0]?.key]),
      [['resource-policy', 'certain', 'aws:SourceIp']],
    )
  })

  it('does not count where the last digits are of another account', async () => {
    const found = await diagnosisWithFiles(ofAccount('********9999'), [limited])
    assert.equal(found?.causes[0]?.nearest, undefined)
  })

  const MOUNT =
    "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: b'mount.nfs4: access denied by server while mounting 127.0.0.1:/' : unsuccessful EFS utils command execution; code: 32"
  const fileSystem = (FileSystemId: string) => ({
    FileSystemId,
    Policy: text(allow({ Principal: { AWS: '*' }, Action: 'elasticfilesystem:ClientWrite' })),
  })

  it('counts where the evidence names no resource and the file has the id alone', async () => {
    const found = await diagnosisWithFiles(MOUNT, [fileSystem('fs-0123456789abcdef0')])
    assert.equal(
      found?.steps[0]?.request.resource,
      'arn:aws:elasticfilesystem:REGION:ACCOUNT_ID:file-system/fs-0123456789abcdef0',
    )
    assert.deepEqual([...new Set(found?.causes.map(({ layer }) => layer))], ['resource-policy'])
  })

  it('counts for none where there are two', async () => {
    const files = ['fs-0123456789abcdef0', 'fs-0123456789abcdef1'].map(fileSystem)
    const found = await diagnosisWithFiles(MOUNT, files)
    assert.doesNotMatch(String(found?.steps[0]?.request.resource), /fs-/)
  })
})

describe('the output of aws sts get-caller-identity', () => {
  const ARN = 'arn:aws:sts::111122223333:assumed-role/deploy/ci'
  const identity = (Arn: string) => ({ UserId: 'AROAEXAMPLEEXAMPLEEX:ci', Account: '111122223333', Arn })
  const PUT = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'

  it('says who called where the message names nobody', async () => {
    const found = await diagnosisWithFiles(PUT, [identity(ARN)])
    assert.equal(found?.steps[0]?.request.principal, ARN)
  })

  it('changes no caller that the message names', async () => {
    const named = 'arn:aws:iam::111122223333:user/ana'
    const message = `User: ${named} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action`
    const found = await diagnosisWithFiles(message, [identity(ARN)])
    assert.equal(found?.steps[0]?.request.principal, named)
  })
})
