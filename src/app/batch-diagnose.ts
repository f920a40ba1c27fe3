import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { type Answer, type BatchLine, fieldOf, textOf } from './batch.ts'
import { flagOf, recordOf } from './batch-fields.ts'
import { scenarioOfLine } from './batch-scenario.ts'
import { diagnoseEvidence } from './diagnose.ts'
import { type Evidence, evidenceOfRecords, evidenceOfText } from './inputs.ts'

/** `{"id", "text" or "record" or "records", "scenario"?}`; a line's own scenario beats the subject of the run. */
export const diagnoseLine =
  (policySource: PolicySource, options: Omit<DiagnoseOptions, 'managedPolicies'>): Answer =>
  async (line, raw) => {
    const scenario = line['scenario']
    const held: PolicySource =
      scenario === undefined ? policySource : { kind: 'scenario', scenario: await scenarioOfLine(scenario, raw) }
    return diagnoseEvidence(evidenceOfLine(line), held, options)
  }

/** What the service may be asked besides (docs/serve.md). */
const FLAGS = ['fixes', 'scenarios']

/** The evidence of a line: the one of its fields that holds any. */
export function evidenceOfLine(line: BatchLine): Evidence {
  for (const name of FLAGS) flagOf(line, name)
  const [name, value] = fieldOf(line, ['text', 'record', 'records'])
  const where = `\`${name}\``
  return name === 'text' ? evidenceOfText(textOf(name, value), where) : evidenceOfRecords(recordOf(name, value), where)
}
