import type { Denial } from '#intake/denial.ts'
import type { OuterCall } from './diagnosis.ts'

/** Denials of which each tells of one call, and what was called behind one that a service was refused in the caller's name. */
export interface CallsJoined {
  readonly denials: readonly Denial[]
  /** By the denial of the inner request: the call that needed it, which came back refused, too. */
  readonly outer: ReadonlyMap<Denial, Denial>
}

/** A service asks at once, and the call comes back when it is refused: so many milliseconds lie between the two at most. */
const APART = 5000
/** Of more denials of one caller in so short a time the first are looked at. */
const MOST = 200

/**
 * KMS's record and the record of the call that needed the key tell of one refusal: the service asks KMS as the caller, and the
 * call comes back denied. KMS's says what was refused; the call itself was let pass, or KMS had not been asked (R-PRIN-11,
 * R-CT-25a). https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 */
export function joinedCalls(denials: readonly Denial[]): CallsJoined {
  const outer = new Map<Denial, Denial>()
  const inner = denials.filter((denial) => denial.eventSource === KMS && isRecord(denial))
  if (inner.length === 0) return { denials, outer }
  const calls = new Map<string, Denial[]>()
  for (const denial of denials) {
    if (denial.eventSource === KMS || !isRecord(denial)) continue
    const key = placeOf(denial, 0)
    const listed = calls.get(key)
    if (listed === undefined) calls.set(key, [denial])
    else if (listed.length < MOST) listed.push(denial)
  }
  const taken = new Set<Denial>()
  for (const denial of inner) {
    const near = [0, -1, 1].flatMap((step) => calls.get(placeOf(denial, step)) ?? [])
    const call = near.find((candidate) => !taken.has(candidate) && isCallOf(candidate, denial))
    if (call === undefined) continue
    taken.add(call)
    outer.set(denial, call)
  }
  return { denials: denials.filter((denial) => !taken.has(denial)), outer }
}

const isRecord = ({ kind, evidence }: Denial): boolean => kind === 'aws-access-denied' && evidence.span === null

const placeOf = ({ principal, time }: Denial, step: number): string =>
  `${principal ?? ''} ${time === null ? '' : Math.floor(Date.parse(time) / APART) + step}`

const KMS = 'kms.amazonaws.com'

function isCallOf(call: Denial, inner: Denial): boolean {
  const via = inner.context['kms:ViaService']
  // Of a service that asks as `AWS Internal` nothing but the encryption context says which it is.
  if (via === undefined && !isEncryptedFor(call.resource, inner)) return false
  if (via !== undefined && (typeof via !== 'string' || call.eventSource !== `${via.split('.')[0]}.amazonaws.com`))
    return false
  if (!isNear(call.time, inner.time) || !maySpeakOf(call, inner)) return false
  const shared = call.sharedEventId !== null && call.sharedEventId === inner.sharedEventId
  const requested = call.requestId !== null && call.requestId === inner.requestId
  const isSameRequest = call.action === inner.action && call.resource === inner.resource
  return shared || requested || isSameRequest || isEncryptedFor(call.resource, inner)
}

/** What the call says was refused is what KMS says, or it says nothing. */
const maySpeakOf = ({ action, evidence, reported }: Denial, inner: Denial): boolean =>
  evidence.actionFrom === 'stated' || action?.startsWith('kms:') === true
    ? action === inner.action
    : reported.layer === null

const isNear = (time: string | null, innerTime: string | null): boolean =>
  time !== null && innerTime !== null && Math.abs(Date.parse(time) - Date.parse(innerTime)) <= APART

/** The encryption context names what the call is about, or what holds it: with a bucket key it is the bucket. */
const isEncryptedFor = (resource: string | null, inner: Denial): boolean =>
  resource !== null && encryptedFor(inner).some((arn) => resource === arn || resource.startsWith(`${arn}/`))

const encryptedFor = ({ context }: Denial): readonly string[] =>
  Object.entries(context).flatMap(([key, value]) =>
    key.toLowerCase().startsWith('kms:encryptioncontext:') && typeof value === 'string' && value.startsWith('arn:')
      ? [value]
      : [],
  )

/** The call as a diagnosis of the inner denial tells it; where it names the key itself, its own resource stands in the encryption context. */
export function outerCall(call: Denial, inner: Denial): OuterCall {
  const { eventSource, operation, eventId, requestId, time, context } = call
  const sourceIp = context['aws:SourceIp']
  const resource = call.resource === inner.resource ? (encryptedFor(inner)[0] ?? null) : call.resource
  return {
    eventSource,
    operation,
    resource,
    eventId,
    requestId,
    time,
    sourceIp: typeof sourceIp === 'string' ? sourceIp : null,
  }
}
