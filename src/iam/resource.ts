import { splitArn } from './arn.ts'
import {
  asGlobPart,
  hasWildcard,
  maskIn,
  patternText,
  plainText,
  splitTemplate,
  wholeGlob,
  wideText,
  withoutVariablesInHead,
} from './arn-template.ts'
import { DEFAULT_READINGS, type Readings } from './readings.ts'
import { compileParts, type Glob, type GlobPart, globMatches, globsMeet } from './glob.ts'
import type { Lookup } from './key-state.ts'
import { accountFits, ANY_ID, ID_PATTERN, isMasked, withAccount } from './masked-account.ts'
import { isSameAccount } from './same-account.ts'
import { and, type Truth } from './truth.ts'
import { fill, readTemplate, type Template, type TemplatePart } from './variables.ts'
import { isStars, wildcardInsideType, withoutRuns } from './wildcards.ts'

/** Where a policy stands: short ARNs are read differently in each (R-RES-05), and only some have a Principal (R-GRAM-09). */
export type PolicyPlace = 'identity' | 'boundary' | 'session' | 'resource' | 'trust' | 'vpce' | 'scp' | 'rcp'

/**
 * Compiled element of `Resource` or `NotResource`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export type ResourcePattern =
  | { readonly kind: 'any'; readonly source: string }
  | { readonly kind: 'never'; readonly source: string }
  | {
      readonly kind: 'arn'
      readonly source: string
      /** The first five segments: a wildcard stays within its segment (R-RES-01, R-RES-03). */
      readonly head: readonly Glob[]
      /** The first five segments with their colons as one text, when none has a wildcard: the common case. */
      readonly plainHead: string | undefined
      /** All of it as one pattern, when the rest holds neither a variable nor `?`. */
      readonly whole: Glob | undefined
      readonly rest: Template
      /** Compiled `rest`, when it holds no variable. */
      readonly restGlob: Glob | undefined
      /** A wildcard stands inside the word of the type, or a variable before it: what it covers, no page settles (R-RES-11). */
      readonly unsettled?: true
      /** The account, where it is a mask: it may be any (R-UNK-05). */
      readonly masked: string | undefined
      /** `rest` is what follows the id of an API (R-RES-06). */
      readonly ofApi?: true
      /** How the ARN is compared where not by its segments with case (docs/disputed.md). */
      readonly compared?: 'as-text' | 'head-without-case'
    }

/** The resource of a request: an ARN in its segments, `*` for an action that has none (R-REQ-03), or not known (R-REQ-05). */
export type RequestResource =
  | { readonly kind: 'none' }
  | UnknownResource
  | {
      readonly kind: 'arn'
      readonly arn: string
      readonly segments: readonly string[]
      readonly open?: OpenArn
      /** Its account is a mask. */
      readonly masked: boolean
    }
  | { readonly kind: 'text'; readonly text: string }

export interface UnknownResource {
  readonly kind: 'unknown'
  /** Where `*` stands for it: it is of one of the action's types, in the caller's account or in that which the request names. */
  readonly open?: OpenArn
  readonly account?: string | undefined
}

/** ARN that is not known in full, but that one of these patterns matches (ADR 0042). */
export interface OpenArn {
  readonly patterns: readonly string[]
  /** ARNs that it may be: with nothing, something, much, and a path where a wildcard stands. */
  readonly examples: readonly RequestResource[]
}

/** `*`: the action has no resource. */
export const NO_RESOURCE: RequestResource = { kind: 'none' }

export function readRequestResource(text: string): RequestResource {
  if (text === '*') return NO_RESOURCE
  const parts = splitArn(text)
  if (parts === undefined || parts[0] !== 'arn') return { kind: 'text', text }
  return { kind: 'arn', arn: text, segments: parts, masked: isMasked(parts[4]) }
}

export function readResourcePattern(
  source: string,
  version: string,
  place: PolicyPlace,
  readings: Readings = DEFAULT_READINGS,
): ResourcePattern {
  if (isStars(source)) return { kind: 'any', source }
  const ofApi = place === 'resource' && source.startsWith(API_RELATIVE)
  const written = ofApi ? `arn:*:execute-api:*:*:${source.slice(API_RELATIVE.length)}` : source
  const template = withoutRuns(readTemplate(written, version, readings))
  if (template.malformed) return { kind: 'never', source }
  if (!ofApi && readings['arn-patterns'] === 'as-text') return textPattern(source, template)
  const segments = splitTemplate(template)
  if (readings['wildcard-in-arn-service'] === 'never' && hasWildcard(segments[2])) return { kind: 'never', source }
  const expanded = segments.length < 6 ? expandShort(segments, place, readings) : segments
  if (expanded === undefined) return { kind: 'never', source }
  const full = withoutVariablesInHead(expanded)
  const insideType = !ofApi && readings['wildcard-in-resource-type'] !== 'matches' && wildcardInsideType(full)
  if (insideType && readings['wildcard-in-resource-type'] === 'never') return { kind: 'never', source }
  const unsettled = insideType || full !== expanded
  return arnPattern(source, full, { ofApi, unsettled, withoutCase: readings['case-of-arn-head'] === 'ignored' })
}

/** As an Allow reads its Resource: what no page settles, it does not give (R-RES-11). */
export const asGiven = (pattern: ResourcePattern): ResourcePattern =>
  pattern.kind === 'arn' && pattern.unsettled === true ? { kind: 'never', source: pattern.source } : pattern

function arnPattern(
  source: string,
  full: readonly TemplatePart[][],
  { ofApi, unsettled, withoutCase }: Readonly<Record<'ofApi' | 'unsettled' | 'withoutCase', boolean>>,
): ResourcePattern {
  const rest = full[5] ?? []
  const constant = rest.every((part) => part.kind !== 'variable')
  const fold = (part: GlobPart): GlobPart => (withoutCase ? { ...part, text: part.text.toLowerCase() } : part)
  const head = full.slice(0, 5).map((segment) => compileParts(segment.map(asGlobPart).map(fold)))
  const plainHead = withoutCase ? undefined : plainText(head)
  const restGlob = constant ? compileParts(rest.map(asGlobPart)) : undefined
  const masked = maskIn(full)
  return {
    kind: 'arn',
    source,
    head,
    plainHead,
    whole: unsettled || masked !== undefined ? undefined : wholeGlob(plainHead, restGlob),
    rest: { source, parts: rest, constant, malformed: false },
    restGlob,
    masked,
    ...(unsettled ? { unsettled } : {}),
    ...(ofApi ? { ofApi } : {}),
    ...(withoutCase ? { compared: 'head-without-case' } : {}),
  }
}

/**
 * How a policy of an API may name what is in it: `execute-api:/stage/METHOD/path`. API Gateway puts the API's own ARN in
 * front when it saves the policy; a file may hold it as it was written (R-RES-06).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
const API_RELATIVE = 'execute-api:/'

const afterApiId = (rest: string): string => rest.slice(rest.indexOf('/') + 1)

/** A pattern as one text, whose wildcards run over colons. */
function textPattern(source: string, template: Template): ResourcePattern {
  const masked = maskIn(splitTemplate(template))
  return {
    kind: 'arn',
    source,
    head: [],
    plainHead: undefined,
    whole: undefined,
    rest: template,
    restGlob: template.constant ? compileParts(template.parts.map(asGlobPart)) : undefined,
    masked,
    compared: 'as-text',
  }
}

/** Where a short ARN stands for a longer one only if a `*` is in it. */
const EXPAND_BY_STAR: ReadonlySet<PolicyPlace> = new Set(['resource', 'trust', 'vpce'])

/** R-RES-05: what a policy ARN of fewer than six segments stands for, by kind of policy; undefined: it matches nothing. */
function expandShort(
  segments: readonly TemplatePart[][],
  place: PolicyPlace,
  readings: Readings,
): TemplatePart[][] | undefined {
  if (readings['short-arns'] === 'never') return undefined
  const hasStar = (segment: readonly TemplatePart[] | undefined) =>
    segment?.some((part) => part.kind === 'pattern' && part.text.includes('*')) ?? false
  const last = segments.at(-1)
  const tail = last?.at(-1)
  const endsInStar = tail?.kind === 'pattern' && tail.text.endsWith('*')
  if (place === 'rcp' || (place === 'scp' && !endsInStar)) return undefined
  if (EXPAND_BY_STAR.has(place) && !segments.some(hasStar)) return undefined
  const missing = Array.from({ length: 6 - segments.length }, (): TemplatePart[] => [{ kind: 'pattern', text: '*' }])
  return [...segments, ...missing]
}

/**
 * Whether the element covers the request's resource. `*` as a request resource means "no resource": only the literal `*`
 * covers it (R-REQ-04, R-RES-04), and for `s3:ListAllMyBuckets` also `arn:P:s3:::*`.
 */
export function resourceMatches(
  pattern: ResourcePattern,
  resource: RequestResource,
  lookup: Lookup,
  listsAllBuckets = false,
): Truth {
  if (pattern.kind === 'any') return true
  if (pattern.kind === 'never') return false
  switch (resource.kind) {
    case 'unknown':
      return 'unknown'
    case 'none':
      return listsAllBuckets && coversAllBuckets(pattern.source)
    case 'text':
      return false
    case 'arn':
      if (pattern.masked !== undefined || resource.masked)
        return settled(pattern, maskedMatches(pattern, resource, lookup))
      if (pattern.whole !== undefined) return globMatches(pattern.whole, resource.arn)
      if (pattern.compared === 'as-text') return restMatches(pattern, resource.arn, lookup)
      return settled(pattern, headMatches(pattern, resource) && restMatches(pattern, restOf(pattern, resource), lookup))
  }
}

const settled = ({ unsettled }: ArnPattern, covers: Truth): Truth =>
  unsettled === true && covers === true ? 'unknown' : covers

function coversAllBuckets(source: string): boolean {
  const parts = splitArn(source)
  return parts !== undefined && parts[2] === 's3' && parts[3] === '' && parts[4] === '' && isStars(parts[5])
}

type ArnPattern = Extract<ResourcePattern, { kind: 'arn' }>

function headMatches(pattern: ArnPattern, { arn, segments }: Extract<RequestResource, { kind: 'arn' }>): boolean {
  if (pattern.plainHead !== undefined) return arn.startsWith(pattern.plainHead)
  return headFits(pattern, segments, 5)
}

function headFits(pattern: ArnPattern, segments: readonly string[], count: 4 | 5): boolean {
  for (let i = 0; i < count; i++) {
    const glob = pattern.head[i]
    const asked = segments[i] ?? ''
    const text = pattern.compared === undefined ? asked : asked.toLowerCase()
    if (glob === undefined || !globMatches(glob, text)) return false
  }
  return true
}

/** Where one of the two accounts is masked (R-UNK-05). */
function maskedMatches(
  pattern: ArnPattern,
  resource: Extract<RequestResource, { kind: 'arn' }>,
  lookup: Lookup,
): Truth {
  const account = resource.segments[4] ?? ''
  if (pattern.compared === 'as-text') return textMatches(pattern, resource.arn, account, lookup)
  if (!headFits(pattern, resource.segments, 4)) return false
  return and(
    restMatches(pattern, restOf(pattern, resource), lookup),
    accountFits(pattern.head[4], pattern.masked, account),
  )
}

function textMatches(pattern: ArnPattern, arn: string, account: string, lookup: Lookup): Truth {
  const { masked } = pattern
  if (masked === undefined && restMatches(pattern, withAccount(arn, ANY_ID), lookup) === true) return true
  if (masked !== undefined && isSameAccount(masked, account) === true) return restMatches(pattern, arn, lookup)
  const filled = fill(pattern.rest, lookup)
  if (filled === 'absent') return false // R-VAR-05
  const text = filled === 'unknown' ? wideText(pattern.rest) : patternText(filled)
  const wide = masked === undefined ? text : withAccount(text, ID_PATTERN)
  return globsMeet(wide, isMasked(account) ? withAccount(arn, ID_PATTERN) : arn) ? 'unknown' : false
}

const restOf = ({ ofApi }: ArnPattern, { segments }: Extract<RequestResource, { kind: 'arn' }>): string =>
  ofApi === true ? afterApiId(segments[5] ?? '') : (segments[5] ?? '')

function restMatches(pattern: ArnPattern, rest: string, lookup: Lookup): Truth {
  if (pattern.restGlob !== undefined) return globMatches(pattern.restGlob, rest)
  const filled = fill(pattern.rest, lookup)
  if (filled === 'absent') return false // R-VAR-05
  return filled === 'unknown' ? couldMatch(pattern.rest, rest) : globMatches(compileParts(filled), rest)
}

/** With a variable whose value is not known: false only if no value at all could make it match. */
function couldMatch(rest: Template, text: string): Truth {
  const widest = rest.parts.map((part) => (part.kind === 'variable' ? { text: '*', literal: false } : asGlobPart(part)))
  return globMatches(compileParts(widest), text) ? 'unknown' : false
}
