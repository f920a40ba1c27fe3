import { slackText, valueWithoutLinks, withoutLinks } from '#quote/chat.ts'
import { shellWord } from '#quote/shell.ts'
import { jsonText } from '#quote/json.ts'
import type { Severity, Spike } from '#alert/spike.ts'
import { safeLine } from '#quote/terminal.ts'
import { causeText } from './text-spikes.ts'

/** A revision of an alert, and when it was made. */
export interface AlertMessage {
  readonly dedupeKey: string
  readonly at: string
  readonly spike: Spike
}

/** The title of an alert: a line that says what happened. */
export function alertTitle({ kind, family, key, count, fanOut, expected }: Spike): string {
  const who = fanOut > 1 ? `${fanOut} principals are refused` : 'is refused'
  const what = family === 'tuple' ? key : `${family} ${key}`
  if (kind === 'first-seen') return safeLine(`AccessDenied seen for the first time: ${what}`)
  const counted = `${count} AccessDenied, ${Number(expected.toPrecision(2))} expected`
  return safeLine(fanOut > 1 ? `${counted}: ${who}; ${what}` : `${counted}: ${what}`)
}

/** As Standard Webhooks has it: type, time, data. */
export const webhookBody = ({ at, spike }: AlertMessage) => ({ type: 'denytrace.alert', timestamp: at, data: spike })

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: `text` is what a notification shows. */
export function slackBody({ spike }: AlertMessage) {
  const { severity, from, to, id, revision, examples, allowedBefore } = spike
  const title = slackText(alertTitle(spike))
  const lines = [
    title,
    slackText(causeText(spike)),
    ...(allowedBefore === true ? ['It was allowed before.'] : []),
    `${from} to ${to}, severity ${severity}`,
    ...(examples[0] === undefined ? [] : [slackText(`denytrace denials show ${shellWord(examples[0])}`)]),
  ]
  return {
    text: title,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'section', text: plainText(lines.join('\n').slice(0, MAX_SLACK)) },
      { type: 'context', elements: [plainText(`${slackText(id)}, revision ${revision}`)] },
    ],
  }
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object: markup is for `mrkdwn` alone. */
const plainText = (text: string) => ({ type: 'plain_text', text, emoji: false })

/** Of the text of a block. */
const MAX_SLACK = 3000

const PAGERDUTY: Readonly<Record<Severity, string>> = { high: 'critical', medium: 'warning', low: 'info' }

/** https://developer.pagerduty.com/docs/events-api-v2-overview: one incident for each alert, whatever the revision. */
export const pagerdutyBody =
  (routingKey: string) =>
  ({ spike, at }: AlertMessage) => ({
    routing_key: routingKey,
    event_action: spike.state === 'closed' ? 'resolve' : 'trigger',
    dedup_key: spike.id,
    payload: {
      summary: withoutLinks(alertTitle(spike)).slice(0, 1024),
      source: 'denytrace',
      severity: PAGERDUTY[spike.severity],
      timestamp: at,
      component: withoutLinks(spike.key).slice(0, 1024),
      group: spike.family,
      class: spike.kind,
      custom_details: valueWithoutLinks(spike),
    },
  })

/** A subject and a text that a person reads in mail. */
export function mailText(message: AlertMessage): { readonly subject: string; readonly message: string } {
  const { spike } = message
  const { from, to, severity, id, revision } = spike
  const title = alertTitle(spike)
  return {
    subject: `denytrace ${severity}: ${title}`,
    message: [
      title,
      '',
      causeText(spike),
      `${from} to ${to}; ${id}, revision ${revision}`,
      '',
      JSON.stringify(webhookBody(message), null, 2),
    ].join('\n'),
  }
}

/** Alert as a JSON line: the body that a webhook gets, and its key. */
export const alertLine = (message: AlertMessage): string =>
  jsonText({ schemaVersion: 1, dedupeKey: message.dedupeKey, ...webhookBody(message) })

/** Alert without a key as a JSON line: for whoever reads standard output. */
export const alertJsonLine = (spike: Spike): string => jsonText({ schemaVersion: 1, ...spike })

/**
 * A log line in the embedded metric format, from which CloudWatch makes metrics without being asked.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfLine({ at, spike, dedupeKey }: AlertMessage): string {
  const { kind, severity, family, key, count, expected, fanOut, cause, id } = spike
  return JSON.stringify({
    _aws: {
      Timestamp: Date.parse(at),
      CloudWatchMetrics: [
        {
          Namespace: 'Denytrace',
          Dimensions: [['Kind', 'Severity'], ['Layer']],
          Metrics: [
            { Name: 'Alerts', Unit: 'Count' },
            { Name: 'AlertedDenials', Unit: 'Count' },
            { Name: 'FanOut', Unit: 'Count' },
          ],
        },
      ],
    },
    Kind: kind,
    Severity: severity,
    Layer: cause.layer ?? 'unknown',
    Alerts: 1,
    AlertedDenials: count,
    FanOut: fanOut,
    expected,
    family,
    key,
    id,
    dedupeKey,
  })
}
