import type { LintFinding } from './finding.ts'
import type { PolicyView, StatementView } from './view.ts'

export type Severity = LintFinding['severity']

/** Where, from the start of the document or of the statement, and what is the matter; the rule is added by the walk. */
export type Found = readonly [pointer: string, message: string]

/** Row of the table of checks. */
export interface Check {
  /** Access Analyzer's name, verbatim; in kebab-case where the check is our own. */
  readonly id: string
  readonly severity: Severity
  /** The rule of docs/rules.md that the finding rests on. */
  readonly rule: string
  readonly docs: string
  readonly document?: (policy: PolicyView) => readonly Found[]
  readonly statement?: (statement: StatementView, policy: PolicyView) => readonly Found[]
}

export const NONE: readonly Found[] = []

const PAGE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html'

/** AWS's heading of each severity, as it stands in the page's anchors. */
const HEADING: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'general-warning',
  security: 'security-warning',
  suggestion: 'suggestion',
}

function docsOf(id: string, severity: Severity): string {
  if (isOurs(id)) return PAGE
  const oneWord = /^(?:[RS]CP|Allow Not|Deny Not)/.test(id)
  const split = oneWord ? id : id.replace('NotIpAddress', 'not-ip-address').replace(/Not(?=[A-Z])/g, 'not-')
  return `${PAGE}#access-analyzer-reference-policy-checks-${HEADING[severity]}-${split.toLowerCase().replaceAll(' ', '-')}`
}

/** Access Analyzer's names have spaces and capitals, ours have neither. */
export const isOurs = (id: string): boolean => !id.includes(' ')

/** A check of every statement. */
export const statementCheck = (
  severity: Severity,
  id: string,
  rule: string,
  statement: NonNullable<Check['statement']>,
): Check => ({ id, severity, rule, docs: docsOf(id, severity), statement })

/** A check of the document as a whole. */
export const documentCheck = (
  severity: Severity,
  id: string,
  rule: string,
  document: NonNullable<Check['document']>,
): Check => ({ id, severity, rule, docs: docsOf(id, severity), document })

/** Finding where a condition holds, or none. */
export const when = (holds: boolean, pointer: string, message: string): readonly Found[] =>
  holds ? [[pointer, message]] : NONE
