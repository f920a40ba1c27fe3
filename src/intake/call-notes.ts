import type { Denial } from './denial.ts'

/** What a note depends on. */
type Called = Pick<Denial, 'action' | 'resource' | 'principal' | 'code'> & Pick<Denial['reported'], 'layer'>

/** Notes that follow from which call was denied, whatever the words. */
export const callNotes = (called: Called): Denial['notes'] => [
  ...inferenceProfile(called),
  ...scopeDownPolicy(called),
  ...notAuthorizedVpc(called),
  ...linkedRolePassed(called),
]

const INVOKES = new Set([
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:Converse',
  'bedrock:ConverseStream',
])

/**
 * A model that an inference profile was asked for: each destination Region is authorized by itself.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 */
function inferenceProfile({ action, resource }: Called): Denial['notes'] {
  const model = /^arn:[\w-]{1,20}:bedrock:(?<region>[a-z0-9-]{0,30})::foundation-model\//.exec(resource ?? '')?.groups
  if (!INVOKES.has(action ?? '') || model === undefined) return []
  const text =
    model['region'] === ''
      ? 'A global inference profile (`global.…`) sent the call: the ARN of the model has no Region, and aws:RequestedRegion is `unspecified`. A policy that allows a list of Regions denies it. Call a profile of your geography (`us.…`, `eu.…`), or let that policy except `unspecified` for this action.'
      : `If the call names an inference profile (\`us.…\`, \`eu.…\`, \`jp.…\`), Bedrock may route it to each Region of the profile: policies have to allow the profile in the Region of the call and the model in all of its Regions, also in ${model['region']}. \`aws bedrock get-inference-profile --inference-profile-identifier ID --query 'models[].modelArn'\` lists them.`
  return [{ code: 'inference-profile', text }]
}

/** Amazon Cognito limits sessions of guests by a policy of its own. https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies */
function scopeDownPolicy({ principal, layer }: Called): Denial['notes'] {
  const isGuest = (principal ?? '').endsWith('/CognitoIdentityCredentials')
  return layer === 'session-policy' && isGuest ? [SCOPE_DOWN] : []
}

export const SCOPE_DOWN: Denial['notes'][number] = {
  code: 'scope-down-policy',
  text: 'In the enhanced flow, Amazon Cognito gives guests of an identity pool a session policy that allows a few services only; no policy of the role adds to it. Let the user sign in, or use the basic (classic) flow: GetOpenIdToken, then AssumeRoleWithWebIdentity.',
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html, NotAuthorizedException */
function notAuthorizedVpc({ action, code }: Called): Denial['notes'] {
  const isVpc = action === 'route53:AssociateVPCWithHostedZone' && code === 'NotAuthorizedException'
  const text =
    'Route 53 answers this, not IAM: the account that owns the VPC has to make this call, after the account of the hosted zone has authorized it (CreateVPCAssociationAuthorization). Use credentials of the account that owns the VPC.'
  return isVpc ? [{ code: 'service-rule', text }] : []
}

/**
 * A service-linked role in the place of a role that a service is to be given: the service has it already. Only Auto Scaling takes one of
 * its own roles by name, with a suffix. https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html,
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
 */
function linkedRolePassed({ action, resource }: Called): Denial['notes'] {
  const { service = '', role = '' } =
    /:role\/aws-service-role\/(?<service>[\w.-]{1,100})\/(?<role>[\w+=,.@-]{1,64})$/.exec(resource ?? '')?.groups ?? {}
  const isTaken = role === '' || role.startsWith('AWSServiceRoleForAutoScaling_')
  if (action !== 'iam:PassRole' || isTaken) return []
  const parameter = service === 'stacksets.cloudformation.amazonaws.com' ? STACK_SET : 'the parameter that names it'
  return [
    {
      code: 'linked-role-passed',
      text: `${role} is a service-linked role: ${service} uses it by itself, and nobody has to pass it. Leave out ${parameter}, or name a role that you made for the service. Nobody needs iam:PassRole for a service-linked role`,
    },
  ]
}

const STACK_SET =
  'the administration role (`--administration-role-arn`, `administration_role_arn`), which a stack set with service-managed permissions (`SERVICE_MANAGED`) does not take'
