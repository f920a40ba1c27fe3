import { parseScenario } from '#collect/scenario-file.ts'
import type { Scenario } from '#engine/scenario.ts'
import { duplicateKeyAt, endOfValue, membersAt } from '#iam/json-scan.ts'
import { scenarioOfValue } from './scenarios.ts'

/** A key that stands twice is lost in the parsed line; then the scenario is read from the line's text, as from a file. */
export async function scenarioOfLine(value: unknown, raw: string): Promise<Scenario> {
  const scenario = scenarioOfValue(value)
  const start = raw.length - raw.trimStart().length
  const at = membersAt(raw, start).findLast(({ key }) => key === 'scenario')?.start
  if (at === undefined || duplicateKeyAt(raw, at) === undefined) return scenario
  return parseScenario(raw.slice(at, endOfValue(raw, at)), 'the line')
}
