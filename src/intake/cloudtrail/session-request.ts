import { tagPairs } from './event-context.ts'
import { field, isRedacted, type JsonObject, listOf, objectOf, textField, textOf } from './loose-record.ts'

/** The request to STS that made a session: it bounds and marks everything the session does (R-CT-05). */
export interface SessionRequest {
  readonly roleArn: string | null
  readonly sessionName: string | null
  /** The session policy as written. */
  readonly policy: string | null
  /** A session policy was passed, but the record has a mask in its place (R-CT-19). */
  readonly policyHidden?: boolean
  readonly policyArns: readonly string[]
  /** Session tags of the call, or of the token or assertion (`principalTags`). */
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  /** Transitive tags of the caller's own session, which this one inherits. */
  readonly incomingTags: Readonly<Record<string, string>>
  readonly externalId: string | null
  readonly durationSeconds: number | null
  readonly sourceIdentity: string | null
  /** To recognise the session's calls; never to be printed. Null: the call did not succeed. */
  readonly issuedAccessKeyId: string | null
  /** The session's ARN, where the answer has it. */
  readonly sessionArn: string | null
  /** Whether the record has the call's parameters at all; without them the fields above say nothing. */
  readonly complete: boolean
}

const MAKES_SESSION = new Set([
  'assumerole',
  'assumerolewithsaml',
  'assumerolewithwebidentity',
  'assumeroot',
  'getfederationtoken',
  'getsessiontoken',
])

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function sessionRequestOf(record: JsonObject): SessionRequest | undefined {
  if (!MAKES_SESSION.has((textField(record, 'eventName') ?? '').toLowerCase())) return undefined
  if (!/^sts\./i.test(textField(record, 'eventSource') ?? '')) return undefined
  const asked = objectOf(field(record, 'requestParameters'))
  const given = field(record, 'responseElements')
  const duration = Number(textField(asked, 'durationSeconds') ?? Number.NaN)
  return {
    roleArn: textField(asked, 'roleArn') ?? null,
    sessionName: textField(asked, 'roleSessionName') ?? textField(asked, 'name') ?? null,
    policy: policyText(field(asked, 'policy')),
    ...(isRedacted(field(asked, 'policy')) ? { policyHidden: true } : {}),
    policyArns: listOf(field(asked, 'policyArns')).flatMap((one) => textField(one, 'arn') ?? textOf(one) ?? []),
    tags: { ...legibleTags(field(asked, 'principalTags')), ...legibleTags(field(asked, 'tags')) },
    incomingTags: legibleTags(field(asked, 'incomingTransitiveTags')),
    transitiveTagKeys: listOf(field(asked, 'transitiveTagKeys')).flatMap((key) => textOf(key) ?? []),
    externalId: textField(asked, 'externalId') ?? null,
    durationSeconds: Number.isFinite(duration) ? duration : null,
    sourceIdentity: textField(asked, 'sourceIdentity') ?? null,
    issuedAccessKeyId: textField(given, 'credentials', 'accessKeyId') ?? null,
    sessionArn: textField(given, 'assumedRoleUser', 'arn') ?? textField(given, 'federatedUser', 'arn') ?? null,
    complete: asked !== undefined,
  }
}

const legibleTags = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(tagPairs(value).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])))

function policyText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' || isRedacted(value) ? null : value
  return value === null || value === undefined ? null : JSON.stringify(value)
}
