import type { Denial } from './denial.ts'

/** An SDK prints one error as its name, its message and its body: that far apart they are one denial. */
const NEAR = 2000

/**
 * Denials without repeats: an error that its wrapper repeats is one denial (JavaScript error objects, PHP, nested causes):
 * same fields, close together, and no request id or time that tells them apart. A line of a stack trace has no time of its
 * own. `ofOneCall`: for each denial, whether the text shows that it is of the same call as the one before it, however far
 * apart they are.
 */
export function mergeRepeats(denials: readonly Denial[], ofOneCall: readonly boolean[] = []): Denial[] {
  const merged: Denial[] = []
  for (const [i, denial] of denials.entries()) {
    const last = merged.at(-1)
    if (last !== undefined && isNear(last, denial) && isMention(last, denial)) continue
    if (last !== undefined && ofOneCall[i] === true && agreeInAll(last, denial)) {
      merged[merged.length - 1] = last.action === null ? fuller(denial, last) : fuller(last, denial)
      continue
    }
    const isClose = last !== undefined && (ofOneCall[i] === true || isNear(last, denial))
    if (!isClose || !isRepeat(last, denial)) merged.push(denial)
    else merged[merged.length - 1] = joined(last, denial)
  }
  return merged
}

/**
 * Whether the second denial is a mention of the first, as somebody writes it below an error: its action once more, and
 * nothing else that an error has.
 */
function isMention(first: Denial, second: Denial): boolean {
  const { code, operation, requestId, time, principal, resource, resourceText, reported, encodedMessage } = second
  const says = [
    code,
    operation,
    requestId,
    time,
    principal,
    resource,
    reported.layer,
    reported.denyType,
    encodedMessage,
  ]
  return (
    second.kind === 'aws-access-denied' &&
    second.action !== null &&
    second.action === first.action &&
    resourceText === undefined &&
    says.every((value) => value === null)
  )
}

function isNear(first: Denial, second: Denial): boolean {
  const [from, to] = [first.evidence.span, second.evidence.span]
  return from !== null && to !== null && to[0] - from[1] < NEAR
}

function isRepeat(first: Denial, second: Denial): boolean {
  return (
    first.kind === second.kind &&
    agree(first.requestId, second.requestId) &&
    agree(first.time, second.time) &&
    first.action === second.action &&
    first.principal === second.principal &&
    sameResource(first, second) &&
    first.reported.layer === second.reported.layer &&
    first.reported.denyType === second.reported.denyType &&
    agree(first.operation, second.operation)
  )
}

/** Whether two denials of one call contradict each other nowhere: the body that came over the wire names no call, the exception no ids. */
const agreeInAll = (first: Denial, second: Denial): boolean =>
  first.kind === 'aws-access-denied' &&
  second.kind === first.kind &&
  first.reported.layer === second.reported.layer &&
  first.reported.denyType === second.reported.denyType &&
  (['code', 'requestId', 'time', 'action', 'principal', 'resource', 'operation'] as const).every((name) =>
    agree(first[name], second[name]),
  )

/** The first, which names the call, with what the other says beyond it. */
function fuller(first: Denial, second: Denial): Denial {
  const isPlaced = first.resource === null && second.resource !== null
  return {
    ...joined(first, second),
    ...(isPlaced
      ? {
          resourceAccount: second.resourceAccount,
          ...(second.resourceText === undefined ? {} : { resourceText: second.resourceText }),
          evidence: { ...first.evidence, resourceFrom: second.evidence.resourceFrom },
        }
      : {}),
  }
}

/** Without an ARN the printed names tell; Safari names the origin in one line and the URL in the next. */
const sameResource = (a: Denial, b: Denial): boolean =>
  (a.resource === b.resource && (a.resource !== null || a.resourceText === b.resourceText)) ||
  (a.kind === 'cors' && (a.resource === null || b.resource === null))

const agree = (a: string | null, b: string | null): boolean => a === null || b === null || a === b

function joined(first: Denial, second: Denial): Denial {
  return {
    ...first,
    resource: first.resource ?? second.resource,
    time: first.time ?? second.time,
    code: first.code ?? second.code,
    eventSource: first.eventSource ?? second.eventSource,
    operation: first.operation ?? second.operation,
    requestId: first.requestId ?? second.requestId,
    extendedRequestId: first.extendedRequestId ?? second.extendedRequestId,
    encodedMessage: first.encodedMessage ?? second.encodedMessage,
    authorizationId: first.authorizationId ?? second.authorizationId,
    reported: { ...first.reported, policyArn: first.reported.policyArn ?? second.reported.policyArn },
  }
}
