import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import pLimit from 'p-limit'
import type { AwsSettings } from './account-access.ts'
import { clientMaker, USUAL_LIMITS } from './clients.ts'
import { credentialsOf } from './credentials.ts'

/** Message that SNS is asked to publish; `src/notify/sns-sink.ts` makes it. */
export interface SnsPublication {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  readonly deduplicationId?: string
  readonly groupId?: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Publishes in the topic's own Region. Throws what the SDK throws; who calls it tries again later. */
export function snsPublisher(settings: Omit<AwsSettings, 'concurrency'>): (one: SnsPublication) => Promise<void> {
  const clients = new Map<string, SNSClient>()
  const clientOf = (region: string): SNSClient => {
    const found = clients.get(region) ?? newClient(region, settings)
    clients.set(region, found)
    return found
  }
  return async ({ topicArn, subject, message, deduplicationId, groupId, attributes }) => {
    const region = topicArn.split(':')[3] ?? ''
    await clientOf(region === '' ? (settings.region ?? 'us-east-1') : region).send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: message,
        ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: fifoId(deduplicationId) }),
        ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
        ),
      }),
    )
  }
}

/** At most 128 characters of those that SNS takes. */
const fifoId = (id: string): string => id.replaceAll(/[^\w.-]/g, '_').slice(0, 128)

/** An alert that is not taken soon is sent again later. */
const LIMITS = { ...USUAL_LIMITS, milliseconds: 30_000, bytes: 1024 * 1024 }

const newClient = (region: string, { profile, endpoint }: Omit<AwsSettings, 'concurrency'>): SNSClient =>
  clientMaker({ limits: LIMITS, turn: pLimit(Number.POSITIVE_INFINITY) })(SNSClient, {
    region,
    credentials: credentialsOf(profile),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 2,
  })
