import { CloudWatchLogsClient, PutResourcePolicyCommand as PutLogPolicy } from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateTableCommand,
  DynamoDBClient,
  PutResourcePolicyCommand as PutTablePolicy,
} from '@aws-sdk/client-dynamodb'
import { CreateRepositoryCommand, ECRClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr'
import { CreateVectorBucketCommand, PutVectorBucketPolicyCommand, S3VectorsClient } from '@aws-sdk/client-s3vectors'
import {
  CreateSecretCommand,
  PutResourcePolicyCommand as PutSecretPolicy,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { CreateServiceCommand, PutAuthPolicyCommand, VPCLatticeClient } from '@aws-sdk/client-vpc-lattice'
import { ACCOUNT, type configOf } from './estate.ts'

type Config = ReturnType<typeof configOf>

export const OPEN_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Open', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}
const POLICY = JSON.stringify(OPEN_POLICY)

const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${rest}`

/** One resource of each of some services, with a policy: their ARNs. */
export async function buildPolicies(config: Config): Promise<readonly string[]> {
  await new CloudWatchLogsClient(config).send(new PutLogPolicy({ policyName: 'open', policyDocument: POLICY }))
  return [
    arn('logs', 'log-group:*'),
    await buildTable(config),
    await buildRepository(config),
    await buildVectors(config),
    await buildSecret(config),
    await buildService(config),
  ]
}

async function buildTable(config: Config): Promise<string> {
  const client = new DynamoDBClient(config)
  await client.send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  const table = arn('dynamodb', 'table/orders')
  await client.send(new PutTablePolicy({ ResourceArn: table, Policy: POLICY }))
  return table
}

async function buildRepository(config: Config): Promise<string> {
  const client = new ECRClient(config)
  await client.send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  await client.send(new SetRepositoryPolicyCommand({ repositoryName: 'app', policyText: POLICY }))
  return arn('ecr', 'repository/app')
}

async function buildVectors(config: Config): Promise<string> {
  const client = new S3VectorsClient(config)
  await client.send(new CreateVectorBucketCommand({ vectorBucketName: 'vectors' }))
  await client.send(new PutVectorBucketPolicyCommand({ vectorBucketName: 'vectors', policy: POLICY }))
  return arn('s3vectors', 'bucket/vectors')
}

async function buildSecret(config: Config): Promise<string> {
  const client = new SecretsManagerClient(config)
  const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'token', SecretString: 'none' }))
  await client.send(new PutSecretPolicy({ SecretId: ARN, ResourcePolicy: POLICY }))
  return ARN
}

async function buildService(config: Config): Promise<string> {
  const client = new VPCLatticeClient(config)
  const { arn: service = '' } = await client.send(new CreateServiceCommand({ name: 'orders' }))
  await client.send(new PutAuthPolicyCommand({ resourceIdentifier: service, policy: POLICY }))
  return service
}
