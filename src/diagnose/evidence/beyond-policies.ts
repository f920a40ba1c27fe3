import type { Denial } from '#intake/denial.ts'
import type { Cause, UsualCause } from '../diagnosis.ts'
import { cluesOf, inRegion, nameIn, option } from '../usual/clues.ts'
import { bucketOption } from '../usual/look.ts'
import { malformedRequest, type NamedResource } from './malformed-request.ts'

/** Where to look for what no statement would fix, by the code of the note that says it. */
const LOOK: ReadonlyMap<string, (denial: Denial) => string> = new Map([
  ['lake-formation', lakeFormationGrants],
  [
    'linked-role-passed',
    ({ resource }) =>
      `aws iam get-role ${option('--role-name', nameIn(resource ?? undefined), 'ROLE')} --query Role.Path`,
  ],
  ['session-plugin', () => 'session-manager-plugin --version'],
])

/** Codes of notes that say that no statement is the fix: a fixed rule of the service, permissions that it keeps itself, another call. */
const BEYOND: ReadonlySet<string> = new Set(['service-rule', ...LOOK.keys()])

/** Whether AWS's words say that what refused is no policy of IAM, so that no statement is a fix. */
export const isBeyondPolicies = (denial: Pick<Denial, 'notes'> & NamedResource): boolean =>
  denial.notes.some(({ code }) => BEYOND.has(code)) || malformedRequest(denial) !== undefined

/** Refusal by what is no policy of IAM. */
export interface BeyondPolicies {
  /** A fixed rule of a service is a guard of it; what keeps permissions of its own is no layer at all. */
  readonly causes: readonly Cause[]
  /** Where to look for what is no layer. */
  readonly usualCauses: readonly UsualCause[]
  readonly summary: string
}

/**
 * The refusal by what is no policy of IAM, where AWS's words say so: no statement would allow it, whatever the policies are
 * (R-OTH-09, R-MSG-32, R-EVID-19). Undefined: policies may have refused it.
 */
export function refusedBeyondPolicies(denial: Denial): BeyondPolicies | undefined {
  const malformed = malformedRequest(denial)
  if (malformed !== undefined)
    return { causes: [], usualCauses: [{ layer: null, ...malformed }], summary: `${malformed.what}.` }
  const note = denial.notes.find(({ code }) => BEYOND.has(code))
  if (note === undefined) return undefined
  const look = LOOK.get(note.code)
  if (look !== undefined)
    return { causes: [], usualCauses: [{ layer: null, what: note.text, tell: look(denial) }], summary: note.text }
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

/**
 * The refusal by the setting of S3 Block Public Access that AWS names (R-MSG-15j), where the settings at hand do not say it already.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function refusedBySetting(denial: Denial, causes: readonly Cause[]): BeyondPolicies | undefined {
  const { setting } = denial.reported
  const isKnown = causes.some((cause) => cause.kind === BLOCKED && cause.certainty !== 'possible')
  if (setting === undefined || isKnown) return undefined
  const clues = cluesOf(denial)
  // Who puts a policy or an ACL is of the bucket's account; whom a public one does not let in is of another.
  const account = denial.resourceAccount ?? (setting.startsWith('Block') ? denial.accountId : null) ?? undefined
  const summary = `Block Public Access of S3 refuses it: ${setting} is on, for the bucket, its account or its organization.`
  return {
    causes: [
      {
        step: 0,
        layer: 'service-guard',
        kind: BLOCKED,
        denyType: 'explicit',
        certainty: 'certain',
        from: ['message'],
        reason: `${setting} of S3 Block Public Access is on`,
      },
    ],
    usualCauses: [
      {
        layer: 'service-guard',
        what: 'it is on for the bucket',
        tell: `aws s3api get-public-access-block ${bucketOption(clues)}`,
      },
      {
        layer: 'service-guard',
        what: 'it is on for the account, by itself or by its organization',
        tell: `aws s3control get-public-access-block ${option('--account-id', account, 'ACCOUNT_ID')}`,
      },
    ],
    summary,
  }
}

const BLOCKED = 'block-public-access'

function lakeFormationGrants(denial: Denial): string {
  const who = option('--principal', granteeOf(denial), 'DataLakePrincipalIdentifier=ROLE_ARN')
  return inRegion(`aws lakeformation list-permissions ${who}`, cluesOf(denial))
}

const granteeOf = ({ roleArn, principal }: Denial): string | undefined => {
  const arn = roleArn ?? principal
  return arn === null ? undefined : `DataLakePrincipalIdentifier=${arn}`
}
