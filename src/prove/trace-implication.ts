import type { PolicyLayer } from '#iam/layers.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import type { Trace } from '#engine/requirement-tree.ts'
import type { Truth } from '#iam/truth.ts'
import { statementText } from '#space/statement-text.ts'

/**
 * Whether `trace` surely lets through no more than `other`: no layer of it denies less or allows more. Decisions are
 * monotone in what the layers find, so this settles requests on which both hang on the same unknown fact.
 */
export function impliesTrace(trace: Trace, other: Trace): boolean {
  if (trace === other) return true
  const bearing = LIMITS.some((layer) => isAbsent(layer, other))
    ? [trace, other].map((all) => all.filter(({ layer }) => !(LIMITS.includes(layer) && isAbsent(layer, other))))
    : [trace, other]
  const [here = [], there = []] = bearing
  return here.length === there.length && here.every((finding, i) => isWithin(finding, there[i]))
}

/** Layers that only take away: where there is none, everything gets through. */
const LIMITS: readonly PolicyLayer[] = [
  'service-control-policy',
  'resource-control-policy',
  'permissions-boundary',
  'session-policy',
]

const isAbsent = (layer: PolicyLayer, trace: Trace): boolean =>
  trace.every((finding) => finding.layer !== layer || !finding.applies)

function isWithin(a: LayerFinding, b: LayerFinding | undefined): boolean {
  if (b === undefined || a.layer !== b.layer || a.guard !== b.guard || a.applies !== b.applies) return false
  const same = (): boolean => saysSame(a.policies, b.policies)
  if (!isAtMost(a.allow, b.allow, same) || !isAtMost(b.deny, a.deny, same)) return false
  for (const [kind, truth] of a.kinds) if (!isAtMost(truth, b.kinds.get(kind) ?? false, same)) return false
  return true
}

/** An unknown is the same unknown where the same statements leave it open. */
const isAtMost = (a: Truth, b: Truth, same: () => boolean): boolean =>
  a === false || b === true || (a === 'unknown' && b === 'unknown' && same())

function saysSame(a: readonly PreparedPolicy[], b: readonly PreparedPolicy[]): boolean {
  return a === b || (a.every((policy) => isAmong(policy, b)) && b.every((policy) => isAmong(policy, a)))
}

/** Policies that stand in both are known by themselves, for they are long to write out. */
const isAmong = (policy: PreparedPolicy, others: readonly PreparedPolicy[]): boolean =>
  others.includes(policy) || others.some((other) => saysAlike(policy, other))

const saysAlike = (a: PreparedPolicy, b: PreparedPolicy): boolean =>
  a.document.statements.length === b.document.statements.length && textOf(a) === textOf(b)

const texts = new WeakMap<PreparedPolicy, string>()

function textOf(policy: PreparedPolicy): string {
  const known = texts.get(policy)
  if (known !== undefined) return known
  const { document, place, source, arn } = policy
  const text =
    document.unreadable.length > 0
      ? (JSON.stringify(source) ?? `${arn}`)
      : document.statements.map((statement) => statementText(statement, document.version, place)).join('\n')
  texts.set(policy, text)
  return text
}
