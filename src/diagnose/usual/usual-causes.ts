import type { Cause, UsualCause } from '../diagnosis.ts'
import type { Clues } from './clues.ts'
import { generalCauses, whereDecoded, whereNamed } from './general-causes.ts'
import { s3Causes } from './s3-causes.ts'
import { ecrCauses, kmsCauses, lambdaCauses, messagingCauses, secretCauses } from './service-causes.ts'
import { ec2Causes, stsCauses } from './sts-causes.ts'

/**
 * Usual causes of a refusal of this kind, where neither AWS's words nor policies at hand say it: the most frequent first,
 * each with the command that tells. Where AWS named a Deny that nobody has seen, where to look for it.
 */
export function usualCauses(clues: Clues, causes: readonly Cause[]): readonly UsualCause[] {
  if (clues.denial.reported.layer !== null) return whereNamed(clues)
  if (clues.denial.decoded?.explicitDeny === true) return whereDecoded(clues)
  if (causes.some(({ certainty, from }) => certainty !== 'possible' && from.includes('policies'))) return []
  const known = BY_SERVICE.get(clues.service ?? '') ?? generalCauses
  return known(clues).slice(0, MOST)
}

/** More are not read. */
const MOST = 5

const BY_SERVICE: ReadonlyMap<string, (clues: Clues) => readonly UsualCause[]> = new Map([
  ['s3', s3Causes],
  ['sts', stsCauses],
  ['ec2', ec2Causes],
  ['kms', kmsCauses],
  ['ecr', ecrCauses],
  ['secretsmanager', secretCauses],
  ['sqs', messagingCauses],
  ['sns', messagingCauses],
  ['lambda', lambdaCauses],
])
