import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { type Evidence, sourceIn } from '#diagnose/evidence/evidence.ts'
import type { Answer } from './batch.ts'
import { scenarioOfLine } from './batch-scenario.ts'
import { lineWithFiles } from './beside/line-files.ts'
import { searchEvidence, wholeResult } from './diagnose.ts'

/** `{"id", "text" or "record" or "records", "scenario"?, "files"?}`; a line's own scenario beats the subject of the run. */
export const diagnoseLine =
  (
    common: Pick<Evidence, 'policySource' | 'provided' | 'sessionPolicies'>,
    options: Omit<DiagnoseOptions, 'managedPolicies'>,
  ): Answer =>
  async (line, raw) => {
    const scenario = line['scenario']
    const held: PolicySource =
      scenario === undefined ? sourceIn(common) : { kind: 'scenario', scenario: await scenarioOfLine(scenario, raw) }
    const { evidence, filesOf } = await lineWithFiles(line, held)
    const searched = searchEvidence({ ...common, ...evidence }, options)
    return { ...wholeResult(searched), ...filesOf(searched.scenarios) }
  }
