import type { Sighting } from '#diagnose/aftermath.ts'
import { callEvent } from '#intake/cloudtrail/call-event.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import type { Denial } from '#intake/denial.ts'
import type { AllowedRow } from '#store/denial-store.ts'
import { isOneResource } from '#store/resource-family.ts'

/** How the calls of records went; what failed for another reason than authorization shows neither. */
export const sightingsOf = (records: readonly unknown[]): readonly Sighting[] =>
  records.flatMap((record) => {
    const event = callEvent(record)
    if (event === undefined || event.time === null || event.outcome === 'failed') return []
    if (event.outcome === 'denied') {
      const denial = readRecord(record)
      return denial === undefined ? [] : sightingOf(denial)
    }
    const { eventId, time, principal, roleArn, requests } = event
    return [{ eventId, time, outcome: 'allowed' as const, principal, roleArn, requests, layer: null, denyType: null }]
  })

export function sightingOf(denial: Denial): readonly Sighting[] {
  const { eventId, time, principal, roleArn, action, resource, candidates, reported } = denial
  if (time === null) return []
  const requests = action === null ? candidates : [{ action, resource }]
  const { layer, denyType } = reported
  return [{ eventId, time, outcome: 'denied', principal, roleArn, requests, layer, denyType }]
}

/** The last success of a tuple that the store keeps. Of a family of several resources it does not tell which was called. */
export const sightingsOfAllowed = (rows: readonly AllowedRow[]): readonly Sighting[] =>
  rows.flatMap(({ principalKey, action, resourceFamily, lastAllowed }) =>
    action === '' || principalKey === '' || !isOneResource(resourceFamily)
      ? []
      : [
          {
            eventId: null,
            time: lastAllowed,
            outcome: 'allowed' as const,
            principal: principalKey,
            roleArn: null,
            requests: [{ action, resource: resourceFamily }],
            layer: null,
            denyType: null,
          },
        ],
  )
