import {
  GetAccessPointPolicyCommand,
  GetBucketPolicyCommand,
  paginateListAccessPoints,
  paginateListRegionalBuckets,
} from '@aws-sdk/client-s3-control'
import { folderOf } from '#snapshot/resource-folder.ts'
import type { AccountRegion, Collector } from '../collector.ts'
import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { each, kindOf, policyTable, within } from '../policy-table.ts'
import { s3ControlClient } from '../s3-control.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const ram = describedService({ id: 'RAM', host: 'ram', protocol: 'rest-json' })
const listResources = ram.operation(
  'ListResources',
  ['POST', '/listresources'],
  { resourceOwner: 'body', nextToken: 'body' },
  { resources: json<{ arn?: string }[]>(), nextToken: text },
)

/**
 * Collector of what the account shares through AWS RAM, with the policies that RAM has made. Those of `services` are read
 * there, with what their owners have added. The folder is not of one service: what is not in it may still have a policy.
 */
export const sharedResources = (services: readonly string[]): Collector =>
  policyTable({
    service: 'ram',
    make: ram.Client,
    kinds: [
      describedKind({
        of: ram,
        prefix: 'ram',
        kind: 'shared-resource',
        list: ['ListResources'],
        async *items(client) {
          const seen = new Set<string>()
          // A resource in several shares is listed once for each.
          for await (const { arn = '' } of listed(client, listResources, 'resources', { resourceOwner: 'SELF' }))
            if (!seen.has(arn) && !services.includes(folderOf(arn) ?? '')) yield (seen.add(arn), { arn })
        },
        arn: ({ arn }) => arn,
        get: ram.operation(
          'GetResourcePolicies',
          ['POST', '/getresourcepolicies'],
          { resourceArns: 'body' },
          { policies: json<string[]>() },
        ),
        at: (_, arn) => ({ resourceArns: [arn] }),
        policy: ({ policies }) => policies ?? [],
        none: ['ResourceArnNotFoundException'],
      }),
    ],
  })

const outposts = describedService({ id: 'S3Outposts', host: 's3-outposts', protocol: 'rest-json' })
const listOutposts = outposts.operation(
  'ListOutpostsWithS3',
  ['GET', '/S3Outposts/ListOutpostsWithS3'],
  { nextToken: 'query' },
  { Outposts: json<{ OutpostId?: string }[]>(), NextToken: text },
)

const bucketsOf = (place: AccountRegion) =>
  within(listed(place.access.client(outposts.Client, place.region), listOutposts, 'Outposts'), ({ OutpostId }) =>
    each(
      paginateListRegionalBuckets(
        { client: s3ControlClient(place.access, place.region) },
        { AccountId: place.account, OutpostId },
      ),
      ({ RegionalBucketList }) => RegionalBucketList,
    ),
  )

/** S3 on Outposts: buckets and their access points. */
export const outpostBuckets = policyTable({
  service: 's3-outposts',
  make: outposts.Client,
  kinds: [
    kindOf({
      kind: 'bucket',
      list: ['s3-outposts:ListRegionalBuckets', 's3-outposts:ListOutpostsWithS3'],
      items: (_: unknown, place) => bucketsOf(place),
      arn: ({ BucketArn }) => BucketArn,
      get: ['s3-outposts:GetBucketPolicy'],
      policy: async (_, { BucketArn: Bucket }, { access, account: AccountId, region }) =>
        (await s3ControlClient(access, region).send(new GetBucketPolicyCommand({ AccountId, Bucket }))).Policy,
      none: ['NoSuchBucketPolicy'],
    }),
    kindOf({
      kind: 'access-point',
      list: ['s3-outposts:ListAccessPoints', 's3-outposts:ListRegionalBuckets', 's3-outposts:ListOutpostsWithS3'],
      items: (_: unknown, place) =>
        within(bucketsOf(place), ({ BucketArn: Bucket }) =>
          each(
            paginateListAccessPoints(
              { client: s3ControlClient(place.access, place.region) },
              { AccountId: place.account, Bucket },
            ),
            ({ AccessPointList = [] }) => AccessPointList.map(({ AccessPointArn }) => ({ AccessPointArn, Bucket })),
          ),
        ),
      arn: ({ AccessPointArn }) => AccessPointArn,
      attributes: ({ Bucket }) => ({ bucket: Bucket }),
      get: ['s3-outposts:GetAccessPointPolicy'],
      policy: async (_, { AccessPointArn: Name }, { access, account: AccountId, region }) =>
        (await s3ControlClient(access, region).send(new GetAccessPointPolicyCommand({ AccountId, Name }))).Policy,
      none: ['NoSuchAccessPointPolicy'],
    }),
  ],
})

const files = describedService({ id: 'S3Files', host: 's3files', protocol: 'rest-json', dualStackOnly: true })
const listFileSystems = files.operation(
  'ListFileSystems',
  ['GET', '/file-systems'],
  { nextToken: 'query' },
  { fileSystems: json<{ fileSystemArn?: string; fileSystemId?: string }[]>(), nextToken: text },
)

export const s3FileSystems = policyTable({
  service: 's3files',
  make: files.Client,
  kinds: [
    describedKind({
      of: files,
      prefix: 's3files',
      kind: 'file-system',
      list: ['ListFileSystems'],
      items: (client) => listed(client, listFileSystems, 'fileSystems'),
      arn: ({ fileSystemArn }) => fileSystemArn,
      get: files.operation(
        'GetFileSystemPolicy',
        ['GET', '/file-systems/{fileSystemId}/policy'],
        { fileSystemId: 'path' },
        { policy: text },
      ),
      at: ({ fileSystemId }) => ({ fileSystemId }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})
