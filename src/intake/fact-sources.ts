import type { Denial, FactSource } from './denial.ts'

/** The facts of a denial by name, without those that it does not have. */
export function factsOf(denial: Denial): ReadonlyMap<string, unknown> {
  const { principal, action, resource, resourceAccount, region, reported, context } = denial
  const { layer, denyType, policyArn } = reported
  const said = { 'reported.layer': layer, 'reported.denyType': denyType, 'reported.policyArn': policyArn }
  const named = { principal, action, resource, resourceAccount, region, ...said }
  return new Map([...Object.entries(named).filter(([, value]) => value !== null), ...Object.entries(context)])
}

/** The denial after a step that added facts from another source: each fact that differs is marked with that source (R-EVID-11). */
export function withSource(before: Denial | undefined, after: Denial, source: FactSource): Denial {
  if (before === after) return after
  const known = before === undefined ? new Map<string, unknown>() : factsOf(before)
  const changed = [...factsOf(after)].filter(([fact, value]) => !isSame(known.get(fact), value))
  if (changed.length === 0) return after
  const otherSources = {
    ...after.evidence.otherSources,
    ...Object.fromEntries(changed.map(([fact]) => [fact, source])),
  }
  return { ...after, evidence: { ...after.evidence, otherSources } }
}

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The source of a fact of the denial. */
export function sourceOfFact({ evidence }: Denial, fact: string): FactSource {
  const { reader, span, file, line, otherSources } = evidence
  const other = otherSources?.[fact]
  if (other !== undefined) return other
  const from = reader === 'authorization-details' ? 'authorization' : span === null ? 'event' : 'text'
  return { from, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
}

/** Marks denials with the input that they were read from; `lineAt` gives the line of an offset, if it is known. */
export const placedIn = (
  denials: readonly Denial[],
  file: string,
  lineAt: (offset: number) => number | undefined,
): readonly Denial[] =>
  denials.map((denial) => {
    const line = denial.evidence.span === null ? undefined : lineAt(denial.evidence.span[0])
    return { ...denial, evidence: { ...denial.evidence, file, ...(line === undefined ? {} : { line }) } }
  })

/** Lines up to which their beginnings are kept: an input may be of any length. */
const MOST_LINES = 200_000

/** Finds the line of an offset in a text that comes in parts. */
export class LineFinder {
  readonly #ends: number[] = []
  #length = 0

  push(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0 && this.#ends.length < MOST_LINES; at = text.indexOf('\n', at + 1))
      this.#ends.push(this.#length + at)
    this.#length += text.length
  }

  /** The line, from 1; undefined: it is behind the lines that are kept. */
  lineAt(offset: number): number | undefined {
    let [from, to] = [0, this.#ends.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#ends[middle] ?? 0) < offset) from = middle + 1
      else to = middle
    }
    return from < MOST_LINES ? from + 1 : undefined
  }
}
