/** Every command of docs/at-hand.md prints what that page says is recognized: run by the AWS CLI against an AWS-compatible server. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { recognize } from '../../src/snapshot/at-hand/recognize.ts'
import { kindOfFile } from '../../src/import/kind-of-file.ts'
import { ROOT } from '../cli/run-cli.ts'
import { type AwsCli, startAwsCli } from './aws-cli.ts'
import { type Moto, motoEnv, noAws, noMoto, startMoto } from './moto.ts'

const ACCOUNT = '123456789012'
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }
const policyFor = (arn: string, action: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: action, Resource: arn }],
  })
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

/** The commands of the table, as they stand on the page. */
const commands = [...readFileSync(join(ROOT, 'docs/at-hand.md'), 'utf8').matchAll(/^\| `(aws [^`]+)` \|/gm)].map(
  ([, command = '']) => command,
)

let moto: Moto
let cli: AwsCli

const aws = (...words: readonly string[]): Promise<string> => cli.aws([...words, '--endpoint-url', moto.url])

/** What stands in capitals in the commands of the page. */
const names = new Map<string, string>()

async function seedIdentities(): Promise<void> {
  const document = JSON.stringify(DOCUMENT)
  await aws('iam', 'create-role', '--role-name', 'deploy-role', '--assume-role-policy-document', TRUST)
  await aws(
    'iam',
    'put-role-policy',
    '--role-name',
    'deploy-role',
    '--policy-name',
    'artifact-upload',
    '--policy-document',
    document,
  )
  await aws('iam', 'create-user', '--user-name', 'ada')
  await aws('iam', 'put-user-policy', '--user-name', 'ada', '--policy-name', 'own', '--policy-document', document)
  await aws('iam', 'create-group', '--group-name', 'builders')
  await aws(
    'iam',
    'put-group-policy',
    '--group-name',
    'builders',
    '--policy-name',
    'shared',
    '--policy-document',
    document,
  )
  await aws('iam', 'add-user-to-group', '--user-name', 'ada', '--group-name', 'builders')
  await aws('iam', 'create-policy', '--policy-name', 'publish', '--policy-document', document)
  await aws(
    'iam',
    'attach-role-policy',
    '--role-name',
    'deploy-role',
    '--policy-arn',
    `arn:aws:iam::${ACCOUNT}:policy/publish`,
  )
}

async function seedBucketAndKey(): Promise<void> {
  const bucket = ['--bucket', 'prod-artifacts']
  await aws('s3api', 'create-bucket', ...bucket)
  await aws(
    's3api',
    'put-bucket-policy',
    ...bucket,
    '--policy',
    policyFor('arn:aws:s3:::prod-artifacts/*', 's3:GetObject'),
  )
  await aws(
    's3api',
    'put-public-access-block',
    ...bucket,
    '--public-access-block-configuration',
    'BlockPublicAcls=true',
  )
  await aws(
    's3api',
    'put-bucket-ownership-controls',
    ...bucket,
    '--ownership-controls',
    'Rules=[{ObjectOwnership=BucketOwnerEnforced}]',
  )
  await aws(
    's3api',
    'put-bucket-encryption',
    ...bucket,
    '--server-side-encryption-configuration',
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}}]}',
  )
  const key = (JSON.parse(await aws('kms', 'create-key')) as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId
  names.set('KEY', key)
  await aws(
    'kms',
    'create-grant',
    '--key-id',
    key,
    '--grantee-principal',
    `arn:aws:iam::${ACCOUNT}:role/deploy-role`,
    '--operations',
    'Decrypt',
  )
}

async function seedMessaging(): Promise<void> {
  const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
  const attributes = JSON.stringify({ Policy: policyFor(arn, 'sqs:SendMessage') })
  const queue = JSON.parse(await aws('sqs', 'create-queue', '--queue-name', 'jobs', '--attributes', attributes)) as {
    QueueUrl: string
  }
  names.set('QUEUE', queue.QueueUrl)
  const topic = JSON.parse(await aws('sns', 'create-topic', '--name', 'alerts')) as { TopicArn: string }
  names.set('TOPIC', topic.TopicArn)
}

async function seedStores(): Promise<void> {
  await aws('secretsmanager', 'create-secret', '--name', 'db', '--secret-string', 'none')
  await aws(
    'secretsmanager',
    'put-resource-policy',
    '--secret-id',
    'db',
    '--resource-policy',
    policyFor('*', 'secretsmanager:GetSecretValue'),
  )
  await aws('ecr', 'create-repository', '--repository-name', 'app')
  await aws(
    'ecr',
    'set-repository-policy',
    '--repository-name',
    'app',
    '--policy-text',
    policyFor('*', 'ecr:BatchGetImage').replace(',"Resource":"*"', ''),
  )
  await aws('organizations', 'create-organization', '--feature-set', 'ALL')
  const content = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'ec2:*', Resource: '*' }],
  })
  const made = await aws(
    'organizations',
    'create-policy',
    '--name',
    'no-ec2',
    '--type',
    'SERVICE_CONTROL_POLICY',
    '--description',
    'x',
    '--content',
    content,
  )
  names.set('POLICY', (JSON.parse(made) as { Policy: { PolicySummary: { Id: string } } }).Policy.PolicySummary.Id)
}

/** A function needs a container to be made in this server; its policy is AWS's own sample of the output. */
const SAMPLES: ReadonlyMap<string, string> = new Map([
  [
    'aws lambda get-policy',
    '{"Policy":"{\\"Version\\":\\"2012-10-17\\",\\"Id\\":\\"default\\",\\"Statement\\":[{\\"Sid\\":\\"iot-events\\",\\"Effect\\":\\"Allow\\",\\"Principal\\":{\\"Service\\":\\"iotevents.amazonaws.com\\"},\\"Action\\":\\"lambda:InvokeFunction\\",\\"Resource\\":\\"arn:aws:lambda:us-west-2:123456789012:function:my-function\\"}]}","RevisionId":"93017fc9-59cb-41dc-901b-4845ce4bf668"}',
  ],
])

/** `aws iam list-role-policies` and its kin print the same form. */
const formOf = (command: string): string => command.split(' ').slice(0, 3).join(' ')

describe('what docs/at-hand.md lists', { skip: noMoto ?? noAws ?? false }, () => {
  before(async () => {
    moto = await startMoto()
    cli = startAwsCli({ ...process.env, ...motoEnv(moto.url) })
    await seedIdentities()
    await Promise.all([seedBucketAndKey(), seedMessaging(), seedStores()])
  })
  after(() => {
    cli?.stop()
    moto?.stop()
  })

  test('is more than twenty commands', () => assert.ok(commands.length > 20, `${commands.length}`))

  for (const command of commands)
    test(command, async () => {
      const words = command.split(' ').map((word) => names.get(word) ?? word.replace('111122223333', ACCOUNT))
      const sample = SAMPLES.get(formOf(command))
      const text = sample ?? (await aws(...words.slice(1)))
      if (formOf(command) === 'aws iam get-account-authorization-details') {
        assert.equal(kindOfFile(JSON.parse(text)), 'authorization-details')
        return
      }
      const found = recognize('output.json', text)
      assert.equal(found.is, 'pieces', text.slice(0, 300))
      for (const piece of found.is === 'pieces' ? found.pieces : []) assert.equal(piece.form, formOf(command))
    })
})
