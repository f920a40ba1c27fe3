import { hostSuffix } from '#iam/arn.ts'
import { anyOf, named, ofType, orNotKnown, own, queues, secrets } from './target-selectors.ts'
import type { TargetSelector, DependentCall } from './dependent-call.ts'
import {
  firstKey,
  foreignSecretKey,
  keptKey,
  keyOf,
  listedKey,
  managedKeyOf,
  namedKey,
  onKey,
  ownArnAs,
  ownKey,
  READ_KEY,
  serviceKey,
  USE_KEY,
  WRITE_AND_READ,
} from './keys.ts'
import { isForeign, isSent, type CallView } from './call-view.ts'
import { SAME_CALL, through } from './who.ts'

const DATA_KEY = ['kms:GenerateDataKey']
/** The key the call sets, or that the resource has. */
const setKey = firstKey(ownKey, listedKey)
/** A new value of a secret is encrypted with the key the secret has. */
const secretKey: TargetSelector = (view) =>
  (view.input.action === 'secretsmanager:PutSecretValue' ? keptKey : setKey)(view)

const DYNAMODB_DATA = [
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
  'PartiQLSelect',
  'PartiQLInsert',
  'PartiQLUpdate',
  'PartiQLDelete',
].map((name) => `dynamodb:${name}`)

const tableContext = ({ ownArn }: CallView): Readonly<Record<string, string | undefined>> => ({
  'aws:dynamodb:tableName': ownArn?.resource.split('/')[1],
  'aws:dynamodb:subscriberId': ownArn?.account,
})

const subscribed = anyOf(ofType(named('sns:Endpoint'), 'sqs', ''), queues)
const secretContext = ({ own: arn }: CallView): Readonly<Record<string, string | undefined>> => ({
  SecretARN: arn,
  SecretVersionId: undefined,
})

/** Which secret of several a key is asked for is not told apart. */
const someSecretContext = () => ({ SecretARN: undefined, SecretVersionId: undefined })

/** No page of AWS's says which; it is the host name's elsewhere. */
const NAME_IN_CHINA = {
  fact: 'whether CloudWatch Logs calls under the name of its host in the China Regions',
  howToGet: 'the event of the refused call to KMS: `userIdentity.invokedBy`',
}

const SECRETS = 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html'
const BATCH = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html'
const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html'
const SNS = 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html'
const TABLE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html'
const STATES = 'https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html'

/** The state machine, also of an execution. */
export const statesContext = ({ own: arn, ownArn }: CallView): Readonly<Record<string, string | undefined>> => {
  const [type, machine] = ownArn?.resource.split(':') ?? []
  const isExecution = type === 'execution' || type === 'express'
  const head = arn?.slice(0, arn.length - (ownArn?.resource.length ?? 0))
  return { 'aws:states:stateMachineArn': isExecution && machine !== undefined ? `${head}stateMachine:${machine}` : arn }
}

/** Keys behind queues, secrets, tables and the like: KMS is asked as the caller, or as the service. */
export const KEY_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-25',
    on: ['sqs:SendMessage'],
    who: through('sqs'),
    needs: [onKey(ownKey, WRITE_AND_READ, { via: 'sqs', encryption: ownArnAs('aws:sqs:arn') })],
    why: 'the queue encrypts messages with this key, which SQS uses as the sender',
    docs: SQS,
  },
  {
    rule: 'G-26',
    on: ['sqs:ReceiveMessage'],
    who: through('sqs'),
    needs: [onKey(ownKey, READ_KEY, { via: 'sqs', encryption: ownArnAs('aws:sqs:arn') })],
    why: 'the messages of the queue are encrypted with this key, which SQS uses as the receiver',
    docs: SQS,
  },
  {
    rule: 'G-27',
    on: ['sns:Publish'],
    who: through('sns'),
    needs: [onKey(ownKey, WRITE_AND_READ, { via: 'sns', encryption: ownArnAs('aws:sns:topicArn') })],
    why: 'the topic encrypts messages with this key, which SNS uses as the publisher',
    docs: SNS,
  },
  {
    rule: 'G-28',
    on: ['sns:Publish', 'sns:Subscribe'],
    who: { kind: 'service', name: 'sns.amazonaws.com', source: own },
    needs: [{ actions: ['sqs:SendMessage'], on: subscribed }, onKey(serviceKey(subscribed), WRITE_AND_READ)],
    later: true,
    why: 'SNS delivers to the queue itself, so that queue and key must let it in for this topic',
    docs: SNS,
  },
  {
    rule: 'G-90',
    on: ['sns:Publish', 'sns:Subscribe'],
    who: { kind: 'service', name: 'sns.amazonaws.com', source: own },
    needs: [onKey(managedKeyOf(subscribed), WRITE_AND_READ)],
    later: true,
    why: 'the AWS managed key of the queue lets no service in; a customer managed key is needed',
    docs: SNS,
  },
  ...[false, true].map(
    (foreign): DependentCall => ({
      rule: foreign ? 'G-31' : 'G-29',
      on: ['secretsmanager:GetSecretValue'],
      when: (view) => isForeign(view) === foreign,
      who: through('secretsmanager'),
      needs: [
        onKey(foreign ? foreignSecretKey : ownKey, READ_KEY, { via: 'secretsmanager', encryption: secretContext }),
      ],
      why: foreign
        ? 'a secret of another account is encrypted with a key of that account, which must be open to the reader as well'
        : 'the secret is encrypted with this key, which Secrets Manager uses as the reader',
      docs: foreign
        ? 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html'
        : SECRETS,
    }),
  ),
  {
    rule: 'G-29',
    on: ['secretsmanager:BatchGetSecretValue'],
    who: SAME_CALL,
    needs: [{ actions: ['secretsmanager:GetSecretValue'], on: orNotKnown(secrets) }],
    why: 'a batch is judged on each secret as well, as if it were read alone',
    docs: BATCH,
  },
  {
    rule: 'G-29',
    on: ['secretsmanager:BatchGetSecretValue'],
    who: SAME_CALL,
    needs: [{ actions: ['secretsmanager:ListSecrets'], on: () => [{ arn: '*' }] }],
    onlyIf: {
      fact: 'whether the call chooses the secrets by filters',
      howToGet: 'the parameters of the call: `filters`',
    },
    why: 'filters look through the list of secrets',
    docs: BATCH,
  },
  {
    rule: 'G-29',
    on: ['secretsmanager:BatchGetSecretValue'],
    who: through('secretsmanager'),
    needs: [onKey(keyOf(secrets), READ_KEY, { via: 'secretsmanager', encryption: someSecretContext })],
    why: 'a secret of the batch is encrypted with this key, which Secrets Manager uses as the reader',
    docs: BATCH,
  },
  {
    rule: 'G-30',
    on: ['secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecret'],
    who: through('secretsmanager'),
    needs: [
      onKey(firstKey(namedKey('secretsmanager:KmsKeyArn', 'secretsmanager:KmsKeyId'), secretKey), WRITE_AND_READ, {
        via: 'secretsmanager',
        encryption: secretContext,
      }),
    ],
    why: 'the value is encrypted with this key, which Secrets Manager uses as the writer',
    docs: SECRETS,
  },
  {
    rule: 'G-30',
    on: ['secretsmanager:UpdateSecret'],
    when: (view) => isSent(view, 'secretsmanager:KmsKeyArn') || isSent(view, 'secretsmanager:KmsKeyId'),
    who: through('secretsmanager'),
    needs: [
      onKey(namedKey('secretsmanager:KmsKeyArn', 'secretsmanager:KmsKeyId'), ['kms:Encrypt'], {
        via: 'secretsmanager',
        encryption: secretContext,
      }),
    ],
    why: 'without it a change of key leaves the older versions under the old one',
    docs: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html',
  },
  {
    rule: 'G-30',
    on: ['secretsmanager:ReplicateSecretToRegions'],
    who: through('secretsmanager'),
    needs: [onKey(ownKey, READ_KEY, { via: 'secretsmanager', encryption: secretContext })],
    why: 'the secret is decrypted with this key before it is copied to another Region',
    docs: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html',
  },
  ...[false, true].map(
    (china): DependentCall => ({
      rule: 'G-35',
      on: ['logs:AssociateKmsKey', 'logs:CreateLogGroup'],
      when: ({ partition }) => (partition === 'aws-cn') === china,
      who: {
        kind: 'service',
        name: ({ region, partition }) => (region === '' ? '' : `logs.${region}.${hostSuffix(partition)}`),
        source: own,
      },
      ...(china ? { onlyIf: NAME_IN_CHINA } : {}),
      needs: [
        onKey(listedKey, USE_KEY, {
          encryption: ({ own: arn }) => ({ 'aws:logs:arn': arn?.endsWith(':*') === true ? arn.slice(0, -2) : arn }),
        }),
      ],
      why: 'CloudWatch Logs uses the key itself, so that its policy must let the service of this Region in',
      docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    }),
  ),
  {
    rule: 'G-40',
    on: DYNAMODB_DATA,
    who: through('dynamodb'),
    needs: [onKey(ownKey, READ_KEY, { via: 'dynamodb', encryption: tableContext })],
    why: 'the table is encrypted with this key, which DynamoDB uses as the caller',
    docs: TABLE,
  },
  {
    rule: 'G-41',
    on: ['kinesis:PutRecord', 'kinesis:PutRecords'],
    who: through('kinesis'),
    needs: [onKey(ownKey, DATA_KEY, { via: 'kinesis', encryption: ownArnAs('aws:kinesis:arn') })],
    why: 'the stream encrypts records with this key, which Kinesis uses as the producer',
    docs: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    rule: 'G-41',
    on: ['kinesis:GetRecords', 'kinesis:SubscribeToShard'],
    who: through('kinesis'),
    needs: [onKey(ownKey, READ_KEY, { via: 'kinesis', encryption: ownArnAs('aws:kinesis:arn') })],
    why: 'the records of the stream are encrypted with this key, which Kinesis uses as the consumer',
    docs: 'https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html',
  },
  {
    rule: 'G-60',
    on: ['kms:ReplicateKey'],
    who: SAME_CALL,
    needs: [
      {
        actions: ['kms:CreateKey'],
        on: () => [{ arn: '*' }],
        context: ({ input }) => {
          const region = input.question.lookup('kms:ReplicaRegion')
          return {
            'aws:RequestedRegion': region.state === 'values' ? (region.values[0] ?? null) : { state: 'unknown' },
          }
        },
      },
    ],
    why: 'the replica is a new key in its own Region',
    docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html',
  },
  {
    rule: 'G-70',
    on: ['glue:CreateConnection', 'glue:UpdateConnection'],
    who: through('glue'),
    needs: [onKey(listedKey, ['kms:Encrypt'], { via: 'glue' })],
    why: 'the catalog encrypts passwords of connections with this key',
    docs: 'https://docs.aws.amazon.com/glue/latest/dg/encrypt-connection-passwords.html',
  },
  {
    rule: 'G-13',
    on: ['lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration'],
    who: through('lambda'),
    needs: [onKey(setKey, ['kms:CreateGrant', 'kms:Encrypt'], { via: 'lambda' })],
    why: 'the environment of the function is encrypted with this key as the caller',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html',
  },
  {
    rule: 'G-86',
    on: ['states:StartSyncExecution', 'states:DescribeExecution', 'states:GetExecutionHistory'],
    who: through('states'),
    needs: [onKey(ownKey, READ_KEY, { via: 'states', encryption: statesContext })],
    why: 'the execution is encrypted with this key, which Step Functions uses as the caller',
    docs: STATES,
  },
  {
    rule: 'G-92',
    on: ['dynamodb:CreateTable', 'dynamodb:UpdateTable'],
    who: through('dynamodb'),
    needs: [onKey(setKey, ['kms:DescribeKey', 'kms:CreateGrant'], { via: 'dynamodb' })],
    why: 'the table is encrypted with this key, on which DynamoDB makes a grant as the caller',
    docs: TABLE,
  },
  {
    rule: 'G-92',
    on: ['dynamodb:GetRecords'],
    who: through('dynamodb'),
    needs: [onKey(ownKey, READ_KEY, { via: 'dynamodb', encryption: tableContext })],
    why: 'the stream of the table is encrypted with this key, which DynamoDB uses as the reader',
    docs: TABLE,
  },
]
