import type { EvaluationInput } from '#engine/evaluation-input.ts'
import type { LintFinding } from './finding.ts'
import type { Check, Found } from './check.ts'
import { CHECKS } from './checks.ts'
import { listedOverridesDerived } from './listed-context.ts'
import { type PolicyView, type StatementView, viewOf } from './view.ts'
import { isManagedArn } from '#engine/managed-policies.ts'
import { actionInDoubt } from './action-in-doubt.ts'
import { organizationContradicted } from './no-organization.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { resourcePolicyKind } from '#engine/services/resource-policies.ts'

/**
 * Findings on the policies evaluated and on the context, by Access Analyzer's names (docs/lint.md). A finding
 * never changes the decision (R-VAL-01).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
 */
export function lintScenario(input: EvaluationInput): LintFinding[] {
  const { policies } = input
  const levels = [...(policies.resourceControlPolicies ?? []), ...(policies.serviceControlPolicies ?? [])]
  // A scenario need not say what its policy is attached to: the request's resource does.
  const kind = policies.resourcePolicyKind ?? resourcePolicyKind(input)
  // Nobody but AWS can mend a policy of AWS, and to read all of its services takes longer than to evaluate it.
  const own = (policy: PreparedPolicy | null | undefined): readonly LintFinding[] =>
    policy?.arn !== undefined && isManagedArn(policy.arn) ? NONE : lintPolicy(policy)
  return [
    ...actionInDoubt(input),
    ...listedOverridesDerived(input),
    ...organizationContradicted(input),
    ...levels.flatMap((level) => level.policies ?? []).flatMap((policy) => lintPolicy(policy)),
    ...lintPolicy(policies.vpcEndpointPolicy),
    ...lintPolicy(policies.resourcePolicy, kind),
    ...(policies.identityPolicies ?? []).flatMap(own),
    ...own(policies.permissionsBoundary),
    ...(policies.sessionPolicies ?? []).flatMap(own),
  ]
}

const NONE: readonly LintFinding[] = []

/** A policy is prepared once and evaluated for many requests: so are its findings, for each kind of what it is attached to. */
const known = new WeakMap<PreparedPolicy, Map<string | undefined, readonly LintFinding[]>>()

/** Findings on one policy: on the document first, then statement by statement. `kind`: what a resource policy is attached to. */
export function lintPolicy(policy: PreparedPolicy | null | undefined, kind?: string): readonly LintFinding[] {
  // A document that is not at hand is a missing fact, not a fault of the policy.
  if (policy === null || policy === undefined || policy.source === undefined) return NONE
  const kinds = known.get(policy) ?? new Map<string | undefined, readonly LintFinding[]>()
  known.set(policy, kinds)
  const before = kinds.get(kind)
  if (before !== undefined) return before
  const found = findings(viewOf(policy, kind), policy.name)
  kinds.set(kind, found)
  return found
}

function findings(view: PolicyView, name: string): readonly LintFinding[] {
  const found: LintFinding[] = []
  const add = ({ id, severity, rule }: Check, base: string, problems: readonly Found[]): void => {
    for (const [pointer, message] of problems)
      found.push({ id, severity, policy: name, pointer: `${base}${pointer}`, message: `${message} (${rule})` })
  }
  for (const check of DOCUMENT_CHECKS) add(check, '', check.document(view))
  for (const statement of view.statements) {
    const from = found.length
    for (const check of STATEMENT_CHECKS) add(check, statement.pointer, check.statement(statement, view))
    if (found.length - from > 1) inOrderOfElements(found, from, statement)
  }
  return found
}

type Of<K extends 'document' | 'statement'> = Check & { readonly [key in K]-?: NonNullable<Check[key]> }
const DOCUMENT_CHECKS = CHECKS.filter((check): check is Of<'document'> => check.document !== undefined)
const STATEMENT_CHECKS = CHECKS.filter((check): check is Of<'statement'> => check.statement !== undefined)

/** A reader goes through the statement from top to bottom; within an element the order of the checks stays. */
function inOrderOfElements(found: LintFinding[], from: number, { raw, pointer }: StatementView): void {
  const places = new Map(Object.keys(raw).map((element, i) => [element, i]))
  const place = (finding: LintFinding): number =>
    places.get(finding.pointer.slice(pointer.length + 1).split('/')[0] ?? '') ?? -1
  const sorted = found.slice(from).toSorted((a, b) => place(a) - place(b))
  found.splice(from, sorted.length, ...sorted)
}
