import type { Denial } from '../denial.ts'

/** A name of which somebody masked the end: `Z0098938DV62xxxxxxxx`, `i-0abc12****`. Four characters at least are left to find it by. */
const MASKED_END = /(?<head>[A-Za-z0-9-]{4,60}?)(?:x{4,}|X{4,}|[*#]{3,})$/

/** How much of a text is searched for the name. */
const REACH = 20_000

/**
 * Returns the denial with the complete id of its resource, where the message masks the end of it and the same text has it elsewhere.
 * Two ids that begin so leave it masked.
 */
export function withWholeId(denial: Denial, text: string): Denial {
  const masked = MASKED_END.exec(denial.resource ?? '')
  const { head = '' } = masked?.groups ?? {}
  if (masked === null || denial.resource === null || !/\d/.test(head)) return denial
  const found = new Set<string>()
  const searched = text.slice(0, REACH)
  for (let at = searched.indexOf(head); at >= 0; at = searched.indexOf(head, at + head.length)) {
    const id = /^[A-Za-z0-9-]{4,100}(?![*#\w])/.exec(searched.slice(at, at + 101))?.[0] ?? ''
    const isStart = at === 0 || !/[\w-]/.test(searched[at - 1] ?? '')
    if (isStart && id.length > head.length && !MASKED_END.test(id)) found.add(id)
  }
  const [only, ...others] = found
  if (only === undefined || others.length > 0) return denial
  const resource = `${denial.resource.slice(0, masked.index)}${only}`
  return {
    ...denial,
    resource,
    resourceText: denial.resourceText ?? denial.resource,
    evidence: { ...denial.evidence, resourceFrom: 'derived' },
  }
}
