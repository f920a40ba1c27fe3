import { parseArn } from '#iam/arn.ts'

/** A refused request of a call, to be found again in later events. */
export interface AwaitedRequest {
  readonly relation: 'denied' | 'next' | 'before'
  readonly principal: string
  readonly action: string
  /** Null: not known, and then nothing shows it. */
  readonly resource: string | readonly string[] | null
}

/** A later event: what it asked for, and how it went. */
export interface Sighting {
  readonly eventId: string | null
  readonly time: string
  readonly outcome: 'allowed' | 'denied'
  readonly principal: string | null
  readonly roleArn: string | null
  readonly requests: readonly { readonly action: string | null; readonly resource: string | null }[]
  readonly layer: string | null
  readonly denyType: string | null
}

/** Event that shows one of the requests again, allowed or denied; `time` is ISO 8601. */
export interface RequestSighting {
  readonly eventId: string | null
  readonly time: string
  readonly outcome: 'allowed' | 'denied'
  /** Index of the request. */
  readonly step: number
  readonly action: string
  readonly resource: string | null
  readonly layer: string | null
  readonly denyType: string | null
}

export interface Aftermath {
  readonly status: 'confirmed' | 'still-denied' | 'no-evidence'
  /** Sightings after the denial, oldest first. */
  readonly events: readonly RequestSighting[]
  /** Still denied: the newest refusal. */
  readonly refusal?: RequestSighting
}

/**
 * Aftermath of a denial, as later events tell it: its refused request succeeded, and nothing of its chain was refused after
 * that; or one was; or none of them was seen. A call that succeeds has had all that it needs, so `next` need no event of
 * their own. `after`: only events later than this time count.
 */
export function aftermath(
  awaited: readonly AwaitedRequest[],
  sightings: readonly Sighting[],
  after: string,
): Aftermath {
  const events = sightings
    .filter(({ time }) => time > after)
    .flatMap((sighting) => seenIn(sighting, awaited))
    .toSorted((a, b) => (a.time === b.time ? order(a) - order(b) : a.time < b.time ? -1 : 1))
  const denials = events.filter(({ outcome }) => outcome === 'denied')
  const success = events.findLast(({ outcome, step }) => outcome === 'allowed' && awaited[step]?.relation === 'denied')
  const refusal = denials.findLast(({ time }) => success === undefined || time >= success.time)
  if (refusal !== undefined) return { status: 'still-denied', events, refusal }
  return { status: success === undefined ? 'no-evidence' : 'confirmed', events }
}

/** In one second the refusal counts as the later of the two: a wrong "confirmed" is the worse mistake. */
const order = ({ outcome }: RequestSighting): number => (outcome === 'allowed' ? 0 : 1)

function seenIn(sighting: Sighting, awaited: readonly AwaitedRequest[]): readonly RequestSighting[] {
  const { eventId, time, outcome, layer, denyType } = sighting
  return awaited.flatMap((awaited, step) => {
    if (!isSameCaller(awaited.principal, sighting)) return []
    const request = sighting.requests.find(
      ({ action, resource }) => action === awaited.action && covers(awaited, resource),
    )
    return request === undefined
      ? []
      : [{ eventId, time, outcome, step, action: awaited.action, resource: request.resource, layer, denyType }]
  })
}

/** Who else made the refused request after that time, and on what else its caller made it: what one may have taken for it. */
export function nearMisses(
  awaited: readonly AwaitedRequest[],
  sightings: readonly Sighting[],
  after: string,
): { readonly callers: readonly string[]; readonly resources: readonly string[] } {
  const refused = awaited.filter(({ relation }) => relation === 'denied')
  const found = { callers: new Set<string>(), resources: new Set<string>() }
  for (const sighting of sightings.filter(({ time }) => time > after))
    for (const request of refused)
      for (const { resource } of sighting.requests.filter(({ action }) => action === request.action)) {
        const [isCaller, isResource] = [isSameCaller(request.principal, sighting), covers(request, resource)]
        if (isResource && !isCaller && sighting.principal !== null) found.callers.add(sighting.principal)
        if (isCaller && !isResource && resource !== null) found.resources.add(resource)
      }
  return { callers: [...found.callers], resources: [...found.resources] }
}

/**
 * Whether a call asked for a secret by its name: a record has no more of it, and AWS's sentence has the whole ARN, with the six
 * characters that Secrets Manager puts behind a name.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 */
const isSecretByName = (arn: string, resource: string): boolean =>
  /^arn:[\w-]{1,20}:secretsmanager:[^:]{1,40}:\d{12}:secret:/.test(arn) &&
  arn.startsWith(`${resource}-`) &&
  /^-[A-Za-z0-9]{6}$/.test(arn.slice(resource.length))

function covers({ resource: wanted }: AwaitedRequest, resource: string | null): boolean {
  if (resource === null || wanted === null) return false
  return [wanted].flat().some((arn) => arn === resource || isSecretByName(arn, resource))
}

/** Sessions of one role are one caller: the session's name changes with every job. */
function isSameCaller(principal: string, { principal: seen, roleArn }: Sighting): boolean {
  const wanted = callerOf(principal)
  return [seen, roleArn].some((arn) => arn !== null && callerOf(arn) === wanted)
}

/** The role of a session or a role, without its path, which a session's ARN does not have; all others as they are. */
function callerOf(principal: string): string {
  const arn = parseArn(principal)
  const [kind, ...names] = arn?.resource.split('/') ?? []
  if (arn?.service === 'sts' && kind === 'assumed-role') return `role ${arn.account} ${names[0] ?? ''}`
  if (arn?.service === 'iam' && kind === 'role') return `role ${arn.account} ${names.at(-1) ?? ''}`
  return principal
}
