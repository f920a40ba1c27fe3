import type { CallEvent } from '#intake/cloudtrail/call-event.ts'
import type { Denial } from '#intake/denial.ts'

/** IAM and the resource services need up to this long until a change is seen everywhere. */
const WINDOW_MILLISECONDS = 120_000

/**
 * Marks a denial that follows a policy write on its principal, role or resource within two minutes: the old policy may
 * still have been in force (docs/json.md, "Denial").
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function withConsistencyNote(denial: Denial, events: readonly CallEvent[]): Denial {
  if (denial.time === null || denial.kind !== 'aws-access-denied') return denial
  const denied = Date.parse(denial.time)
  const write = events.find((event) => {
    if (event.time === null || !event.isPolicyWrite || event.outcome !== 'allowed') return false
    const gap = denied - Date.parse(event.time)
    return gap >= 0 && gap <= WINDOW_MILLISECONDS && touches(event, denial)
  })
  if (write === undefined) return denial
  const seconds = Math.round((denied - Date.parse(write.time ?? '')) / 1000)
  const text = `${write.eventName} on the same principal or resource ${seconds} s before the denial: the change may not have been in force yet. Replay before editing anything.`
  return { ...denial, notes: [...denial.notes, { code: 'eventual-consistency', text }] }
}

/** Whether the write is on the denied role or user, or on the denied resource or the bucket it lies in. */
function touches(event: CallEvent, denial: Denial): boolean {
  const role = denial.roleArn ?? denial.principal
  const name = role?.split('/').at(-1)?.toLowerCase()
  const kind = role === null ? undefined : typeOf(role)
  return event.requests.some(({ resource }) => {
    if (resource === null) return false
    if (resource === role || resource === denial.resource) return true
    if (denial.resource !== null && denial.resource.startsWith(`${resource}/`)) return true
    const isIam =
      resource.includes(':iam::') && (denial.accountId === null || resource.includes(`:${denial.accountId}:`))
    return (
      isIam && name !== undefined && typeOf(resource) === kind && resource.split('/').at(-1)?.toLowerCase() === name
    )
  })
}

/** `role`, `user`: a role and a user may have the same name. */
const typeOf = (arn: string): string | undefined => arn.split(':')[5]?.split('/')[0]
