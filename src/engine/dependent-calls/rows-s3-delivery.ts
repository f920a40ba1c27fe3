import {
  bucketObjects,
  buckets,
  anyOf,
  functions,
  objects,
  onAnything,
  own,
  ownBucket,
  ownObjects,
  queues,
  roles,
  topics,
} from './target-selectors.ts'
import type { TargetSelector, DependentCall, Need, Proviso } from './dependent-call.ts'
import {
  anyServiceKey,
  closedKeyOf,
  firstKey,
  isTold,
  keyOf,
  listedKey,
  managedKeyOf,
  onKey,
  ownKey,
  READ_KEY,
  serviceKey,
  WRITE_AND_READ,
} from './keys.ts'
import { attributeOf, policyHolderOf, isObject, ownAttribute, type CallView } from './call-view.ts'
import { SAME_CALL, through } from './who.ts'

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/'

/** With a Bucket Key the context is the bucket, else the object. */
const codeContext = ({ others }: CallView): Readonly<Record<string, string | undefined>> => {
  const object = others.find((resource) => isObject(resource.arn))?.arn
  const bucket = policyHolderOf(object ?? '')
  const listed = others.find((resource) => resource.arn === bucket)
  return { 'aws:s3:arn': attributeOf(listed, 'bucketKeyEnabled') === true ? bucket : object }
}

const targets = { topic: topics, queue: queues, function: functions }
const S3_SERVICE = { kind: 'service', name: 's3.amazonaws.com', source: ownBucket } as const
const NOTIFY = ['s3:PutBucketNotification']

/** A key of the scenario that is not the source's: the configuration names it for the replicas. */
const replicaKey: TargetSelector = (view) => {
  const ofSource = new Set(ownKey(view).map(({ arn }) => arn))
  return listedKey(view)
    .filter(({ arn }) => !ofSource.has(arn))
    .map(({ arn }) => ({ arn }))
}

const isPlain = (view: CallView): boolean => isTold(view, 'sseKmsKeyArn') && ownAttribute(view, 'sseKmsKeyArn') === null

/** The replicas are encrypted anew, with a data key where the source is known not to be under a key. */
const replicaActions = (plain: boolean, actions: readonly string[]): Need =>
  onKey((view) => (isPlain(view) === plain ? destinationKey(view) : []), actions, {
    via: 's3',
  })
const destinationKey = firstKey(replicaKey, keyOf(buckets))
const withBucketKey: TargetSelector = (view) =>
  buckets(view).filter(({ arn }) =>
    view.others.some((resource) => resource.arn === arn && attributeOf(resource, 'bucketKeyEnabled') === true),
  )

const isNetworkBalancer = ({ ownArn }: CallView): boolean => ownArn?.resource.startsWith('loadbalancer/net/') === true
const isOtherBalancer = ({ ownArn }: CallView): boolean =>
  ownArn?.resource.startsWith('loadbalancer/') === true && !ownArn.resource.startsWith('loadbalancer/net/')

/** Other load balancers write with no key (the row before). */
const logsKey: TargetSelector = (view) => (isOtherBalancer(view) ? [] : anyServiceKey(buckets)(view))

/** The bucket policy of before names the account; AWS takes both. */
const BY_SERVICE: Proviso = {
  fact: 'whether the logs come from the service, and not from an account of Elastic Load Balancing',
  howToGet: 'the bucket policy: the account for the Region as AWS’s page on access logs lists it',
}

/** Who writes the logs that a call asks for, AWS's page on it, and where that is so. */
type Logs = readonly [action: string, service: string, docs: string, limits?: Pick<DependentCall, 'when' | 'onlyIf'>]

/** Logs that a service writes into a bucket. */
const logsOf =
  (needs: readonly Need[], why: string) =>
  ([action, name, docs, limits = {}]: Logs): DependentCall => ({
    rule: 'G-66',
    on: [action],
    ...limits,
    who: { kind: 'service', name },
    needs,
    later: true,
    why,
    docs,
  })

/** Rows of what S3 and other services write into buckets and read from them (G-06, G-08, G-09, G-66, G-76, G-90). */
export const DELIVERY_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-06',
    on: ['s3:PutReplicationConfiguration'],
    who: { kind: 'role', role: roles },
    needs: [
      { actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], on: ownBucket },
      {
        actions: ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
        on: ownObjects,
      },
      { actions: ['s3:ReplicateObject', 's3:ReplicateDelete', 's3:ReplicateTags'], on: bucketObjects },
      onKey(ownKey, READ_KEY, { via: 's3' }),
      replicaActions(false, ['kms:Encrypt']),
      replicaActions(true, ['kms:GenerateDataKey']),
      onKey(keyOf(withBucketKey), READ_KEY, { via: 's3' }),
    ],
    later: true,
    why: 'the role of the replication reads at the source and writes at the destination',
    docs: `${S3}setting-repl-config-perm-overview.html`,
  },
  ...(['topic', 'queue', 'function'] as const).map(
    (kind): DependentCall => ({
      rule: 'G-08',
      on: NOTIFY,
      who: S3_SERVICE,
      needs: [
        {
          actions: [{ topic: 'sns:Publish', queue: 'sqs:SendMessage', function: 'lambda:InvokeFunction' }[kind]],
          on: targets[kind],
        },
        ...(kind === 'function' ? [] : [onKey(serviceKey(targets[kind]), WRITE_AND_READ)]),
      ],
      why: `S3 delivers the events of the bucket to this ${kind} itself, which must let it in`,
      docs: `${S3}grant-destinations-permissions-to-s3.html`,
    }),
  ),
  {
    rule: 'G-90',
    on: NOTIFY,
    who: S3_SERVICE,
    needs: [onKey(managedKeyOf(anyOf(targets.topic, targets.queue)), WRITE_AND_READ)],
    why: 'the AWS managed key of a topic or queue lets no service in; a customer managed key is needed',
    docs: `${S3}grant-destinations-permissions-to-s3.html`,
  },
  {
    rule: 'G-09',
    on: ['s3:PutInventoryConfiguration'],
    who: S3_SERVICE,
    needs: [{ actions: ['s3:PutObject'], on: bucketObjects }, onKey(anyServiceKey(buckets), ['kms:GenerateDataKey'])],
    later: true,
    why: 'S3 writes the inventory into this bucket itself',
    docs: `${S3}configure-inventory.html`,
  },
  {
    rule: 'G-09',
    on: ['s3:PutStorageLensConfiguration'],
    who: { kind: 'service', name: 'storage-lens.s3.amazonaws.com', source: own },
    needs: [{ actions: ['s3:PutObject'], on: bucketObjects }, onKey(anyServiceKey(buckets), ['kms:GenerateDataKey'])],
    later: true,
    why: 'Storage Lens writes its export into this bucket itself',
    docs: `${S3}storage_lens_encrypt_permissions.html`,
  },
  {
    rule: 'G-66',
    on: ['s3:PutBucketLogging'],
    who: { kind: 'service', name: 'logging.s3.amazonaws.com', source: ownBucket },
    needs: [{ actions: ['s3:PutObject'], on: bucketObjects }],
    later: true,
    why: 'S3 writes the access logs into this bucket itself',
    docs: `${S3}enable-server-access-logging.html`,
  },
  ...(
    [
      ['s3:PutBucketLogging', 'logging.s3.amazonaws.com', `${S3}enable-server-access-logging.html`],
      [
        'elasticloadbalancing:ModifyLoadBalancerAttributes',
        'logdelivery.elasticloadbalancing.amazonaws.com',
        'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html',
        { when: isOtherBalancer },
      ],
    ] as const
  ).map(
    logsOf(
      [onKey(closedKeyOf(buckets), ['kms:GenerateDataKey'])],
      'such logs are written to a bucket without a KMS key alone, whatever the key allows',
    ),
  ),
  {
    rule: 'G-66',
    on: ['ec2:CreateFlowLogs'],
    when: (view) => buckets(view).length > 0,
    who: SAME_CALL,
    needs: onAnything('logs:CreateLogDelivery'),
    why: 'flow logs to a bucket are a log delivery, which the caller sets up',
    docs: 'https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html',
  },
  ...(
    [
      [
        'ec2:CreateFlowLogs',
        'delivery.logs.amazonaws.com',
        'https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html',
      ],
      [
        'elasticloadbalancing:ModifyLoadBalancerAttributes',
        'delivery.logs.amazonaws.com',
        'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html',
        { when: isNetworkBalancer },
      ],
      [
        'elasticloadbalancing:ModifyLoadBalancerAttributes',
        'logdelivery.elasticloadbalancing.amazonaws.com',
        'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html',
        { when: (view: CallView) => !isNetworkBalancer(view), onlyIf: BY_SERVICE },
      ],
    ] as const
  ).map(
    logsOf(
      [{ actions: ['s3:PutObject'], on: bucketObjects }, onKey(logsKey, ['kms:GenerateDataKey'])],
      'the service writes its logs into this bucket itself',
    ),
  ),
  {
    rule: 'G-76',
    on: ['lambda:CreateFunction', 'lambda:UpdateFunctionCode'],
    who: through('lambda'),
    needs: [
      { actions: ['s3:GetObject'], on: objects },
      onKey(keyOf(objects), READ_KEY, {
        via: 's3',
        encryption: codeContext,
      }),
    ],
    why: 'Lambda fetches the code from this object as the caller',
    docs: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html',
  },
]
