import type { Denial } from '#intake/denial.ts'
import type { Cause, UsualCause } from '../diagnosis.ts'
import { cluesOf, inRegion, option } from '../usual/clues.ts'

/** Codes of notes that say that what refused is no policy of IAM: a fixed rule of the service, or permissions that it keeps itself. */
const BEYOND = new Set(['service-rule', 'lake-formation'])

/** Whether AWS's words say that what refused is no policy of IAM, so that no statement is a fix. */
export const isBeyondPolicies = ({ notes }: Pick<Denial, 'notes'>): boolean =>
  notes.some(({ code }) => BEYOND.has(code))

/** Refusal by what is no policy of IAM. */
interface BeyondPolicies {
  /** A fixed rule of a service is a guard of it; what keeps permissions of its own is no layer at all. */
  readonly causes: readonly Cause[]
  /** Where to look for what is no layer. */
  readonly usualCauses: readonly UsualCause[]
  readonly summary: string
}

/**
 * The refusal by what is no policy of IAM, where AWS's words say so: no statement would allow it, whatever the policies are
 * (R-OTH-09, R-MSG-32). Undefined: policies may have refused it.
 */
export function refusedBeyondPolicies(denial: Denial): BeyondPolicies | undefined {
  const note = denial.notes.find(({ code }) => BEYOND.has(code))
  if (note === undefined) return undefined
  if (note.code === 'lake-formation')
    return { causes: [], usualCauses: [inLakeFormation(denial, note.text)], summary: note.text }
  const cause: Cause = {
    step: 0,
    layer: 'service-guard',
    denyType: 'explicit',
    certainty: 'certain',
    from: ['message'],
    reason: note.text,
  }
  return { causes: [cause], usualCauses: [], summary: note.text }
}

function inLakeFormation(denial: Denial, what: string): UsualCause {
  const who = option('--principal', granteeOf(denial), 'DataLakePrincipalIdentifier=ROLE_ARN')
  return { layer: null, what, tell: inRegion(`aws lakeformation list-permissions ${who}`, cluesOf(denial)) }
}

const granteeOf = ({ roleArn, principal }: Denial): string | undefined => {
  const arn = roleArn ?? principal
  return arn === null ? undefined : `DataLakePrincipalIdentifier=${arn}`
}
