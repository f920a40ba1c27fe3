import type { OlderSource } from '#diagnose/scenario-for.ts'
import type { Scenario } from '#engine/scenario.ts'
import { isScenarioValue } from '#prove/compare-values.ts'
import { UserError } from '../errors.ts'
import { readSide } from './compare.ts'
import type { Stdin } from './files.ts'

/** Reads what was in force before, as `compare` reads its sides: a snapshot, a plan, a scenario, or one of them as `REV:PATH`. */
export async function olderPolicies(name: string, stdin: Stdin): Promise<OlderSource> {
  const side = await readSide(name, stdin)
  if (side.kind === 'snapshot') return { name, policySource: { kind: 'snapshot', snapshot: side.snapshot } }
  if (isScenarioValue(side.value)) return { name, policySource: { kind: 'scenario', scenario: side.value as Scenario } }
  throw new UserError(
    'documents/different-kinds',
    `\`${name}\` is neither a snapshot nor a scenario`,
    'give `--against` the folder of an older snapshot, a scenario, or one of them in a revision of git: REV:PATH',
  )
}
