import type { Policy } from '#engine/scenario.ts'
import type { InputEvidence } from '#intake/parse-result.ts'
import { type AtHand, isAtHand } from '#snapshot/at-hand/piece.ts'
import type { PolicySource } from '../diagnosis.ts'

/**
 * All that is known of some denials. Every door builds this value and one function answers it, so that the same facts get the same
 * answer (R-EVID-11). Each fact has its source, which `evidenceFacts` lists: a denial's in its `evidence`, a policy's in `file`, and whatever
 * else was filled in is an assumption of the diagnosis.
 */
export interface Evidence extends InputEvidence {
  /** A snapshot or a scenario; left out: neither was given. */
  readonly policySource?: PolicySource
  /** Policies and settings out of files and options; left out: none was given. */
  readonly provided?: AtHand
  /** Session policies that the user gave: they are those of every role session of the denials. */
  readonly sessionPolicies?: readonly Policy[]
}

/** The snapshot or scenario of the evidence. */
export const sourceIn = ({ policySource = { kind: 'none' } }: Pick<Evidence, 'policySource'>): PolicySource =>
  policySource

/** Whether anything is known of the policies in force, by whatever door it came. */
export const knowsPolicies = ({
  policySource,
  provided,
}: {
  readonly policySource?: PolicySource
  readonly provided?: AtHand | undefined
}): boolean => sourceIn(policySource === undefined ? {} : { policySource }).kind !== 'none' || isProvided(provided)

const isProvided = (provided: AtHand | undefined): boolean => provided !== undefined && isAtHand(provided)
