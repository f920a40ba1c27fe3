import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import { DeleteMessageBatchCommand, GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type AwsSettings, openAccess } from './account-access.ts'
import { hasOwnS3 } from './own-s3.ts'

export interface ListedObject {
  readonly key: string
  /** Changes when the content does. */
  readonly etag: string
  readonly bytes: number
}

export interface QueueMessage {
  readonly body: string
  readonly receipt: string
}

/** The objects of a trail, and the queue that tells of new ones. Throws what the SDK throws. */
export interface TrailAccess {
  readonly list: (bucket: string, prefix: string) => AsyncIterable<readonly ListedObject[]>
  readonly get: (bucket: string, key: string) => Promise<Uint8Array>
  /** At most ten; none when nothing came within `waitSeconds`. */
  readonly receive: (queue: string, waitSeconds: number) => Promise<readonly QueueMessage[]>
  readonly remove: (queue: string, receipts: readonly string[]) => Promise<void>
}

/** For so long a message is nobody else's: time to write down what it tells of. */
const VISIBILITY_SECONDS = 300

/** A trail of years has millions of objects, and an object may be large. */
const LIMITS = {
  milliseconds: Number.POSITIVE_INFINITY,
  attempt: 600_000,
  pages: 1_000_000,
  bytes: 1024 * 1024 * 1024,
}

export async function openTrail(settings: Omit<AwsSettings, 'concurrency'>): Promise<TrailAccess> {
  const { own } = await openAccess({ ...settings, concurrency: 16, limits: LIMITS })
  const more = { followRegionRedirects: true, ...(hasOwnS3(own) ? { forcePathStyle: true } : {}) }
  const s3 = own.client(S3Client, undefined, more)
  const queueOf = async (queue: string): Promise<readonly [SQSClient, string]> => {
    if (!queue.startsWith('arn:')) return [own.client(SQSClient, regionOf(queue)), queue]
    const [, , , region, QueueOwnerAWSAccountId, QueueName] = queue.split(':')
    const client = own.client(SQSClient, region)
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }))
    return [client, QueueUrl]
  }
  return {
    list: (bucket, prefix) => listed(s3, bucket, prefix),
    get: async (bucket, key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return Body === undefined ? new Uint8Array() : Body.transformToByteArray()
    },
    receive: async (queue, waitSeconds) => {
      const [client, QueueUrl] = await queueOf(queue)
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: VISIBILITY_SECONDS,
        }),
      )
      return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, receipt: ReceiptHandle }))
    },
    remove: async (queue, receipts) => {
      const [client, QueueUrl] = await queueOf(queue)
      const Entries = receipts.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }))
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    },
  }
}

async function* listed(
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<readonly ListedObject[], undefined> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
    yield Contents.map(({ Key = '', ETag = '', Size = 0 }) => ({ key: Key, etag: plainTag(ETag), bytes: Size }))
  return undefined
}

const plainTag = (etag: string): string => etag.replaceAll('"', '')

/** `https://sqs.eu-west-1.amazonaws.com/…` is of that Region; another host tells none. */
const regionOf = (queue: string): string | undefined =>
  /^https:\/\/(?:sqs\.([a-z0-9-]{1,30})|([a-z0-9-]{1,30})\.queue)\.amazonaws\./.exec(queue)?.[1]
