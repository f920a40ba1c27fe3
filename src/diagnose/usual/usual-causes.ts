import type { Cause, UsualCause } from '../diagnosis.ts'
import type { Clues } from './clues.ts'
import {
  anonymousCauses,
  generalCauses,
  serviceCauses,
  whereDecoded,
  whereDenied,
  whereNamed,
} from './general-causes.ts'
import { s3Causes } from './s3-causes.ts'
import {
  authorizerCauses,
  collectionCauses,
  ecrCauses,
  gitCauses,
  keyCauses,
  kmsCauses,
  lambdaCauses,
  messagingCauses,
  organizationCauses,
  secretCauses,
} from './service-causes.ts'
import { ec2Causes, stsCauses } from './sts-causes.ts'
import { wrappedCauses } from './wrapped-causes.ts'

/**
 * Usual causes of a refusal of this kind, where neither AWS's words nor policies at hand say it: the most frequent first,
 * each with the command that tells. Where AWS named a Deny that nobody has seen, where to look for it.
 */
export function usualCauses(clues: Clues, causes: readonly Cause[]): readonly UsualCause[] {
  if (clues.denial.reported.layer !== null) return isMissingPerhaps(clues) ? keyCauses(clues) : whereNamed(clues)
  if (clues.denial.decoded?.explicitDeny === true) return whereDecoded(clues)
  if (causes.some(({ certainty, from }) => certainty !== 'possible' && from.includes('policies'))) return []
  const wrapped = wrappedCauses(clues)
  if (wrapped !== undefined) return wrapped
  if (clues.denial.notes.some(({ code }) => code === 'data-access-policy')) return collectionCauses(clues)
  if (clues.denial.evidence.reader === 'access-this-resource') return authorizerCauses(clues)
  if (clues.denial.reported.denyType === 'explicit' && !isAnonymous(clues) && clues.denial.principalType !== 'service')
    return whereDenied(clues)
  const known = BY_SERVICE.get(clues.service ?? '') ?? generalCauses
  return ofWhoCalled(clues, known(clues)).slice(0, MOST)
}

/** Nobody, and a service that calls in its own name, have no policies. */
function ofWhoCalled(clues: Clues, known: readonly UsualCause[]): readonly UsualCause[] {
  if (isAnonymous(clues)) return anonymousCauses(clues, known)
  return clues.denial.principalType === 'service' ? serviceCauses(clues, known) : known
}

const isAnonymous = ({ denial: { principal, principalType } }: Clues): boolean =>
  principalType === 'anonymous' || principal === 'anonymous'

/** KMS names the key policy, or no key at all (R-MSG-12). */
const isMissingPerhaps = ({ service, denial: { reported } }: Clues): boolean =>
  service === 'kms' && reported.layer === 'resource-policy' && reported.denyType === null

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
  ['codecommit', gitCauses],
  ['organizations', organizationCauses],
])
