import type { DecisionEffect, MissingFact } from '#engine/decision.ts'
import type { Expected, Origin } from './access-tests.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { CaseOutcome, Difference } from './run.ts'

/** A case of a file, with the line of its entry. */
export interface PlacedOutcome extends CaseOutcome {
  readonly line: number
}

export interface FileRun {
  readonly file: string
  /** Folder in front of the files that statements are cited from. */
  readonly folder: string | undefined
  readonly outcomes: readonly PlacedOutcome[]
}

/** All files, with what could not be read on the way. */
export interface SuiteRun {
  readonly files: readonly FileRun[]
  readonly problems: readonly string[]
  /** Files and folders that the tests were held against. */
  readonly sources: readonly string[]
}

/** Result of `test` as JSON (docs/json.md, "Access tests"). */
export interface SuiteResult {
  readonly schemaVersion: 1
  readonly passed: number
  readonly failed: number
  readonly results: readonly TestResult[]
}

export interface TestResult {
  readonly file: string
  readonly line: number
  readonly name: string
  readonly expected: Expected
  readonly decision: DecisionEffect
  readonly passed: boolean
  readonly principal: string
  readonly action: string
  readonly resource: string | readonly string[] | null
  /** Names of the context sets it was tried with. */
  readonly contexts?: readonly string[]
  readonly blockedBy: readonly string[]
  readonly by: readonly StatementRef[]
  readonly missing: readonly MissingFact[]
  readonly difference?: Difference
  readonly further?: string
  readonly from?: Origin
}

export function resultOf({ files }: SuiteRun): SuiteResult {
  const results = files.flatMap(({ file, outcomes }) => outcomes.map((outcome) => testResult(file, outcome)))
  const passed = results.filter((result) => result.passed).length
  return { schemaVersion: 1, passed, failed: results.length - passed, results }
}

function testResult(file: string, outcome: PlacedOutcome): TestResult {
  const { case: one, decision, request, difference, further } = outcome
  return {
    file,
    line: outcome.line,
    name: one.name,
    expected: one.expected,
    decision: decision.decision,
    passed: outcome.passed,
    principal: request.principal,
    action: request.action,
    resource: request.resource,
    ...(one.contexts.length === 0 ? {} : { contexts: one.contexts }),
    blockedBy: decision.blockedBy,
    by: outcome.by,
    missing: outcome.missing,
    ...(difference === undefined ? {} : { difference }),
    ...(further === undefined ? {} : { further }),
    ...(one.from === undefined ? {} : { from: one.from }),
  }
}
