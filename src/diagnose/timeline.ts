import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import type { Denial } from '#intake/denial.ts'
import type { Diagnosis, TimelineEntry } from './diagnosis.ts'
import type { Occurrence } from './occurrences.ts'
import { layerName } from '#iam/layers.ts'

/** More entries than a person reads; an ingest of whole trails is another command. */
const MAX_ENTRIES = 500

/**
 * The incident in order: sessions made, refusals, policy changes, and the refused call seen succeeding, each with why it
 * matters. Other events are left out. Entries without a time keep their place in the input.
 */
export function timelineOf(
  calls: readonly CallEvent[],
  occurrences: readonly Occurrence[],
  diagnoses: readonly Diagnosis[],
): TimelineEntry[] {
  const seen = new Set<string>()
  // The same event delivered twice is one (R-CT-12).
  const events = calls.filter(({ eventId }) => eventId === null || (!seen.has(eventId) && seen.add(eventId)))
  const fromEvents = events.flatMap((event) => eventEntry(event, occurrences, diagnoses) ?? [])
  const fromText = occurrences.flatMap(({ all }, i) =>
    all
      .filter((denial) => denial.evidence.span !== null && isDenied(denial))
      .map((denial) => denialEntry(denial, i, diagnoses)),
  )
  return inOrder([...fromEvents, ...fromText]).slice(0, MAX_ENTRIES)
}

const isDenied = (denial: Denial): boolean => denial.kind === 'aws-access-denied'

/** By time; an entry without one stays behind the entry it follows in the input. */
function inOrder(entries: readonly TimelineEntry[]): TimelineEntry[] {
  let last = ''
  const keyed = entries.map((entry, index) => {
    last = entry.time ?? last
    return { entry, key: last, index }
  })
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index))
  return keyed.map(({ entry }) => entry)
}

function eventEntry(
  event: CallEvent,
  occurrences: readonly Occurrence[],
  diagnoses: readonly Diagnosis[],
): TimelineEntry | undefined {
  if (event.outcome === 'denied') return refusal(event, occurrences, diagnoses)
  if (event.outcome === 'failed') return undefined
  const base = { time: event.time, eventId: event.eventId }
  if (event.assumeRole !== undefined) {
    const { roleArn, sessionName } = event.assumeRole
    const what = `${event.eventName} of \`${roleArn ?? 'a role'}\` succeeds${sessionName === null ? '' : `, session \`${sessionName}\``}`
    return { ...base, what, outcome: 'allowed', why: 'Authentication and trust work; what fails is a later step.' }
  }
  if (event.isPolicyWrite)
    return {
      ...base,
      what: `${actionText(event)} by \`${event.principal ?? 'somebody'}\``,
      outcome: 'changed',
      why: 'What was in force changes here; what was refused before may be allowed after, and the reverse.',
    }
  const index = occurrences.findIndex(({ denial }) => isReplay(event, denial))
  if (index < 0) return undefined
  return {
    ...base,
    what: `${actionText(event)} succeeds`,
    outcome: 'allowed',
    diagnosis: index,
    why: 'The request that was refused is seen succeeding, by the same principal.',
  }
}

const isReplay = (event: CallEvent, denial: Denial): boolean =>
  event.principal === denial.principal &&
  event.requests.some(({ action, resource }) => action === denial.action && resource === denial.resource)

function actionText(event: CallEvent): string {
  const [first] = event.requests
  if (first === undefined) return `${event.eventSource.split('.')[0] ?? ''}:${event.eventName}`
  return first.resource === null ? first.action : `${first.action} on \`${first.resource}\``
}

function refusal(
  event: CallEvent,
  occurrences: readonly Occurrence[],
  diagnoses: readonly Diagnosis[],
): TimelineEntry | undefined {
  for (const [index, { all }] of occurrences.entries()) {
    const denial = all.find((denial) =>
      event.eventId === null ? sameCall(denial, event) : denial.eventId === event.eventId,
    )
    if (denial !== undefined)
      return { ...denialEntry(denial, index, diagnoses), time: event.time, eventId: event.eventId }
  }
  return undefined
}

const sameCall = (denial: Denial, event: CallEvent): boolean =>
  denial.evidence.span === null &&
  denial.principal === event.principal &&
  denial.operation === event.eventName &&
  (denial.action === null ||
    event.requests.some(({ action, resource }) => action === denial.action && resource === denial.resource))

function denialEntry(denial: Denial, index: number, diagnoses: readonly Diagnosis[]): TimelineEntry {
  const what = `${denial.action ?? denial.operation ?? 'a request'} on ${denial.resource === null ? 'a resource that is not named' : `\`${denial.resource}\``} is refused`
  return {
    time: denial.time,
    eventId: denial.eventId,
    what,
    outcome: 'denied',
    diagnosis: index,
    why: whyRefused(denial, index, diagnoses),
  }
}

function whyRefused(denial: Denial, index: number, diagnoses: readonly Diagnosis[]): string {
  const outer = diagnoses.find(
    (diagnosis, i) =>
      i !== index &&
      diagnosis.steps.some(
        (step) =>
          step.relation === 'next' &&
          step.request.action === denial.action &&
          (denial.resource === null || step.request.resource === denial.resource) &&
          step.request.principal === denial.principal,
      ),
  )
  if (outer !== undefined)
    return `The next authorization of the same call: mending ${outer.denial.action ?? 'the first'} alone would have ended here.`
  const { layer, denyType } = denial.reported
  if (layer === null) return 'AWS named no policy layer: take the exact principal, action and resource from here.'
  return `AWS names the ${layerName(layer)}${denyType === 'explicit' ? ', an explicit deny' : ''}; other layers may refuse as well.`
}
