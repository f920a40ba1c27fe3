import {
  GetAccessPointCommand,
  GetAccessPointPolicyCommand,
  GetMultiRegionAccessPointPolicyCommand,
  paginateListAccessPoints,
  paginateListMultiRegionAccessPoints,
  type S3ControlClient,
} from '@aws-sdk/client-s3-control'
import { type Collector, documentOf, eachOf, type Found, known, type Place } from '../collector.ts'
import { s3ControlClient } from '../s3-control.ts'
import { startReading } from '../outcome.ts'

/** Access points of a Region, with the policy of each. */
export const accessPoints: Collector = {
  service: 's3-access-points',
  scope: 'region',
  actions: ['s3:GetAccessPoint', 's3:GetAccessPointPolicy', 's3:ListAccessPoints'],
  async *collect(place) {
    const client = s3ControlClient(place.access, place.region)
    const AccountId = place.account
    const names = await place.list.ask('s3:ListAccessPoints', async () => {
      const found: string[] = []
      for await (const page of paginateListAccessPoints({ client }, { AccountId }))
        for (const { Name } of page.AccessPointList ?? []) if (Name !== undefined) found.push(Name)
      return found
    })
    yield* eachOf(names, (name) => accessPoint(place, client, name))
  },
}

async function accessPoint(place: Place, client: S3ControlClient, name: string): Promise<Found> {
  const { partition, region, account } = place
  const { unread, ask } = startReading()
  const at = { AccountId: account, Name: name }
  const [policy, about] = await Promise.all([
    ask('s3:GetAccessPointPolicy', () => client.send(new GetAccessPointPolicyCommand(at)), ['NoSuchAccessPointPolicy']),
    ask('s3:GetAccessPoint', () => client.send(new GetAccessPointCommand(at))),
  ])
  return {
    arn: `arn:${partition}:s3:${region}:${account}:accesspoint/${name}`,
    kind: 'access-point',
    policy: policy === null ? null : documentOf(policy?.Policy),
    attributes: known({
      blockPublicAccess: about?.PublicAccessBlockConfiguration,
      bucket: about?.Bucket && `arn:${partition}:s3:::${about.Bucket}`,
      bucketAccount: about?.BucketAccountId,
      networkOrigin: about?.NetworkOrigin === 'VPC' ? 'VPC' : about?.NetworkOrigin,
      vpcId: about?.VpcConfiguration?.VpcId,
    }),
    unread,
  }
}

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
      }
    }
  },
}
