import type { FailedElement } from '#engine/decision.ts'
import { parseArn } from '#iam/arn.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { isMasked, isMaskedInPolicy } from '#iam/masked-account.ts'

/** The first part in which the resource of a request differs from what a statement names, with both values. */
export interface Difference {
  readonly part:
    | 'service'
    | 'partition'
    | 'Region'
    | 'account'
    | 'bucket'
    | 'objects'
    | 'bucket-itself'
    | 'key-prefix'
    | 'type'
    | 'name'
    | 'below'
    | 'qualifier'
    | 'suffix'
    | 'case'
    | 'all'
  readonly allowed: string
  readonly requested: string
}

/** Longer texts are not compared part by part. */
const MAX_LENGTH = 2048

/** Compares each pattern with the resource and returns the difference of the one that comes nearest. */
export function firstDifference(patterns: readonly string[], resource: string): Difference | undefined {
  let nearest: Difference | undefined
  let furthest = -1
  for (const pattern of patterns) {
    const found = compare(pattern, resource)
    if (found.agreement <= furthest) continue
    furthest = found.agreement
    nearest = found.difference
  }
  return nearest
}

/** Whether a statement names a bucket where the request is for an object in it. */
export const isBucketForObject = ({ element, expected, actual }: FailedElement): boolean =>
  element === 'Resource' &&
  typeof actual === 'string' &&
  firstDifference(
    [expected].flat().filter((pattern): pattern is string => typeof pattern === 'string'),
    actual,
  )?.part === 'objects'

interface Compared {
  readonly difference: Difference
  /** How far the two agree. */
  readonly agreement: number
}

const compared = (part: Difference['part'], allowed: string, requested: string, agreement: number): Compared => ({
  difference: { part, allowed, requested },
  agreement,
})

const HEAD = [
  ['partition', 'partition'],
  ['service', 'service'],
  ['region', 'Region'],
  ['account', 'account'],
] as const

function compare(pattern: string, resource: string): Compared {
  const [allowed, requested] = [parseArn(pattern), parseArn(resource)]
  if (allowed === undefined || requested === undefined || pattern.length + resource.length > MAX_LENGTH)
    return compared('all', pattern, resource, 0)
  // A resource that agrees makes a pattern nearer than its Region or account does.
  const same = covers(allowed.resource, requested.resource) ? 4 : 0
  let agreement = 0
  for (const [part, name] of HEAD) {
    if (!covers(allowed[part], requested[part]) && !isHidden(part, allowed[part], requested[part])) {
      // One ARN without a Region or account, the other with it: a bucket and an access point, not two Regions.
      if (isNobodys(part, allowed[part]) !== isNobodys(part, requested[part]))
        return compared('all', pattern, resource, agreement)
      return compared(name, allowed[part], requested[part], agreement + same)
    }
    agreement += 1
  }
  const found =
    requested.service === 's3' && requested.region === '' && requested.account === ''
      ? inBucket(allowed.resource, requested.resource)
      : inName(allowed.resource, requested.resource, requested.service)
  if (found === undefined) return compared('all', pattern, resource, agreement)
  return { ...found, agreement: found.agreement + agreement }
}

/** Whether a part names no Region, or no account of a customer: `aws` is in ARNs of what AWS owns, such as a transform. */
const isNobodys = (part: (typeof HEAD)[number][0], text: string): boolean =>
  text === '' || (part === 'account' && text === 'aws')

/** Whether a Region or account is masked on one side: then nobody knows that it differs. */
function isHidden(part: (typeof HEAD)[number][0], allowed: string, requested: string): boolean {
  if (part === 'account') return isMaskedInPolicy(allowed, true) || isMasked(requested)
  return part === 'region' && [allowed, requested].some((text) => /[A-Z<>[\]{}_]/.test(text))
}

const covers = (pattern: string, value: string): boolean => globMatches(compileGlob(pattern), value)

const afterFirst = (text: string, sign: string): string | undefined => {
  const at = text.indexOf(sign)
  return at < 0 ? undefined : text.slice(at + 1)
}
const upTo = (text: string, sign: string): string => text.split(sign, 1)[0] ?? text

/** Buckets and their objects. */
function inBucket(pattern: string, resource: string): Compared | undefined {
  const [allowed, requested] = [upTo(pattern, '/'), upTo(resource, '/')]
  const [allowedKey, requestedKey] = [afterFirst(pattern, '/'), afterFirst(resource, '/')]
  if (!covers(allowed, requested)) {
    const isCase = covers(allowed.toLowerCase(), requested.toLowerCase())
    return compared(isCase ? 'case' : 'bucket', allowed, requested, commonLength(allowed, requested) / MAX_LENGTH)
  }
  if (requestedKey === undefined)
    return allowedKey === undefined ? undefined : compared('bucket-itself', pattern, resource, 2)
  if (allowedKey === undefined) return compared('objects', pattern, requested, 2)
  const found = inSegments(allowedKey, requestedKey)
  if (found === undefined) return undefined
  return {
    ...found,
    difference: { ...found.difference, part: found.isCase ? 'case' : 'key-prefix' },
    agreement: 2 + found.agreement,
  }
}

/** Six characters, which Secrets Manager adds. */
const SUFFIX_LENGTH = 7

/** The types whose resources have versions, aliases or streams behind a colon. */
function inName(pattern: string, resource: string, service: string): Compared | undefined {
  if (service === 'secretsmanager' && !pattern.includes('*') && resource.length === pattern.length + SUFFIX_LENGTH)
    if (resource.startsWith(`${pattern}-`)) return compared('suffix', lastName(pattern), lastName(resource), 3)
  const found = inSegments(pattern, resource)
  if (found === undefined) return undefined
  const { isCase, at } = found
  const part = isCase
    ? 'case'
    : found.difference.part === 'name' && at === 0 && /[/:]/.test(pattern) && /[/:]/.test(resource)
      ? 'type'
      : found.difference.part
  if (part === 'type') return compared('type', pattern, resource, 0)
  return { difference: { ...found.difference, part }, agreement: found.agreement }
}

const lastName = (resource: string): string => afterFirst(resource, ':') ?? resource

interface InSegments extends Compared {
  /** Index of the segment. */
  readonly at: number
  readonly isCase: boolean
}

/** A resource cut at `/` and `:`; each segment keeps the separator before it. */
const segmentsOf = (text: string): readonly string[] => text.split(/(?=[/:])/)

/** The first segment that differs; a star may stand for several, so from one on all that is left is compared. */
function inSegments(pattern: string, resource: string): InSegments | undefined {
  const [allowed, requested] = [segmentsOf(pattern), segmentsOf(resource)]
  let at = 0
  while (at < allowed.length && at < requested.length) {
    const segment = allowed[at] ?? ''
    if (segment.includes('*') || !covers(segment, requested[at] ?? '')) break
    at++
  }
  const rest = allowed.slice(at).join('')
  if (rest !== '' && covers(rest, requested.slice(at).join(''))) return undefined
  const isCase = covers(pattern.toLowerCase(), resource.toLowerCase())
  if (at === allowed.length) return beyond(allowed, requested, at)
  // A star or a separator alone says nothing: it is shown with the name before it.
  const isBare = /^[/:]?[*?]*$/.test(rest) || /^[/:]$/.test(allowed[at] ?? '')
  const from = at > 0 && (at === requested.length || isBare) ? at - 1 : at
  const agreement = (at + commonLength(rest, requested.slice(at).join('')) / MAX_LENGTH) / MAX_LENGTH
  const shown = isCase || (rest.includes('*') && covers(prefixOf(rest), requested[at] ?? ''))
  return {
    at,
    isCase,
    difference: {
      part: 'name',
      allowed: bare(allowed.slice(from).join('')),
      requested: bare(shown || from < at ? requested.slice(from).join('') : shortened(requested, from)),
    },
    agreement,
  }
}

/** The pattern up to its first star, as a prefix of a segment. */
const prefixOf = (rest: string): string => `${upTo(rest, '*')}*`

/** The pattern is at its end, and the resource goes on: an index of a table, a version of a function. */
function beyond(allowed: readonly string[], requested: readonly string[], at: number): InSegments | undefined {
  if (at >= requested.length) return undefined
  const part = requested[at]?.startsWith(':') === true ? 'qualifier' : 'below'
  const from = at - 1
  return {
    at,
    isCase: false,
    difference: { part, allowed: bare(allowed[from] ?? ''), requested: bare(requested.slice(from).join('')) },
    agreement: at / MAX_LENGTH + 1,
  }
}

/** Without the separator before it. */
const bare = (text: string): string => text.replace(/^[/:](?=.)/, '')

/** The segment, and that more follow; a qualifier is short enough to be shown. */
function shortened(segments: readonly string[], at: number): string {
  const more = segments.slice(at + 1).join('')
  const isQualifier = /^:[\w$-]{1,20}$/.test(more)
  return `${segments[at] ?? ''}${isQualifier ? more : more === '' ? '' : `${more.charAt(0)}…`}`
}

function commonLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}
