import type { UsualCause } from '../diagnosis.ts'
import { type Clues, inRegion } from './clues.ts'
import { boundaryCause, causeIn, refusedOne, silentIdentity } from './general-causes.ts'
import { eventsNamed, trustPolicy } from './look.ts'

/** Why STS usually gives no session; the token, the assertion and the trust policy have to fit. */
export function stsCauses(clues: Clues): readonly UsualCause[] {
  switch (clues.action) {
    case 'sts:AssumeRoleWithWebIdentity':
      return webIdentityCauses(clues)
    case 'sts:AssumeRoleWithSAML':
      return samlCauses(clues)
    case 'sts:TagSession':
      return [TAGS_TRUSTED(clues), ...assumeCauses(clues)]
    default:
      return assumeCauses(clues)
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required */
const TAGS_TRUSTED = (clues: Clues): UsualCause => ({
  layer: 'resource-policy',
  what: 'the session has tags (GitHub’s action, EKS Pod Identity and tags of an outer session send some), and the trust policy of the role allows sts:AssumeRole without sts:TagSession',
  tell: `${trustPolicy(clues)}.Statement[].Action`,
})

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html and
 * https://docs.github.com/en/actions/reference/security/oidc: subjects of GitHub
 */
const webIdentityCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: 'resource-policy',
    what: 'the subject of the token is not what the trust policy has under the provider’s `:sub`: another branch, an `environment:`, a pull request, another service account or namespace, another letter case',
    tell: trustPolicy(clues),
  },
  {
    layer: 'resource-policy',
    what: 'the condition is on another key than the provider’s own: `:aud` for `:sub`, a key with the ARN before it, the id of another cluster',
    tell: `${trustPolicy(clues)}.Statement[].Condition`,
  },
  {
    layer: 'resource-policy',
    what: 'the trust policy names a provider that the account does not have, or of another account',
    tell: 'aws iam list-open-id-connect-providers',
  },
  {
    layer: null,
    what: 'the role is not there, or is in another account than the one in the ARN that the job uses: STS says the same then',
    tell: `${trustPolicy(clues).split(' --query')[0] ?? ''} --query Role.Arn`,
  },
]

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html */
const samlCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: 'resource-policy',
    what: 'the trust policy does not allow sts:AssumeRoleWithSAML to this provider, or its `SAML:aud` is not the address of the sign-in',
    tell: trustPolicy(clues),
  },
  {
    layer: null,
    what: 'the pair of role and provider in the assertion’s Role attribute is not the one that exists',
    tell: 'aws iam list-saml-providers',
  },
  {
    layer: 'resource-policy',
    what: 'the session sends tags, and the trust policy does not allow sts:TagSession',
    tell: `${trustPolicy(clues)}.Statement[].Action`,
  },
]

const assumeCauses = (clues: Clues): readonly UsualCause[] => [
  // A service has no policies of its own: the trust policy alone lets it in.
  ...(clues.denial.principalType === 'service' ? [] : [silentIdentity(clues)]),
  {
    layer: 'resource-policy',
    what: 'the trust policy of the role does not name the caller or its account, or a condition of it fails (MFA, external id, source)',
    tell: trustPolicy(clues),
  },
  {
    layer: null,
    what: 'the role does not exist under this name and account: STS says the same then',
    tell: `${trustPolicy(clues).split(' --query')[0] ?? ''} --query Role.Arn`,
  },
  ...causeIn('service-control-policy', 'a service control policy of the caller’s account denies it', clues),
]

/** EC2 says which request it was, and why, in a message that the account alone can decode. */
export const ec2Causes = (clues: Clues): readonly UsualCause[] => {
  const name = clues.action?.split(':')[1]
  const isLaunch = name === undefined || /^(?:RunInstances|CreateFleet|RequestSpot(?:Instances|Fleet))$/.test(name)
  const besides = furtherOf(name, isLaunch, refusedOne(clues))
  return [
    silentIdentity(
      clues,
      isLaunch
        ? ' (RunInstances asks for each of instance, image, subnet, volume, interface, security group, key)'
        : '',
    ),
    ...(besides === undefined
      ? []
      : [{ layer: 'identity-policy' as const, what: besides, tell: inRegion(eventsNamed(eventName(clues)), clues) }]),
    ...causeIn(
      'service-control-policy',
      `a service control policy denies it: ${isLaunch ? 'Region, instance type, missing tags' : 'Region, tags'}`,
      clues,
    ),
    ...boundaryCause(clues),
  ]
}

/** What calls of EC2 ask for besides, by what they are given; undefined: nothing. */
function furtherOf(name: string | undefined, isLaunch: boolean, who: string): string | undefined {
  if (isLaunch)
    return `an instance profile is given, and ${who} may not iam:PassRole its role; or tags, and it may not ec2:CreateTags`
  if (/IamInstanceProfile/.test(name ?? '')) return `${who} may not iam:PassRole the role of the instance profile`
  return /^(?:Create|Copy|Import|Allocate|Register)/.test(name ?? '') && name !== 'CreateTags'
    ? `tags are given, and ${who} may not ec2:CreateTags`
    : undefined
}

const eventName = ({ action, denial }: Clues): string => denial.operation ?? action?.split(':')[1] ?? 'RunInstances'
