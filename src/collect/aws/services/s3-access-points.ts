import {
  GetAccessGrantsInstanceResourcePolicyCommand,
  GetAccessPointCommand,
  GetAccessPointPolicyCommand,
  GetAccessPointPolicyForObjectLambdaCommand,
  GetMultiRegionAccessPointPolicyCommand,
  paginateListAccessGrantsInstances,
  paginateListAccessPoints,
  paginateListAccessPointsForObjectLambda,
  paginateListMultiRegionAccessPoints,
  S3ControlClient,
} from '@aws-sdk/client-s3-control'
import { type Collector, documentOf, type Found, known } from '../collector.ts'
import { startReading } from '../outcome.ts'
import { each, kindOf, policyTable } from '../policy-table.ts'
import { s3ControlClient } from '../s3-control.ts'

const NO_POLICY = ['NoSuchAccessPointPolicy']

/** Access points of a Region, with the policy of each. */
export const accessPoints = policyTable({
  service: 's3-access-points',
  make: S3ControlClient,
  open: s3ControlClient,
  kinds: [
    kindOf({
      kind: 'access-point',
      list: ['s3:ListAccessPoints'],
      items: (client: S3ControlClient, { account: AccountId }) =>
        each(paginateListAccessPoints({ client }, { AccountId }), ({ AccessPointList = [] }) =>
          AccessPointList.flatMap(({ Name }) => (Name === undefined ? [] : [{ AccountId, Name }])),
        ),
      arn: ({ Name }, { partition, region, account }) => `arn:${partition}:s3:${region}:${account}:accesspoint/${Name}`,
      get: ['s3:GetAccessPointPolicy'],
      policy: async (client, at) => (await client.send(new GetAccessPointPolicyCommand(at))).Policy,
      none: NO_POLICY,
      more: {
        actions: ['s3:GetAccessPoint'],
        read: async (client, at, ask, { partition }) => {
          const about = await ask('s3:GetAccessPoint', () => client.send(new GetAccessPointCommand(at)))
          return known({
            blockPublicAccess: about?.PublicAccessBlockConfiguration,
            bucket: about?.Bucket && `arn:${partition}:s3:::${about.Bucket}`,
            bucketAccount: about?.BucketAccountId,
            networkOrigin: about?.NetworkOrigin,
            vpcId: about?.VpcConfiguration?.VpcId,
          })
        },
      },
    }),
  ],
})

export const objectLambdaAccessPoints = policyTable({
  service: 's3-object-lambda',
  make: S3ControlClient,
  open: s3ControlClient,
  kinds: [
    kindOf({
      kind: 'object-lambda-access-point',
      list: ['s3:ListAccessPointsForObjectLambda'],
      items: (client: S3ControlClient, { account: AccountId }) =>
        each(
          paginateListAccessPointsForObjectLambda({ client }, { AccountId }),
          ({ ObjectLambdaAccessPointList }) => ObjectLambdaAccessPointList,
        ),
      arn: ({ ObjectLambdaAccessPointArn }) => ObjectLambdaAccessPointArn,
      get: ['s3:GetAccessPointPolicyForObjectLambda'],
      policy: async (client, { Name }, { account: AccountId }) =>
        (await client.send(new GetAccessPointPolicyForObjectLambdaCommand({ AccountId, Name }))).Policy,
      none: NO_POLICY,
    }),
  ],
})

/** S3 Access Grants: one instance in a Region, with a policy where it is shared. */
export const accessGrants = policyTable({
  service: 's3-access-grants',
  make: S3ControlClient,
  open: s3ControlClient,
  kinds: [
    kindOf({
      kind: 'access-grants-instance',
      list: ['s3:ListAccessGrantsInstances'],
      items: (client: S3ControlClient, { account: AccountId }) =>
        each(
          paginateListAccessGrantsInstances({ client }, { AccountId }),
          ({ AccessGrantsInstancesList }) => AccessGrantsInstancesList,
        ),
      arn: ({ AccessGrantsInstanceArn }) => AccessGrantsInstanceArn,
      get: ['s3:GetAccessGrantsInstanceResourcePolicy'],
      policy: async (client, _, { account: AccountId }) =>
        (await client.send(new GetAccessGrantsInstanceResourcePolicyCommand({ AccountId }))).Policy,
      none: ['AccessGrantsInstanceResourcePolicyNotExists', 'AccessGrantsInstanceResourcePolicyNotExistsError'],
    }),
  ],
})

/** AWS answers for Multi-Region Access Points in one Region only, whichever they span. */
const CONTROL_REGION = 'us-west-2'

export const multiRegionAccessPoints: Collector = {
  service: 's3-multi-region-access-points',
  scope: 'account',
  actions: ['s3:GetMultiRegionAccessPointPolicy', 's3:ListMultiRegionAccessPoints'],
  async *collect(place) {
    if (place.partition !== 'aws') return
    const client = s3ControlClient(place.access, CONTROL_REGION)
    const AccountId = place.account
    const points = await place.list.ask('s3:ListMultiRegionAccessPoints', async () => {
      const found: { name: string; alias: string; buckets: string[]; block: unknown }[] = []
      for await (const page of paginateListMultiRegionAccessPoints({ client }, { AccountId }))
        for (const { Name = '', Alias = '', Regions = [], PublicAccessBlock } of page.AccessPoints ?? [])
          found.push({
            name: Name,
            alias: Alias,
            buckets: Regions.map(({ Bucket }) => `arn:aws:s3:::${Bucket}`).sort(),
            block: PublicAccessBlock,
          })
      return found
    })
    for (const { name, alias, buckets, block } of points ?? []) {
      const { unread, ask } = startReading()
      const answer = await ask('s3:GetMultiRegionAccessPointPolicy', () =>
        client.send(new GetMultiRegionAccessPointPolicyCommand({ AccountId, Name: name })),
      )
      yield {
        arn: `arn:aws:s3::${place.account}:accesspoint/${alias}`,
        kind: 'access-point',
        policy: answer && documentOf(answer.Policy?.Established?.Policy ?? null),
        attributes: known({ blockPublicAccess: block, buckets, networkOrigin: 'Internet' }),
        unread,
      } satisfies Found
    }
  },
}
