/**
 * Clients of AWS's SDK that are answered here and call nobody. Requests and answers are held against the SDK's own schemas,
 * and where AWS's API models are installed and know the operation, against those too.
 */
import type { AccountAccess } from '../../src/collect/aws/account-access.ts'
import { faultsOf, knowsOperation, type Service } from './api-models.ts'
import { schemaFaults } from './sdk-schemas.ts'

export interface SdkCall {
  /** As the SDK's package has it: `S3Tables`. */
  readonly client: string
  readonly operation: string
  readonly region: string
  readonly input: Readonly<Record<string, unknown>>
}

/** An answer, or an error by its name. */
export type SdkAnswer = object | string

export interface SdkStub {
  readonly access: AccountAccess
  readonly calls: SdkCall[]
  readonly violations: string[]
}

interface Command {
  readonly input: Record<string, unknown>
  readonly schema: readonly unknown[]
}

/** Which file of the models describes a client. */
const MODELS: Readonly<Record<string, Service>> = {
  Amp: 'amp',
  Backup: 'backup',
  CloudTrail: 'cloudtrail',
  CloudWatchLogs: 'logs',
  CodeBuild: 'codebuild',
  Codeartifact: 'codeartifact',
  Comprehend: 'comprehend',
  DynamoDB: 'dynamodb',
  ECR: 'ecr',
  ECRPUBLIC: 'ecr-public',
  EFS: 'elasticfilesystem',
  EntityResolution: 'entityresolution',
  EventBridge: 'events',
  Glacier: 'glacier',
  Glue: 'glue',
  KMS: 'kms',
  Kafka: 'kafka',
  Kinesis: 'kinesis',
  Lambda: 'lambda',
  LexModelsV2: 'lex',
  NetworkFirewall: 'network-firewall',
  OpenSearch: 'es',
  Organizations: 'organizations',
  PinpointSMSVoiceV2: 'sms-voice',
  RUM: 'rum',
  Redshift: 'redshift',
  RedshiftServerless: 'redshift-serverless',
  Rekognition: 'rekognition',
  S3: 's3',
  S3Control: 's3control',
  SESv2: 'sesv2',
  SNS: 'sns',
  SQS: 'sqs',
  SSM: 'ssm',
  Schemas: 'schemas',
  SecretsManager: 'secretsmanager',
  Signer: 'signer',
  VPCLattice: 'vpc-lattice',
  WAFV2: 'wafv2',
}

/** Operations that have got members since the models were made. */
const CHANGED: ReadonlySet<string> = new Set([
  'CloudWatchLogs:DescribeResourcePolicies',
  'PinpointSMSVoiceV2:DescribeOptOutLists',
  'PinpointSMSVoiceV2:DescribePhoneNumbers',
  'PinpointSMSVoiceV2:DescribePools',
  'PinpointSMSVoiceV2:DescribeSenderIds',
])

export const ACCOUNT = '111122223333'

export function sdkStub(
  answer: (call: SdkCall) => SdkAnswer,
  at: Partial<Pick<AccountAccess, 'partition' | 'region'>> = {},
): SdkStub {
  const calls: SdkCall[] = []
  const violations: string[] = []
  const send = (name: string, region: string, command: Command): object => {
    const operation = command.constructor.name.replace(/Command$/, '')
    const client = name.replace(/Client$/, '')
    const call = { client, operation, region, input: given(command.input) }
    calls.push(call)
    violations.push(...faults(call, 'input', call.input, command))
    const found = answer(call)
    if (typeof found === 'string') throw Object.assign(new Error('as the test has it'), { name: found })
    violations.push(...faults(call, 'output', found, command))
    return found
  }
  const access: AccountAccess = {
    account: ACCOUNT,
    partition: 'aws',
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:9',
    ...at,
    client: (make, region = 'us-east-1', more = {}) => {
      const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' }
      const client = new make({ region, credentials, ...more } as never)
      const sender = (command: Command) => new Promise((resolve) => resolve(send(make.name, region, command)))
      return Object.assign(client, { send: sender })
    },
  }
  return { access, calls, violations }
}

/** Fields of which the SDK sends nothing. */
const given = (input: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))

function faults(
  { client, operation }: SdkCall,
  part: 'input' | 'output',
  value: object,
  { schema }: Command,
): readonly string[] {
  const service = CHANGED.has(`${client}:${operation}`) ? undefined : MODELS[client]
  const path = `${client}:${operation} ${part}`
  return [
    ...schemaFaults(schema[part === 'input' ? 4 : 5], value, path),
    ...(service !== undefined && knowsOperation(service, operation) ? faultsOf(service, operation, part, value) : []),
  ]
}
