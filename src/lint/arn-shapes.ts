import { splitArn } from '#iam/arn.ts'
import { compileGlob, type Glob, globMatches } from '#iam/glob.ts'
import { resourceTypeFacts, resourceTypesOf } from '#iam/facts/resource-types.ts'

/** The form of one resource type's ARNs, AWS's placeholders read as wildcards. */
export interface ArnShape {
  readonly region: string
  readonly account: string
  readonly rest: string
  readonly glob: Glob
  /** `rest` up to its first placeholder. */
  readonly fixed: string
  readonly type: TypeWord | undefined
}

/** The resource-type word of an ARN and the separator behind it. */
export type TypeWord = readonly [word: string, separator: string]

const shapes = new Map<string, readonly ArnShape[]>()

/** The forms a service's own ARNs have; none for a service our data does not know. */
export function shapesOf(service: string): readonly ArnShape[] {
  const known = shapes.get(service)
  if (known !== undefined) return known
  const read = resourceTypesOf(service).flatMap((type) =>
    (resourceTypeFacts(service, type)?.arnPatterns ?? []).flatMap((pattern) => readShape(service, pattern)),
  )
  // Only services of our data are kept: what a policy writes must not fill the memory.
  if (read.length > 0) shapes.set(service, read)
  return read
}

function readShape(service: string, pattern: string): ArnShape[] {
  const parts = splitArn(withWildcards(pattern))
  if (parts === undefined || parts[2] !== service) return []
  const [, , , region, account, rest] = parts
  const fixed = fixedOf(rest)
  return [{ region, account, rest, glob: compileGlob(rest), fixed, type: typeWord(fixed) }]
}

function withWildcards(pattern: string): string {
  let text = ''
  let from = 0
  for (let open = pattern.indexOf('${'); open >= 0; open = pattern.indexOf('${', from)) {
    const close = pattern.indexOf('}', open)
    if (close < 0) break
    text += `${pattern.slice(from, open)}*`
    from = close + 1
  }
  return text + pattern.slice(from)
}

/** The text before the first wildcard or variable. */
export function fixedOf(text: string): string {
  const end = [text.indexOf('*'), text.indexOf('?'), text.indexOf('${')].filter((at) => at >= 0)
  return end.length === 0 ? text : text.slice(0, Math.min(...end))
}

/** The forms that something the ARN covers may have. Where the ARN has wildcards, rather too many than too few. */
export function shapesCovered(all: readonly ArnShape[], rest: string): readonly ArnShape[] {
  const fixed = fixedOf(rest)
  if (fixed === rest) return all.filter(({ glob }) => globMatches(glob, rest))
  return all.filter((shape) => shape.fixed.startsWith(fixed) || fixed.startsWith(shape.fixed))
}

/** Undefined where there is none. */
export function typeWord(rest: string): TypeWord | undefined {
  const at = rest.search(/[/:]/)
  return at < 1 ? undefined : [rest.slice(0, at), rest[at] ?? '']
}
