import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import type { Scenario } from '#engine/scenario.ts'
import { isAtHand } from '#snapshot/at-hand/piece.ts'
import { type UnusedInput, unusedInputs } from '#snapshot/at-hand/unused.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { UserError } from '../../errors.ts'
import type { Beside } from './beside.ts'

/** Evidence of which the source of policies is settled, if only as none. */
export type WithPolicies = Evidence & Required<Pick<Evidence, 'policySource'>>

/** The evidence with the policies of a snapshot or scenario, and with those in the files. Every door that takes files adds them here. */
export const withPolicies = (evidence: Evidence, policySource: PolicySource, beside: Beside): WithPolicies => ({
  ...evidence,
  policySource: policySourceBeside(policySource, beside),
  provided: beside.atHand,
  ...(beside.sessionPolicies === undefined ? {} : { sessionPolicies: beside.sessionPolicies }),
})

/** The policy source of a run, with what is beside it: files of the user stand before those of a snapshot. */
export function policySourceBeside(policySource: PolicySource, beside: Beside): PolicySource {
  const { scenario, files } = beside
  if (scenario !== undefined) return withScenario(policySource, scenario, files.size > 0)
  return files.size > 0 ? withFiles(policySource, beside) : policySource
}

/** What a request that options give is compared with: a scenario without a request where nothing but files says anything of policies. */
export function policySourceOfRequest(policySource: PolicySource, beside: Beside): PolicySource {
  const found = policySourceBeside(policySource, beside)
  return found.kind === 'none' && isAtHand(beside.atHand) ? { kind: 'scenario', scenario: WITHOUT_REQUEST } : found
}

const WITHOUT_REQUEST = { policies: {} } as unknown as Scenario

function withScenario(policySource: PolicySource, scenario: Scenario, hasFiles: boolean): PolicySource {
  if (policySource.kind === 'none' && !hasFiles) return { kind: 'scenario', scenario }
  throw new UserError(
    'usage/conflicting-options',
    'a scenario is among the files, and it holds its own policies',
    'give the scenario without `--snapshot`, `--scenario`, and files of a whole account',
  )
}

function withFiles(policySource: PolicySource, { files, citedAs }: Beside): PolicySource {
  if (policySource.kind === 'scenario')
    throw new UserError(
      'usage/conflicting-options',
      `\`${[...citedAs.values()][0] ?? ''}\` cannot be joined with a scenario`,
      'a scenario holds its own policies: give one of the two',
    )
  if (policySource.kind === 'none') return { kind: 'snapshot', snapshot: readSnapshot(files, citedAs) }
  // How complete the directory is says its own meta.json.
  const own = [...files].filter(([path]) => path !== 'meta.json')
  return { kind: 'snapshot', snapshot: readSnapshot(new Map([...policySource.snapshot.files, ...own]), citedAs) }
}

/** The files that count for none of the scenarios (R-EVID-14). */
export const unusedBeside = (
  { atHand }: Pick<Beside, 'atHand'>,
  scenarios: readonly Scenario[],
): readonly UnusedInput[] => unusedInputs(atHand, scenarios)
