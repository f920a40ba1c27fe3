import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  paginateListQueues,
  SQSClient,
} from '@aws-sdk/client-sqs'
import {
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  paginateListTopics,
  SNSClient,
} from '@aws-sdk/client-sns'
import {
  EventBridgeClient,
  ListEventBusesCommand,
  type ListEventBusesCommandInput,
  ListTagsForResourceCommand as BusTags,
} from '@aws-sdk/client-eventbridge'
import {
  type AccountRegion,
  type Collector,
  documentOf,
  eachOf,
  type Found,
  keyArn,
  known,
  sortedRecord,
  tagsOf,
} from '../collector.ts'
import { pages } from '../policy-table.ts'
import { startReading } from '../outcome.ts'

export const queues: Collector = {
  service: 'sqs',
  scope: 'region',
  actions: ['sqs:GetQueueAttributes', 'sqs:ListQueueTags', 'sqs:ListQueues'],
  async *collect(place) {
    const client = sqsClient(place)
    const urls = await place.list.ask('sqs:ListQueues', async () => {
      const found: string[] = []
      for await (const page of paginateListQueues({ client }, { MaxResults: 1000 }))
        found.push(...(page.QueueUrls ?? []))
      return found
    })
    yield* eachOf(urls, (url) => queue(client, place, url))
  },
  one: {
    actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListQueueTags'],
    async read(place, arn) {
      const client = sqsClient(place)
      const QueueName = arn.slice(arn.lastIndexOf(':') + 1)
      const { QueueUrl } = await client.send(
        new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId: place.account }),
      )
      return QueueUrl === undefined ? undefined : queue(client, place, QueueUrl)
    },
  },
}

/** At an address of the user's every call goes there, whatever host the server puts into the URLs of its queues. */
const sqsClient = ({ access, region }: AccountRegion): SQSClient =>
  access.client(SQSClient, region, access.endpoint === undefined ? {} : { useQueueUrlAsEndpoint: false })

async function queue(client: SQSClient, place: AccountRegion, QueueUrl: string): Promise<Found> {
  const { partition, region, account } = place
  const { unread, ask } = startReading()
  const [answer, tags] = await Promise.all([
    ask('sqs:GetQueueAttributes', () =>
      client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    ),
    ask('sqs:ListQueueTags', () => client.send(new ListQueueTagsCommand({ QueueUrl }))),
  ])
  const about = answer?.Attributes
  const name = QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1)
  return {
    arn: about?.QueueArn ?? `arn:${partition}:sqs:${region}:${account}:${name}`,
    kind: 'queue',
    policy: answer && documentOf(about?.Policy ?? null),
    attributes: known({
      kmsKeyArn: answer && keyArn(about?.KmsMasterKeyId, place),
      tags: tags && sortedRecord(Object.entries(tags.Tags ?? {})),
    }),
    unread,
  }
}

export const topics: Collector = {
  service: 'sns',
  scope: 'region',
  actions: ['sns:GetTopicAttributes', 'sns:ListTagsForResource', 'sns:ListTopics'],
  async *collect(place) {
    const client = place.access.client(SNSClient, place.region)
    const arns = await place.list.ask('sns:ListTopics', async () => {
      const found: string[] = []
      for await (const page of paginateListTopics({ client }, {}))
        for (const { TopicArn } of page.Topics ?? []) if (TopicArn !== undefined) found.push(TopicArn)
      return found
    })
    yield* eachOf(arns, (arn) => topic(client, place, arn))
  },
  one: {
    actions: ['sns:GetTopicAttributes', 'sns:ListTagsForResource'],
    read: (place, arn) => topic(place.access.client(SNSClient, place.region), place, arn),
  },
}

async function topic(client: SNSClient, place: AccountRegion, arn: string): Promise<Found> {
  const { unread, ask } = startReading()
  const [answer, tags] = await Promise.all([
    ask('sns:GetTopicAttributes', () => client.send(new GetTopicAttributesCommand({ TopicArn: arn }))),
    ask('sns:ListTagsForResource', () => client.send(new ListTagsForResourceCommand({ ResourceArn: arn }))),
  ])
  const about = answer?.Attributes
  return {
    arn,
    kind: 'topic',
    policy: answer && documentOf(about?.['Policy'] ?? null),
    attributes: known({
      kmsKeyArn: answer && keyArn(about?.['KmsMasterKeyId'], place),
      tags: tags && tagsOf((tags.Tags ?? []) as never),
    }),
    unread,
  }
}

/** Event buses come with their policies in the list. */
export const eventBuses: Collector = {
  service: 'events',
  scope: 'region',
  actions: ['events:ListEventBuses', 'events:ListTagsForResource'],
  async *collect(place) {
    const client = place.access.client(EventBridgeClient, place.region)
    const buses = await place.list.ask('events:ListEventBuses', async () => {
      const found: { arn: string; policy: string | null }[] = []
      const send = (input: ListEventBusesCommandInput) => client.send(new ListEventBusesCommand(input))
      for await (const { EventBuses = [] } of pages(send, {}, 'NextToken'))
        for (const { Arn, Policy } of EventBuses)
          if (Arn !== undefined) found.push({ arn: Arn, policy: Policy ?? null })
      return found
    })
    for (const { arn, policy } of buses ?? []) {
      const { unread, ask } = startReading()
      const tags = await ask('events:ListTagsForResource', () => client.send(new BusTags({ ResourceARN: arn })))
      yield {
        arn,
        kind: 'event-bus',
        policy: documentOf(policy),
        attributes: known({ tags: tags && tagsOf((tags.Tags ?? []) as never) }),
        unread,
      }
    }
  },
}
