import type { Denial } from '../denial.ts'
import { findPhrase, type LettersOnly } from '../text/letters-only.ts'
import { redacted, withoutSecrets } from './secrets.ts'
import { eventSourceOf } from './service-names.ts'

/**
 * Line of `aws --debug` or `boto3.set_stream_logger('')` that tells something besides the error: where the credentials came
 * from, which endpoint was called, for which operation and Region, and how often (the lines of botocore's loggers).
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-troubleshooting.html
 */
export interface DebugLine {
  readonly at: number
  readonly credentials?: string
  readonly endpoint?: string
  readonly operation?: string
  readonly region?: string
  readonly retry?: true
}

const LINES: readonly (readonly [phrase: string, read: (window: string) => Omit<DebugLine, 'at'> | undefined])[] = [
  [
    'foundcredentials',
    (text) => fieldOf(/^Found credentials (?:in|from) (?:IAM Role: )?(?<value>[^\n]{1,160})/i, text, 'credentials'),
  ],
  [
    'endpointproviderresult',
    (text) => fieldOf(/^Endpoint provider result: (?<value>https?:\/\/[^\s'"<>]{1,400})/i, text, 'endpoint'),
  ],
  [
    'awspreparedrequest',
    (text) =>
      fieldOf(/^AWSPreparedRequest [^\n]{0,200}?url=(?<value>https?:\/\/[^\s'"<>,]{1,2000})/i, text, 'endpoint'),
  ],
  ['operationmodelname', (text) => fieldOf(/^OperationModel\(name=(?<value>\w{1,80})\)/i, text, 'operation')],
  [
    'clientregion',
    (text) => fieldOf(/^client_region['"]{0,1}: {0,2}['"](?<value>[a-z0-9-]{5,24})['"]/i, text, 'region'),
  ],
  ['retryneeded', (text) => (text.startsWith('Retry needed') ? { retry: true } : undefined)],
]

function fieldOf(pattern: RegExp, text: string, key: 'credentials' | 'endpoint' | 'operation' | 'region') {
  const value = pattern.exec(text)?.groups?.['value']
  return value === undefined ? undefined : { [key]: value.trim().replace(/\.$/, '') }
}

/** More lines than any run has; the rest is passed over. */
const MAX_LINES = 5000

/** Every such line of a cleaned text, first to last; none where nothing of botocore is in it. */
export function debugLines(text: string, lettersOnly: LettersOnly): readonly DebugLine[] {
  if (!lettersOnly.letters.includes('botocore') && !lettersOnly.letters.includes('awscli')) return []
  return LINES.flatMap(([phrase, read]) =>
    findPhrase(lettersOnly, phrase)
      .slice(0, MAX_LINES)
      .flatMap(([at]) => {
        const line = read(text.slice(at, at + 2400).split('\n', 1)[0] ?? '')
        return line === undefined ? [] : [{ at, ...line }]
      }),
  ).sort((a, b) => a.at - b.at)
}

/**
 * Whether nothing was sent between two places of a debug output: what is printed at both is of one call, first as it came over
 * the wire, then as the exception that it became.
 */
export const isOneCall = (from: number, to: number, lines: readonly DebugLine[]): boolean =>
  lines.some(({ at }) => at < from) &&
  !lines.some((line) => line.at > from && line.at < to && (line.endpoint ?? line.operation) !== undefined)

/** Whether the log lines above two places of the original text are of one thread: the lines of several transfers are mixed. */
export const isOfOneThread = (text: string, from: number, to: number): boolean =>
  threadBefore(text, from) === threadBefore(text, to)

/** The thread of the log line above a place; undefined: no such line is near. */
function threadBefore(text: string, at: number): string | undefined {
  const lines = text
    .slice(Math.max(0, at - 6000), at)
    .matchAll(/ - (?<thread>[\w-]{1,60}) - [\w.]{1,80} - [A-Z]{4,8} - /g)
  return [...lines].at(-1)?.groups?.['thread']
}

const RETRIES = /\(reached max retries: (\d{1,3})\)/

/** The denial with what the lines before it, or else after it, say of its call. `at`: where it stands in the text. */
export function withDebug(denial: Denial, at: number, text: string, lines: readonly DebugLine[]): Denial {
  const stated = RETRIES.exec(text.slice(Math.max(0, at - 400), at + 40))?.[1]
  if (lines.length === 0 && stated === undefined) return denial
  const near = (key: 'credentials' | 'endpoint' | 'operation' | 'region'): string | undefined =>
    (lines.findLast((line) => line.at < at && line[key] !== undefined) ??
      lines.find((line) => line[key] !== undefined))?.[key]
  const retried = lines.filter((line) => line.retry === true && line.at < at).length
  const retries = stated ?? (retried > 0 ? String(retried) : undefined)
  const endpoint = near('endpoint')
  const details = {
    ...(endpoint === undefined ? {} : { endpoint: hostOf(endpoint) }),
    ...(near('credentials') === undefined ? {} : { credentialsSource: redacted(near('credentials') ?? '') }),
    ...(retries === undefined ? {} : { retries }),
  }
  if (Object.keys(details).length === 0) return denial
  const operation = denial.operation ?? near('operation') ?? null
  return {
    ...denial,
    operation,
    eventSource: denial.eventSource ?? (endpoint === undefined ? null : sourceOfHost(endpoint)),
    region: denial.region ?? near('region') ?? null,
    details: { ...denial.details, ...details },
    notes: [...denial.notes, { code: 'client-side', text: words(details) }],
  }
}

const hostOf = (url: string): string =>
  /^https?:\/\/[^/?#\s]{1,300}/.exec(withoutSecrets(url))?.[0] ?? withoutSecrets(url)

/** `https://acme.s3.eu-west-1.amazonaws.com` → the label that is a service. */
function sourceOfHost(url: string): string | null {
  const host = /^https?:\/\/([^/:?#\s]{1,300})\.(?:amazonaws\.com(?:\.cn)?|api\.aws)/.exec(url)?.[1] ?? ''
  for (const label of host.split('.').slice(-3).toReversed()) {
    const source = /^[a-z]{2,4}(?:-[a-z]{2,9}){1,3}-\d/.test(label) ? null : eventSourceOf(label)
    if (source !== null) return source
  }
  return null
}

function words(details: {
  readonly endpoint?: string
  readonly credentialsSource?: string
  readonly retries?: string
}): string {
  const { endpoint, credentialsSource, retries } = details
  return [
    credentialsSource === undefined ? undefined : `The client took its credentials from ${credentialsSource}.`,
    endpoint === undefined ? undefined : `It called ${endpoint}.`,
    retries === undefined ? undefined : `It tried again ${retries} ${retries === '1' ? 'time' : 'times'}.`,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}
