import { actionMatches, readActionPattern } from '#iam/action.ts'
import { actionsOf } from '#iam/facts/actions.ts'
import { globsMeet } from '#iam/glob.ts'

/** More elements than this nobody reads. */
const MAX_ELEMENTS = 120

/**
 * `NotAction` for "what these elements list, but for one action", on a resource of that action's service: the action, and
 * what the service has besides the elements. Names that the reference does not have stay refused where the elements refuse
 * them. Undefined: the reference does not have the service, or it takes too many.
 */
export function notListed(elements: readonly string[], spared: string): readonly string[] | undefined {
  if (elements.some((element) => readActionPattern(element).kind === 'any')) return [spared]
  const { service, names, listed } = namesBy(elements, spared)
  if (names.length === 0) return undefined
  const globs = elements
    .map((element) => element.toLowerCase())
    .filter((action) => action.startsWith(`${service}:`))
    .map((action) => action.slice(service.length + 1))
  const others = covering(
    names.filter((name) => !listed.has(name)),
    globs,
  )
  return fitting([spared, ...others.map((name) => `${service}:${name}`)])
}

/** `Action` for the same, of the actions that the reference has: elements of other services stay as they are. */
export function othersListed(elements: readonly string[], spared: string): readonly string[] | undefined {
  if (elements.some((element) => readActionPattern(element).kind === 'any')) return undefined
  const { service, own, names, listed } = namesBy(elements, spared)
  if (names.length === 0) return undefined
  const rest = covering(
    names.filter((name) => listed.has(name) && name.toLowerCase() !== own),
    [own, ...names.filter((name) => !listed.has(name)).map((name) => name.toLowerCase())],
  )
  const elsewhere = elements.filter((element) => !element.toLowerCase().startsWith(`${service}:`))
  return fitting([...elsewhere, ...rest.map((name) => `${service}:${name}`)])
}

function namesBy(elements: readonly string[], spared: string) {
  const service = spared.slice(0, spared.indexOf(':')).toLowerCase()
  const own = spared.slice(service.length + 1).toLowerCase()
  const patterns = elements.map(readActionPattern)
  const names = actionsOf(service)
  const isListed = (name: string): boolean =>
    patterns.some((pattern) => actionMatches(pattern, { service, name: name.toLowerCase() }))
  return { service, own, names, listed: new Set(names.filter(isListed)) }
}

const fitting = (elements: readonly string[]): readonly string[] | undefined =>
  elements.length > MAX_ELEMENTS ? undefined : elements

/** Few patterns that hold all the names and share no text with what is to be avoided: `Get*`, `PutO*`, `Restore…`. */
function covering(names: readonly string[], avoided: readonly string[], prefix = ''): readonly string[] {
  const [first] = names
  if (first === undefined) return []
  if (names.length === 1) return [first]
  const shared = sharedPrefix(names, prefix.length)
  if (!avoided.some((glob) => globsMeet(`${shared.toLowerCase()}*`, glob))) return [`${shared}*`]
  const whole = names.filter((name) => name.length === shared.length)
  const branches = new Map<string, string[]>()
  for (const name of names) {
    if (name.length === shared.length) continue
    const letter = name.slice(0, shared.length + 1)
    const key = letter.toLowerCase()
    branches.set(key, [...(branches.get(key) ?? []), name])
  }
  return [...whole, ...[...branches].flatMap(([key, inner]) => covering(inner, avoided, key))]
}

/** As the first of them is spelled; names are compared without case (R-ACT-01). */
function sharedPrefix([first = '', ...rest]: readonly string[], known: number): string {
  let length = known
  const folded = rest.map((name) => name.toLowerCase())
  while (length < first.length && folded.every((name) => name.startsWith(first.slice(0, length + 1).toLowerCase())))
    length++
  return first.slice(0, length)
}
