import type { UnrelatedError } from './finding.ts'

/** Errors of IAM, STS, Organizations, EC2, Amazon SES and others about the state of something or the form of a call, which no policy decides. */
export const ACCOUNT_ERRORS: readonly UnrelatedError[] = [
  {
    code: 'policy-not-valid',
    phrases: ['invalidprincipalinpolicy', 'invalidprincipalsinpolicy'],
    pattern:
      /(?:\b(?<code>MalformedPolicyDocument(?:Exception)?|MalformedPolicy|InvalidPolicyDocument)\b[^\n]{0,80}?)?\bInvalid principals? in policy\b(?:: {0,2}"[A-Za-z]{2,20}":\s{0,2}"(?<principal>[^"\n]{1,300})")?/i,
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-policies.html
    text: ({ principal }) =>
      `The policy was not saved: AWS knows no principal${principal === undefined ? ' of a name that it has' : ` \`${principal}\``}. The role or user must exist first (create it before the policy, wait some seconds), in the right account and partition, without \`*\` in its name. An id such as \`AROA…\` is what remains of a role that was deleted: put the ARN of the new one there. Nobody was denied anything.`,
  },
  {
    code: 'policy-not-valid',
    phrases: ['malformedpolicy', 'invalidpolicydocument', 'willnotallowyoutoupdatethekeypolicy'],
    pattern:
      /\b(?<code>MalformedPolicyDocument(?:Exception|Fault)?|MalformedPolicy|InvalidPolicyDocument)\b(?<lockout>[^\n]{0,120}?will not allow you to update the key policy)?|(?<lockout2>\bnew key policy will not allow you to update the key policy in the future)/,
    text: ({ lockout, lockout2 }) =>
      (lockout ?? lockout2) === undefined
        ? 'AWS rejected the policy document itself, so it was not saved, and nobody was denied anything. The message says what is wrong with it; `aws accessanalyzer validate-policy --policy-type IDENTITY_POLICY --policy-document file://policy.json` (or RESOURCE_POLICY) lists all findings.'
        : 'KMS did not save the key policy, because the caller could then no longer change it. Let a statement of the new policy allow `kms:PutKeyPolicy` to the role that makes this call, or to the account (`arn:aws:iam::ACCOUNT_ID:root`). Nobody was denied anything.',
  },
  {
    code: 'protected-entity',
    phrases: ['unmodifiableentity', 'thisroleisonlymodifiablebyaws'],
    pattern: /\b(?<code>UnmodifiableEntity(?:Exception)?)\b|\brole is only modifiable by AWS\b/,
    // https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
    text: 'AWS owns this role, and IAM lets nobody change it, whatever policies allow. A role `AWSReservedSSO_…` is changed by its permission set in IAM Identity Center (`aws sso-admin`); a service-linked role by its service.',
  },
  {
    code: 'name-taken',
    phrases: ['entityalreadyexists'],
    pattern: /\b(?<code>EntityAlreadyExists(?:Exception)?)\b/,
    text: 'IAM has something of this name already: use it, import it (`terraform import`), or choose another name. No policy denied the call.',
  },
  {
    code: 'deletion-protection',
    phrases: ['disableapitermination', 'terminationprotectionisenabled', 'deleteprotected', 'deletionprotection'],
    pattern:
      /\bdisableApiTermination\b|\bcannot be deleted while TerminationProtection is enabled\b|\bCannot delete protected (?:DB )?\w{3,20}|\b[Dd]eletion ?[Pp]rotection (?:is|has been) enabled\b|\bdue to enabled deletion protection\b/,
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html
    text: 'The resource is protected against deletion by its own setting; no policy denied the call. If it may really go, turn the protection off first (EC2: `aws ec2 modify-instance-attribute --no-disable-api-termination`; RDS: `--no-deletion-protection`; CloudFormation: `aws cloudformation update-termination-protection`).',
  },
  {
    code: 'not-found',
    phrases: ['invalidiaminstanceprofile'],
    pattern: /\bInvalid IAM Instance Profile (?:name|ARN)\b/i,
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
    text: 'There is no instance profile of this name (yet). An instance takes an instance profile, not a role: `aws iam list-instance-profiles-for-role --role-name ROLE` shows the profile of the role. One made seconds ago may need another try. No policy denied the call.',
  },
  {
    code: 'sts-region',
    phrases: ['regiondisabledexception', 'stsisnotactivatedinthisregion'],
    pattern: /\b(?<code>RegionDisabledException)\b|\bSTS is not activated in this region\b/i,
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    text: 'STS is not active in this Region for the account that would give the credentials. No policy was evaluated. Enable the Region (`aws account enable-region --region-name REGION`) or activate its STS endpoint in the IAM console under Account settings, or call STS in another Region.',
  },
  {
    code: 'session-too-large',
    phrases: ['packedpolicytoolarge', 'packedsizeofsession'],
    pattern: /\b(?<code>PackedPolicyTooLarge(?:Exception)?)\b|\bPacked size of session (?:tags|policies?)\b/i,
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    text: 'The session policies and session tags together are too large for STS, so no policy was evaluated. Send fewer or shorter tags (GitHub’s action: `role-skip-session-tagging: true`), or a shorter session policy.',
  },
  {
    code: 'caller-is-a-role',
    phrases: ['whencallingwithnonusercredentials'],
    pattern: /\bMust specify userName when calling with non-User credentials\b/i,
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
    text: 'The caller is a role session, and without `--user-name` the call is about the caller’s own user. Name the user, or use `aws sts get-caller-identity` to see who calls. No policy denied it.',
  },
  {
    code: 'malformed-request',
    phrases: ['requestarnisinvalid'],
    pattern: /\bRequest ARN is invalid\b/,
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    text: 'The role ARN of the call is not one: empty, without the account id, or with a variable that was not filled in. Print it in the job before the call. In a GitHub workflow, secrets are empty in pull requests from forks and in another environment. No policy was evaluated.',
  },
  {
    code: 'malformed-request',
    phrases: ['invalidactionwhen', 'unknownoperationexception', 'couldnotfindoperation'],
    pattern: /\b(?<code>InvalidAction|UnknownOperationException)\b|\bCould not find operation \w{1,80} for version\b/,
    // https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    text: 'This endpoint has no operation of that name, so no policy was evaluated. Check the name of the operation, the endpoint (`--endpoint-url`, its Region and service), and the version of the SDK.',
  },
  {
    code: 'not-enabled',
    phrases: ['awsorganizationsnotinuse', 'accountisnotamemberofanorganization'],
    pattern: /\b(?<code>AWSOrganizationsNotInUseException)\b|\baccount is not a member of an organi[sz]ation\b/i,
    // https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
    text: 'The account is in no organization of AWS Organizations, so no policy decided the call. Use the account that is meant (`aws sts get-caller-identity`), create an organization, or accept the invitation to one.',
  },
  {
    code: 'not-verified-address',
    phrases: ['emailaddressisnotverified', 'failedthecheckinregion'],
    pattern:
      /\bEmail address is not verified\b(?:\.? {0,2}The following identities failed the check in region (?<region>[A-Za-z0-9-]{6,24}): {0,2}(?<who>[^\n]{3,200}))?/i,
    // https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
    text: ({ region }) =>
      `Amazon SES does not know this address as verified in ${region === undefined ? 'this Region' : region.toLowerCase()}; no policy denied the call. Verify the sender (\`aws sesv2 create-email-identity --email-identity ADDRESS_OR_DOMAIN --region ${region === undefined ? 'REGION' : region.toLowerCase()}\`). While the account is in the SES sandbox, the recipients must be verified too: ask for production access.`,
  },
  {
    code: 'not-connected',
    phrases: ['targetnotconnected', 'notinavalidstateforaccount', 'executecommandwasnotenabled'],
    pattern:
      /\b(?<code>TargetNotConnected)\b|\bInstances \[\[[^\]\n]{1,400}\]\] not in a valid state for account\b|(?<ecs>\bexecute command was not enabled when the task was run\b)/,
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-troubleshooting.html
    text: ({ ecs }) =>
      ecs === undefined
        ? 'Systems Manager has no connection to the instance; the caller was not denied. `aws ssm describe-instance-information` lists those it has. The instance needs a running SSM Agent, a route to the endpoints `ssm`, `ssmmessages` and `ec2messages`, and an instance profile whose role has AmazonSSMManagedInstanceCore. Check the Region, too.'
        : 'ECS Exec is off for this task, or its agent does not run; the caller was not denied. Start a new task with `--enable-execute-command` (`aws ecs update-service --enable-execute-command --force-new-deployment`). Its task role must allow `ssmmessages:CreateControlChannel`, `CreateDataChannel`, `OpenControlChannel` and `OpenDataChannel`.',
  },
  {
    code: 'not-found',
    phrases: ['validsourceimage'],
    pattern: /\bSource image [^\s]{1,300} does not exist\b|\bProvide a valid source image\b/,
    // https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
    text: 'Lambda finds no such image: the repository or tag does not exist, or the repository is in another Region than the function. Push the image first, to a repository in the Region of the function. No policy denied the call.',
  },
]
