import {
  GetBucketAbacCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  paginateListBuckets,
  paginateListDirectoryBuckets,
  S3Client,
} from '@aws-sdk/client-s3'
import { GetAccessPointPolicyCommand, paginateListAccessPointsForDirectoryBuckets } from '@aws-sdk/client-s3-control'
import type { AccountAccess } from '../account-access.ts'
import {
  type AccountRegion,
  type Collector,
  documentOf,
  eachOf,
  type Found,
  keyArn,
  known,
  tagsOf,
} from '../collector.ts'
import { startReading } from '../outcome.ts'
import { each, kindOf, policyTable } from '../policy-table.ts'
import { hasOwnS3 } from '../own-s3.ts'
import { s3ControlClient } from '../s3-control.ts'

/** IAM actions of the calls for one bucket. */
const BUCKET_ACTIONS = [
  's3:GetBucketAbac',
  's3:GetBucketAcl',
  's3:GetBucketOwnershipControls',
  's3:GetBucketPolicy',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketRequestPayment',
  's3:GetBucketTagging',
  's3:GetEncryptionConfiguration',
]

/** General purpose buckets: all Regions are listed at once, and each bucket is asked in its own. */
export const buckets: Collector = {
  service: 's3',
  scope: 'account',
  actions: [...BUCKET_ACTIONS, 's3:ListAllMyBuckets'],
  async *collect(place) {
    const client = s3Client(place.access, place.region)
    const names = await place.list.ask('s3:ListBuckets', async () => {
      const found: { name: string; region: string | undefined }[] = []
      for await (const page of paginateListBuckets({ client }, { MaxBuckets: 1000 }))
        for (const { Name, BucketRegion } of page.Buckets ?? [])
          if (Name !== undefined) found.push({ name: Name, region: BucketRegion })
      return found
    })
    yield* eachOf(names, ({ name, region }) => bucket(place, name, region ?? place.region))
  },
  one: {
    actions: BUCKET_ACTIONS,
    read: (place, arn) => bucket(place, arn.slice(arn.lastIndexOf(':') + 1).split('/')[0] ?? '', place.region),
  },
}

const s3Client = (access: AccountAccess, region: string): S3Client =>
  access.client(S3Client, region, {
    followRegionRedirects: true,
    ...(hasOwnS3(access) ? { forcePathStyle: true } : {}),
  })

async function bucket(place: AccountRegion, name: string, region: string): Promise<Found> {
  const client = s3Client(place.access, region)
  const { unread, ask } = startReading()
  const at = { Bucket: name, ExpectedBucketOwner: place.account }
  const [policy, block, ownership, acl, encryption, payment, tagging, abac] = await Promise.all([
    ask('s3:GetBucketPolicy', () => client.send(new GetBucketPolicyCommand(at)), ['NoSuchBucketPolicy']),
    ask('s3:GetBucketPublicAccessBlock', () => client.send(new GetPublicAccessBlockCommand(at)), [
      'NoSuchPublicAccessBlockConfiguration',
    ]),
    ask('s3:GetBucketOwnershipControls', () => client.send(new GetBucketOwnershipControlsCommand(at)), [
      'OwnershipControlsNotFoundError',
    ]),
    ask('s3:GetBucketAcl', () => client.send(new GetBucketAclCommand(at))),
    ask('s3:GetEncryptionConfiguration', () => client.send(new GetBucketEncryptionCommand(at)), [
      'ServerSideEncryptionConfigurationNotFoundError',
    ]),
    ask('s3:GetBucketRequestPayment', () => client.send(new GetBucketRequestPaymentCommand(at))),
    ask('s3:GetBucketTagging', () => client.send(new GetBucketTaggingCommand(at)), ['NoSuchTagSet']),
    ask('s3:GetBucketAbac', () => client.send(new GetBucketAbacCommand(at))),
  ])
  const rule = encryption?.ServerSideEncryptionConfiguration?.Rules?.[0]
  const by = rule?.ApplyServerSideEncryptionByDefault
  // Without a key SSE-KMS is with the one that AWS keeps for S3.
  const key = by?.KMSMasterKeyID ?? (by?.SSEAlgorithm?.startsWith('aws:kms') === true ? 'alias/aws/s3' : undefined)
  return {
    arn: `arn:${place.partition}:s3:::${name}`,
    kind: 'bucket',
    policy: policy === null ? null : documentOf(policy?.Policy),
    attributes: known({
      // Tags of a bucket count in conditions only where this is on (R-S3-11).
      abac: abac && abac.AbacStatus?.Status === 'Enabled',
      acl: acl && { Owner: acl.Owner, Grants: acl.Grants },
      blockPublicAccess: block === null ? null : block?.PublicAccessBlockConfiguration,
      bucketKeyEnabled: encryption && (rule?.BucketKeyEnabled ?? false),
      objectOwnership: ownership === null ? null : ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
      requesterPays: payment && payment.Payer === 'Requester',
      sseKmsKeyArn: encryption === undefined ? undefined : key === undefined ? null : keyArn(key, place, region),
      tags: tagging === null ? {} : tagsOf(tagging?.TagSet as never),
    }),
    unread,
  }
}

/** Directory buckets (S3 Express One Zone) and the access points of them. */
export const directoryBuckets = policyTable({
  service: 's3express',
  make: S3Client,
  open: s3Client,
  // Their control plane has a host of its own, which not every Region has.
  hostOf: { UseS3ExpressControlEndpoint: true },
  kinds: [
    kindOf({
      kind: 'directory-bucket',
      list: ['s3express:ListAllMyDirectoryBuckets'],
      items: (client: S3Client) => each(paginateListDirectoryBuckets({ client }, {}), (page) => page.Buckets),
      arn: ({ Name }, { partition, region, account }) =>
        Name && `arn:${partition}:s3express:${region}:${account}:bucket/${Name}`,
      get: ['s3express:GetBucketPolicy'],
      policy: async (client, { Name }) => (await client.send(new GetBucketPolicyCommand({ Bucket: Name }))).Policy,
      none: ['NoSuchBucketPolicy'],
      more: {
        actions: ['s3express:GetEncryptionConfiguration'],
        read: async (client, { Name }, ask, place) => {
          const answer = await ask('s3express:GetEncryptionConfiguration', () =>
            client.send(new GetBucketEncryptionCommand({ Bucket: Name })),
          )
          const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? []
          return known({ kmsKeyArn: answer && keyArn(rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID, place) })
        },
      },
    }),
    kindOf({
      kind: 'directory-access-point',
      list: ['s3express:ListAccessPointsForDirectoryBuckets'],
      items: (_: S3Client, { access, region, account: AccountId }) =>
        each(
          paginateListAccessPointsForDirectoryBuckets({ client: s3ControlClient(access, region) }, { AccountId }),
          ({ AccessPointList }) => AccessPointList,
        ),
      arn: ({ AccessPointArn, Name }, { partition, region, account }) =>
        AccessPointArn ?? `arn:${partition}:s3express:${region}:${account}:accesspoint/${Name}`,
      get: ['s3express:GetAccessPointPolicy'],
      policy: async (_, { Name }, { access, region, account: AccountId }) =>
        (await s3ControlClient(access, region).send(new GetAccessPointPolicyCommand({ AccountId, Name }))).Policy,
      none: ['NoSuchAccessPointPolicy'],
    }),
  ],
})
