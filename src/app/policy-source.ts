import { loadSnapshot } from '#collect/folder.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { type Evidence, knowsPolicies } from '#diagnose/evidence/evidence.ts'
import { UserError } from '../errors.ts'
import type { Stdin } from './files.ts'
import { readScenario } from './scenarios.ts'

/** The policy source of a run, as the options name it. */
export interface PolicySourceOptions {
  readonly snapshot: string | undefined
  readonly scenario: string | undefined
  /** Options on the command line, which beat the environment. */
  readonly commandLineOptions: ReadonlySet<string>
}

/** Loads the snapshot or the scenario; an option beats a variable, and two options contradict each other. */
export async function loadPolicySource(options: PolicySourceOptions, stdin: Stdin): Promise<PolicySource> {
  const { snapshot, scenario } = chosen(options)
  if (scenario !== undefined) return { kind: 'scenario', scenario: await readScenario(scenario, stdin) }
  if (snapshot !== undefined) return { kind: 'snapshot', snapshot: await loadSnapshot(snapshot) }
  return { kind: 'none' }
}

function chosen({
  snapshot,
  scenario,
  commandLineOptions,
}: PolicySourceOptions): Partial<Omit<PolicySourceOptions, 'commandLineOptions'>> {
  if (snapshot === undefined || scenario === undefined) return { snapshot, scenario }
  if (commandLineOptions.has('snapshot') !== commandLineOptions.has('scenario'))
    return commandLineOptions.has('snapshot') ? { snapshot } : { scenario }
  throw new UserError(
    'usage/conflicting-options',
    'both `--snapshot` and `--scenario` are given',
    'a scenario holds its own policies: give one of the two (or unset DENYTRACE_SNAPSHOT or DENYTRACE_SCENARIO)',
  )
}

/** Parts of a snapshot that could not be read so far; the rest was used (docs/snapshot.md). */
export const problemsOf = (policySource: PolicySource): readonly string[] =>
  policySource.kind === 'snapshot'
    ? policySource.snapshot.problems.map(({ part, message }) => `${part}: ${message}`)
    : []

/** Whether a snapshot, a scenario or a file says anything of the policies in force. */
export const hasPolicies = (evidence: Evidence): boolean => knowsPolicies(evidence)
