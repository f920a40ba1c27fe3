import type { Policy } from '#engine/scenario.ts'
import { type EventFacts, eventFacts } from '#intake/cloudtrail/event-facts.ts'
import type { Denial } from '#intake/denial.ts'

/** The AssumeRole event that made the denied session, where the input holds it (R-CT-05). */
export function sessionEventOf(denial: Denial, records: readonly unknown[]): EventFacts | undefined {
  const own = denial.eventId === null ? undefined : factsOf(records).find((one) => one.eventId === denial.eventId)
  const makers = factsOf(records).filter((one) => one.assumeRole !== undefined && one.outcome === 'allowed')
  const byKey = makers.filter(
    (one) => own?.accessKeyId != null && one.assumeRole?.issuedAccessKeyId === own.accessKeyId,
  )
  return byKey.at(-1) ?? makers.filter((one) => one.assumeRole?.sessionArn === denial.principal).at(-1)
}

const factsOf = (records: readonly unknown[]): readonly EventFacts[] =>
  records.map(eventFacts).filter((one) => one !== undefined)

/**
 * The session policies the AssumeRole event shows; an event that is whole and shows none proves that there are none
 * (`null` in the scenario). Undefined: no such event, or its parameters are cut.
 */
export function sessionPoliciesFor(denial: Denial, records: readonly unknown[]): readonly Policy[] | undefined {
  const session = sessionEventOf(denial, records)?.assumeRole
  if (session === undefined || session.complete === false) return undefined
  const inline: Policy[] = session.policy === null ? [] : [{ name: 'inline session policy', document: session.policy }]
  return [...inline, ...session.policyArns.map((arn): Policy => ({ name: arn.slice(arn.lastIndexOf('/') + 1), arn }))]
}
