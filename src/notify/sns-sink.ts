import type { AlertMessage, AlertSink, Sent } from './alert-sink.ts'

/** Message that SNS is asked to publish. */
export interface SnsMessage {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  /** For topics that keep order (`.fifo`): SNS drops the same id within five minutes. */
  readonly deduplicationId?: string
  readonly groupId?: string
  readonly attributes: Readonly<Record<string, string>>
}

/** Publishes, and tells by the name of AWS's error what went wrong. */
export type Publish = (message: SnsMessage) => Promise<void>

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: a subject has at most 100 characters of ASCII. */
const MAX_SUBJECT = 100

/** AWS says that the message or the topic is wrong. */
const WRONG = ['InvalidParameter', 'InvalidParameterValue', 'NotFound', 'AuthorizationError', 'EndpointDisabled']

export interface SnsSinkOptions {
  readonly topicArn: string
  readonly publish: Publish
  readonly textOf: (message: AlertMessage) => { readonly subject: string; readonly message: string }
}

export function snsSink({ topicArn, publish, textOf }: SnsSinkOptions): AlertSink {
  return {
    name: `sns:${topicArn}`,
    send: async (one) => {
      const { subject, message } = textOf(one)
      const isOrdered = topicArn.endsWith('.fifo')
      try {
        await publish({
          topicArn,
          subject: subject.replaceAll(/[^ -~]/g, '?').slice(0, MAX_SUBJECT),
          message,
          attributes: { severity: one.spike.severity, kind: one.spike.kind, dedupeKey: one.dedupeKey },
          ...(isOrdered ? { deduplicationId: one.dedupeKey, groupId: one.spike.id } : {}),
        })
        return { outcome: 'sent' }
      } catch (error) {
        return failed(error)
      }
    },
  }
}

function failed(error: unknown): Sent {
  const name = error instanceof Error ? error.name.replace(/Exception$/, '') : 'unknown'
  const why = `SNS answered ${name}${error instanceof Error ? `: ${error.message}` : ''}`
  return { outcome: WRONG.includes(name) ? 'refused' : 'retry', why }
}
