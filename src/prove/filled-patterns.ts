import type { PreparedScenario } from '#engine/read-request.ts'
import { compileParts, type GlobPart } from '#iam/glob.ts'
import type { Lookup } from '#iam/key-state.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { fill, type TemplatePart, variablesOf } from '#iam/variables.ts'
import { hasVariables } from '#space/resource-classes.ts'
import type { Entry } from './document-set.ts'
import { caseOf, requestFor } from './in-force-case.ts'

/**
 * Resource patterns with what follows from the caller in the place of variables, so that resources are told apart by the texts
 * that count: one text stands for all that a variable might be filled with, and the caller's own value is seldom that one.
 * A variable whose value does not follow stays.
 */
export class FilledPatterns {
  private readonly patterns: readonly ResourcePattern[]
  /** By number, what the other side makes of a pattern where it knows the caller otherwise. */
  private readonly beside = new Map<number, ResourcePattern>()

  /** For what `side` allows and the other refuses. */
  constructor(patterns: readonly ResourcePattern[], sides: readonly [PreparedScenario, PreparedScenario], side: 0 | 1) {
    const other = sides[(1 - side) as 0 | 1]
    this.patterns = patterns.some(hasVariables) ? this.filled(patterns, sides[side], other) : patterns
  }

  /** Resource patterns by their numbers, in order, then what the other side makes of them. */
  of(numbers: readonly number[]): readonly ResourcePattern[] {
    const listed = numbers.map((i) => this.patterns[i] ?? NEVER)
    return this.beside.size === 0 ? listed : [...listed, ...numbers.flatMap((i) => this.beside.get(i) ?? [])]
  }

  private filled(
    patterns: readonly ResourcePattern[],
    own: PreparedScenario,
    other: PreparedScenario,
  ): readonly ResourcePattern[] {
    const [here, there] = [callerLookup(own), callerLookup(other)]
    return patterns.map((pattern, i) => {
      if (!hasVariables(pattern)) return pattern
      const [mine, others] = [filledIn(pattern, here), filledIn(pattern, there)]
      if (textOf(mine) !== textOf(others)) this.beside.set(i, others)
      return mine
    })
  }
}

const NEVER: ResourcePattern = { kind: 'never', source: '' }

function callerLookup(prepared: PreparedScenario): Lookup {
  const actionOnResource = { action: 's3:GetObject', resource: null, owner: undefined }
  return caseOf(prepared, requestFor(prepared, actionOnResource), false).question.lookup
}

/**
 * Variables of statements' resources, in lower case, whose value follows from what is asked of whom rather than from the caller: the
 * resource that is looked at has one value, and others that it stands for have other ones.
 */
export function heldOpen(entries: readonly Entry[], lookup: Lookup): readonly string[] {
  const found: string[] = []
  for (const { statement } of entries)
    for (const pattern of statement.resources ?? []) {
      if (pattern.kind !== 'arn' || !hasVariables(pattern)) continue
      for (const key of variablesOf(pattern.rest)) {
        const { state } = lookup(key)
        if (!isOfCaller(key) && (state === 'values' || state === 'absent')) found.push(key.toLowerCase())
      }
    }
  return found
}

/**
 * Whether a condition key follows from the caller alone, whatever the action and resource: it has one value in a whole
 * comparison.
 */
const isOfCaller = (key: string): boolean => {
  const folded = key.toLowerCase()
  return OF_CALLER.has(folded) || folded.startsWith('aws:principaltag/')
}

const OF_CALLER: ReadonlySet<string> = new Set([
  'aws:username',
  'aws:userid',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principaltype',
  'aws:principalorgid',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'kms:calleraccount',
])

function filledIn(pattern: ResourcePattern, lookup: Lookup): ResourcePattern {
  if (pattern.kind !== 'arn') return pattern
  const parts: TemplatePart[] = []
  for (const part of pattern.rest.parts) {
    const filled = partFilled(part, lookup)
    if (filled === undefined) return { kind: 'never', source: pattern.source } // R-VAR-05
    parts.push(filled)
  }
  const texts: GlobPart[] = []
  for (const part of parts)
    if (part.kind !== 'variable') texts.push({ text: part.text, literal: part.kind === 'literal' })
  const constant = texts.length === parts.length
  const source = parts.map((part) => (part.kind === 'variable' ? `\${${part.key}}` : part.text)).join('')
  const rest = { source, parts, constant, malformed: false }
  return { ...pattern, rest, restGlob: constant ? compileParts(texts) : undefined }
}

/** Undefined: it has no value, so that the pattern holds nothing. */
function partFilled(part: TemplatePart, lookup: Lookup): TemplatePart | undefined {
  if (part.kind !== 'variable' || !isOfCaller(part.key)) return part
  const filled = fill({ source: '', parts: [part], constant: false, malformed: false }, lookup)
  if (filled === 'unknown') return part
  const [globPart] = filled === 'absent' ? [] : filled
  return globPart === undefined ? undefined : { kind: globPart.literal ? 'literal' : 'pattern', text: globPart.text }
}

const textOf = (pattern: ResourcePattern): string => JSON.stringify(pattern.kind === 'arn' ? pattern.rest.parts : null)
