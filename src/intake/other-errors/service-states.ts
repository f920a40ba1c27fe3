import type { UnrelatedError } from './finding.ts'
import { S3_STATES } from './s3-errors.ts'

/**
 * Sentences with which a service denies a call for a reason that no policy changes: an account that is not verified, a feature that
 * is off, a name that AWS keeps for itself. They come with the code of a denial, so they are looked for before the code is.
 */
export const SERVICE_STATES: readonly UnrelatedError[] = [
  ...S3_STATES,
  {
    code: 'account-not-verified',
    phrases: [
      'accountmustbeverified',
      'currentlybeingverified',
      'accountiscurrentlyblocked',
      'youraccountissuspended',
      'youraccounthasbeensuspended',
      'requestforaccessing',
    ],
    pattern:
      /\b[Aa]ccount must be verified before\b|\b[Aa]ccount is currently (?:being verified|blocked)\b|\b[Yy]our account (?:is|has been) suspended\b|(?:\b(?<code>PendingVerification|Blocked)\b[^\n]{0,160}?)?\bYour request for accessing resources in this region is being validated\b/,
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: Blocked, PendingVerification
    text: 'AWS has not verified the account for this service, or has blocked it. No policy was evaluated. Open a case with AWS Support and include the complete error message.',
  },
  {
    code: 'not-enabled',
    phrases: ['notenabledforcostexplorer', 'isnotenabledforcost', 'isnotenabled', 'hasnotbeenenabled'],
    pattern:
      /\bnot enabled for cost explorer access\b|\b(?:Macie|(?:AWS )?Security Hub|(?:Amazon )?Inspector|(?:Amazon )?GuardDuty|(?:Amazon )?Detective|(?:AWS )?Audit Manager|Cost Explorer|(?:AWS )?Control Tower) (?:is|has) not (?:been )?enabled\b/i,
    // https://docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html
    text: 'The service is not enabled in this account, or a member account may not use it: Cost Explorer, Macie, Security Hub and their kind have to be enabled first, by the management account or the delegated administrator where there is an organization. No statement in a policy helps before that.',
  },
  {
    code: 'quota',
    phrases: ['resourcepolicysizewasexceeded'],
    pattern: /\bCloudWatch Logs Resource Policy size was exceeded\b/i,
    // https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
    text: 'The resource policies of CloudWatch Logs in this Region are full: 10 of them, of 5120 characters each. Begin the name of the log group with `/aws/vendedlogs/` (of Step Functions `/aws/vendedlogs/states/`), for which AWS adds no further entries, or remove old entries: `aws logs describe-resource-policies`. No other policy changes this.',
  },
  {
    code: 'same-organization',
    phrases: ['memberofthesameorganization', 'partofthesameorganization'],
    pattern: /\baccounts? must be (?:a )?(?:member|part)s? of the same organi[sz]ation\b/i,
    // https://repost.aws/knowledge-center/backup-troubleshoot-cross-account-copy
    text: 'Both accounts have to be in the same organization of AWS Organizations. `aws organizations describe-organization`, run in each account, shows its organization. No policy changes this: move one account, or copy within one organization.',
  },
  {
    code: 'reserved-name',
    phrases: ['reservedparametername', 'prefixedtagkeynames', 'systemtagscannotbe'],
    pattern:
      /\bNo access to reserved parameter name\b|\baws: prefixed tag key names are not allowed for external use\b|\bSystem tags cannot be (?:added|updated|deleted|removed)/i,
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
    text: 'The name is reserved for AWS. A parameter cannot begin with `aws` or `ssm`, and a tag key cannot begin with `aws:`. Use another name: no policy allows this one.',
  },
]

/** Letters by which they are found in text of letters only. */
export const SERVICE_STATE_PHRASES: readonly string[] = SERVICE_STATES.flatMap(({ phrases }) => phrases)
