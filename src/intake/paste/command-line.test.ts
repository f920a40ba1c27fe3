import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDenials } from '../read.ts'
import { withCommandLine, withOtherOutput } from './command-line.ts'

const USER = 'User: arn:aws:iam::111122223333:user/ana is not authorized to perform:'
const cli = (operation: string, more = 'Access Denied'): string =>
  `An error occurred (AccessDenied) when calling the ${operation} operation: ${more}`

function read(text: string, ...words: readonly string[]) {
  const [denial] = readDenials(text).denials
  assert.ok(denial !== undefined)
  return withCommandLine(denial, words)
}

describe('the words of a command that was run', () => {
  const RESOURCES: readonly (readonly [words: readonly string[], text: string, resource: string | null])[] = [
    [['aws', 's3', 'ls', 's3://b-logs/a/'], cli('ListObjectsV2'), 'arn:aws:s3:::b-logs'],
    [
      ['aws', 's3api', 'get-object', '--bucket', 'b-logs', '--key', 'a b', 'out'],
      cli('GetObject'),
      'arn:aws:s3:::b-logs/a b',
    ],
    [
      ['env', 'AWS_PROFILE=dev', '/usr/bin/aws', 's3', 'ls', 's3://b-logs'],
      cli('ListObjectsV2'),
      'arn:aws:s3:::b-logs',
    ],
    [['aws-vault', 'exec', 'dev', '--', 'aws', 's3', 'ls', 's3://b-logs'], cli('ListObjectsV2'), 'arn:aws:s3:::b-logs'],
    [
      ['sh', '-ec', 'cd /tmp\naws sts get-caller-identity\naws s3 cp app.zip s3://b-logs/app.zip'],
      cli('PutObject'),
      'arn:aws:s3:::b-logs/app.zip',
    ],
    // Two commands may have been refused.
    [['sh', '-c', 'aws s3 cp a s3://b-one/a\naws s3 cp a s3://b-two/a'], cli('PutObject'), null],
    // Another call than that of the command.
    [['aws', 's3api', 'get-object', '--bucket', 'b-logs', '--key', 'a', 'out'], cli('ListUsers'), null],
    [
      ['docker', 'push', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0'],
      `denied: ${USER} ecr:InitiateLayerUpload`,
      'arn:aws:ecr:eu-west-1:111122223333:repository/team/app',
    ],
    [
      ['docker', 'pull', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0'],
      `${USER} ecr:GetAuthorizationToken on resource: *`,
      '*',
    ],
  ]
  for (const [words, text, resource] of RESOURCES)
    test(`${words.join(' ').replaceAll('\n', '; ')} → ${resource}`, () => {
      assert.equal(read(text, ...words).resource, resource)
    })

  test('name Region and profile, but none where a service has no Region', () => {
    const sam = ['sam', 'deploy', '--region', 'eu-west-1', '--profile=prod']
    const denial = read(`${USER} sqs:ListQueues`, ...sam)
    assert.deepEqual([denial.region, denial.details?.['profile']], ['eu-west-1', 'prod'])
    assert.equal(read(`${USER} iam:ListUsers`, ...sam).region, null)
    // The CDK's `-r` is a role.
    assert.equal(read(`${USER} sqs:ListQueues`, 'cdk', 'deploy', '-r', 'arn:aws:iam::1:role/x').region, null)
  })

  test('do not take the place of what was printed', () => {
    const said = `AWS_PROFILE=dev\n${USER} s3:GetObject on resource: arn:aws:s3:::other/k`
    const denial = read(said, 'aws', 's3', 'cp', 's3://b-logs/a', '.', '--profile', 'prod')
    assert.deepEqual([denial.resource, denial.details?.['profile']], ['arn:aws:s3:::other/k', 'dev'])
  })

  test('a role that a service is to work with is none that the job should call as', () => {
    const role = 'arn:aws:iam::111122223333:role/exec'
    const named = (...words: readonly string[]) => read(`${USER} sqs:ListQueues`, ...words).details?.['roleNamed']
    assert.equal(named('aws', 'cloudformation', 'deploy', '--role-arn', role), undefined)
    assert.equal(named('cdk', 'deploy', '--role-arn', role), undefined)
    assert.equal(named('aws', '--region', 'eu-west-1', 'eks', 'get-token', '--role-arn', role), role)
    assert.equal(named('aws', 'sts', 'assume-role', '--role-arn', role), role)
  })
})

test('the other output of a command says which role its tool went on without', () => {
  const [denial] = readDenials(`${USER} s3:PutObject on resource: arn:aws:s3:::assets/a`).denials
  assert.ok(denial !== undefined)
  const line = (kind: string): string =>
    `current credentials could not be used to assume 'arn:aws:iam::111122223333:role/cdk-x-${kind}-role-1', but are for the right account. Proceeding anyway.`
  const { details } = withOtherOutput(denial, `${line('file-publishing')}\n${line('deploy')}\n`)
  assert.equal(details?.['notAssumed'], 'arn:aws:iam::111122223333:role/cdk-x-file-publishing-role-1')
})
