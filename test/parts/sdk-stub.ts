/**
 * Clients of AWS's SDK that are answered here and call nobody. Requests and answers are held against the SDK's own schemas,
 * and where AWS's API models are installed and know the operation, against those too.
 */
import type { AccountAccess } from '../../src/collect/aws/account-access.ts'
import type { Description } from '../../src/collect/aws/described-client.ts'
import { faultsOf, knowsOperation, type Service } from './api-models.ts'
import { schemaFaults } from './sdk-schemas.ts'
import { operationFaults, serviceFaults, wireFaults } from './wire-models.ts'

export interface SdkCall {
  /** As the SDK's package has it: `S3Tables`. */
  readonly client: string
  readonly operation: string
  readonly region: string
  readonly input: Readonly<Record<string, unknown>>
}

/** An answer, or an error by its name, or `name: message`. */
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

/** The folder of botocore that describes a service for which the client is described here (described-client.ts). */
const DESCRIBED: Readonly<Record<string, string>> = {
  ACMPCA: 'acm-pca',
  AIOps: 'aiops',
  ApiGatewayV2: 'apigatewayv2',
  BCMDashboards: 'bcm-dashboards',
  Bedrock: 'bedrock',
  BedrockAgent: 'bedrock-agent',
  Billing: 'billing',
  CleanRoomsML: 'cleanroomsml',
  CloudHSMV2: 'cloudhsmv2',
  CloudSearch: 'cloudsearch',
  CodeGuruProfiler: 'codeguruprofiler',
  ElementalInference: 'elementalinference',
  EventBridgeV2: 'eventbridgev2',
  imagebuilder: 'imagebuilder',
  LambdaWeb: 'lambda-web',
  MPA: 'mpa',
  MarketplaceCatalog: 'marketplace-catalog',
  MediaPackageV2: 'mediapackagev2',
  MediaTailor: 'mediatailor',
  MigrationHubRefactorSpaces: 'migration-hub-refactor-spaces',
  NetworkManager: 'networkmanager',
  OAM: 'oam',
  OSIS: 'osis',
  Omics: 'omics',
  PaymentCryptography: 'payment-cryptography',
  QBusiness: 'qbusiness',
  RAM: 'ram',
  Route53RecoveryControlConfig: 'route53-recovery-control-config',
  Route53Resolver: 'route53resolver',
  S3Files: 's3files',
  S3Outposts: 's3outposts',
  SSMContacts: 'ssm-contacts',
  SSMIncidents: 'ssm-incidents',
  SecretsManager: 'secretsmanager',
  SageMaker: 'sagemaker',
  ServerlessApplicationRepository: 'serverlessrepo',
  WellArchitected: 'wellarchitected',
  XRay: 'xray',
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
    if (typeof found === 'string') {
      const [name, message = 'as the test has it'] = found.split(': ', 2)
      throw Object.assign(new Error(message), { name })
    }
    violations.push(...faults(call, 'output', found, command))
    return found
  }
  const access: AccountAccess = {
    account: ACCOUNT,
    partition: 'aws',
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:9',
    addresses: { s3: 'http://127.0.0.1:9', s3Control: 'http://127.0.0.1:9' },
    ...at,
    client: (make, region = 'us-east-1', more = {}) => {
      const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' }
      const client = new make({ region, credentials, ...more } as never)
      const sender = (command: Command) => new Promise((resolve) => resolve(send(make.name, region, command)))
      violations.push(...spokenFaults(make))
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
  // Secrets are listed by the SDK's own client; their policies by a described one of the same name.
  const folder = operation === 'ListSecrets' ? undefined : DESCRIBED[client]
  if (folder !== undefined) return [...operationFaults(folder, schema), ...wireFaults(folder, operation, part, value)]
  return [
    ...schemaFaults(schema[part === 'input' ? 4 : 5], value, path),
    ...(service !== undefined && knowsOperation(service, operation) ? faultsOf(service, operation, part, value) : []),
  ]
}

/** What AWS's model says otherwise of a described client. */
function spokenFaults(make: object): readonly string[] {
  const said = 'described' in make ? (make.described as Description) : undefined
  if (said === undefined) return []
  const { id, host, signs = host, protocol, target, version } = said
  const folder = DESCRIBED[id.replaceAll(' ', '')]
  if (folder === undefined) return [`no model is named for ${id}`]
  return serviceFaults(folder, { serviceId: id, signingName: signs, protocol, target, version, host })
}
