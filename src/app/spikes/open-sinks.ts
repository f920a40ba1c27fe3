import type { AlertSink } from '#notify/alert-sink.ts'
import { httpSink } from '#notify/http-sink.ts'
import { lineSink } from '#notify/line-sink.ts'
import { sinkName } from '#notify/sink-name.ts'
import { type Publish, snsSink } from '#notify/sns-sink.ts'
import { alertLine, emfLine, mailText, pagerdutyBody, slackBody, webhookBody } from '#report/alert-bodies.ts'
import { UserError } from '../../errors.ts'

export interface SinkSettings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly aws: { readonly profile?: string; readonly region?: string; readonly endpoint?: string }
  /** To standard output. */
  readonly write: (text: string) => boolean
}

/** Secrets come from the environment: a command line is seen by everybody on the machine. */
export const WEBHOOK_SECRET = 'DENYTRACE_WEBHOOK_SECRET'
export const SLACK_URL = 'DENYTRACE_SLACK_URL'
export const PAGERDUTY_KEY = 'DENYTRACE_PAGERDUTY_KEY'

const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue'

export const SINK_KINDS = ['stdout', 'emf', 'webhook', 'slack', 'pagerduty', 'sns'] as const

/** Sinks from what the options say: `stdout`, `webhook=URL`, `sns=ARN` … */
export async function openSinks(specs: readonly string[], settings: SinkSettings): Promise<readonly AlertSink[]> {
  const sinks: AlertSink[] = []
  for (const spec of specs) sinks.push(await openSink(spec, settings))
  const names = sinks.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return sinks
  throw new UserError('usage/conflicting-options', `two sinks are \`${twice}\``, 'give each receiver once')
}

async function openSink(spec: string, { env, aws, write }: SinkSettings): Promise<AlertSink> {
  const equals = spec.indexOf('=')
  const kind = equals < 0 ? spec : spec.slice(0, equals)
  const target = equals < 0 ? undefined : spec.slice(equals + 1)
  const to = (name?: string): string => urlOf(kind, target ?? (name === undefined ? undefined : env[name]), name)
  switch (kind) {
    case 'stdout':
      if (target !== undefined) throw noTarget(kind)
      return lineSink('stdout', alertLine, write)
    case 'emf':
      if (target !== undefined) throw noTarget(kind)
      return lineSink('emf', emfLine, write)
    case 'webhook': {
      const [url, secret] = [to(), env[WEBHOOK_SECRET]]
      const isSigned = secret !== undefined && secret !== ''
      return httpSink({ name: sinkName(kind, url), url, body: webhookBody, ...(isSigned ? { secret } : {}) })
    }
    case 'slack':
      return httpSink({ name: sinkName(kind, to(SLACK_URL)), url: to(SLACK_URL), body: slackBody })
    case 'pagerduty': {
      const url = target === undefined ? PAGERDUTY_URL : to()
      return httpSink({
        name: sinkName(kind, url),
        url,
        body: pagerdutyBody(needed(env[PAGERDUTY_KEY], PAGERDUTY_KEY)),
      })
    }
    case 'sns':
      return snsSink({ topicArn: topicOf(target), publish: await publisher(aws), textOf: mailText })
    default:
      throw new UserError(
        'usage/not-a-value',
        `\`--sink\` does not know \`${kind}\``,
        'give stdout, emf, webhook=URL, slack=URL, pagerduty or sns=ARN',
      )
  }
}

async function publisher(aws: SinkSettings['aws']): Promise<Publish> {
  const { snsPublisher } = await import('#collect/aws/entry.ts')
  return snsPublisher(aws)
}

const noTarget = (kind: string): UserError =>
  new UserError('usage/not-a-value', `\`--sink ${kind}\` takes no address`, `write \`--sink ${kind}\``)

function urlOf(kind: string, text: string | undefined, name: string | undefined): string {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  const isNamed = url !== undefined && (url.username !== '' || url.password !== '')
  if (url !== undefined && isWeb && !isNamed) return url.href
  const write = `write \`${kind}=https://HOST/PATH\``
  const hint = name === undefined ? write : `set \`${name}\`, or ${write}`
  const gives = `\`--sink ${kind}\``
  // What is no URL may still hold a secret, so it is not repeated.
  if (text === undefined || text === '') throw new UserError('usage/missing-value', `${gives} has no address`, hint)
  if (isWeb && isNamed)
    throw new UserError(
      'usage/not-a-value',
      `the address of ${gives} holds a name or password, which no request sends`,
      hint,
    )
  throw new UserError('usage/not-a-value', `the address of ${gives} is not one of http or https`, hint)
}

function needed(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value
  throw new UserError('usage/missing-value', `\`${name}\` is not set`, 'put the routing key of the service there')
}

function topicOf(target: string | undefined): string {
  if (target !== undefined && /^arn:[\w-]{1,20}:sns:[\w-]{1,30}:\d{12}:[\w.-]{1,300}$/.test(target)) return target
  const hint = 'write `sns=arn:aws:sns:REGION:ACCOUNT:NAME`'
  if (target === undefined || target === '')
    throw new UserError('usage/missing-value', '`--sink sns` has no topic', hint)
  throw new UserError('usage/not-an-arn', `\`${target}\` is not the ARN of a topic`, hint)
}
