/** What a command does that reads policies from AWS. */
export const READS_ONLY = 'reads your policies with your credentials, changes nothing'

/** Before a fix that lets in a caller from outside. */
export const IF_KNOWN = 'Only if you know this account'

/** Where a fix is withheld from a caller from outside. */
export const NONE_OFFERED = 'None offered.'

/**
 * The command that reads from AWS what affects the denial, with what it does. `account`: another one that it has to read, with
 * a role to assume or with credentials of its own.
 */
export const verifyCommand = (live: string, account?: string): string =>
  account === undefined
    ? `${live}   # ${READS_ONLY}`
    : `${live} --role ROLE   # ROLE: a role to assume in account ${account}; or --profile PROFILE of that account. Changes nothing`

/** The command that reads SCPs and the policies of the caller's account, which no credentials of one account can read. */
export const verifyAllCommand = (live: string, account: string | null): string =>
  `${live} --profile MANAGEMENT --role ROLE   # MANAGEMENT: a profile of the organization's management account; ROLE: a role to assume in account ${account ?? 'of the caller'}. Changes nothing`

/** The command that shows who called, with what it does: who shows a token or an assertion to STS has no credentials yet. */
export function whoCalledCommand(action: string | null): readonly [command: string, does: string] {
  switch (action?.toLowerCase()) {
    case 'sts:assumerolewithwebidentity':
      return ['denytrace whoami --web-identity-token FILE', 'run it in the job: shows the claims of its token']
    case 'sts:assumerolewithsaml':
      return [
        'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRoleWithSAML',
        'names the provider',
      ]
    default:
      return ['aws sts get-caller-identity', 'run it in the same job: shows who called']
  }
}

/** That nobody knows who called, and what follows. */
export const UNNAMED_CALLER = "The error doesn't say who called. Only what holds for every caller is certain."
export const ASSUMED_CALLER = "The error doesn't say who called. The policies you provided are taken as the caller's."
