import { problemsOf } from '#app/policy-source.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { safeLine } from '#quote/terminal.ts'
import type { Io } from './command.ts'

/** A line on standard error that is no reason to stop. */
export const warn = (io: Io, text: string): void => io.err(`warning: ${safeLine(text)}\n`)

/** Parts of the snapshot that could not be read; told after the answer, for parts are read when they are needed. */
export function warnOfProblems(io: Io, policySource: PolicySource): void {
  for (const problem of problemsOf(policySource)) warn(io, problem)
}
