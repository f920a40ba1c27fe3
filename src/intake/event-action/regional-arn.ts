import type { EventResources } from './event-resources.ts'

/** `arn:P:service:R:A:rest`; undefined where Region or account are not known. */
export function regional(event: EventResources, service: string, rest: string): string | undefined {
  if (event.region === null || event.account === null) return undefined
  return `arn:${event.partition}:${service}:${event.region}:${event.account}:${rest}`
}

/** As `regional`; what is an ARN already stays. */
export const all = (event: EventResources, service: string, rests: readonly string[]): readonly string[] =>
  rests.flatMap((rest) => (rest.startsWith('arn:') ? [rest] : (regional(event, service, rest) ?? [])))
