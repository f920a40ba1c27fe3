import { parseArn } from '#iam/arn.ts'
import { awsOption, noAwsValue } from '#quote/shell.ts'
import { isFurther } from '#engine/further-policies.ts'
import type { PoliciesInForce } from '#engine/scenario.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import type { Denial } from '#intake/denial.ts'
import type { CallerDoubt } from './diagnosis.ts'
import type { Namesake } from './namesake.ts'

/**
 * Why the caller that AWS evaluated may not be the one that was meant, though nobody said who was expected: read off the
 * names, and off what stands beside the message. Undefined: nothing speaks for another. To be said before any grant.
 */
export const callerDoubt = (denial: Denial, policies?: PoliciesInForce, namesake?: Namesake): CallerDoubt | undefined =>
  wentOnWithout(denial) ??
  namedElsewhere(denial) ??
  nodeRole(denial) ??
  containerInstanceRole(denial) ??
  stackRole(denial) ??
  cognitoGuest(denial) ??
  sameName(denial, namesake) ??
  otherProfile(denial) ??
  defaultCredentials(denial) ??
  assumesOnly(denial, policies) ??
  otherStage(denial)

/** A role of that name in another account may do what the caller may not. */
function sameName({ principal, details }: Denial, namesake: Namesake | undefined): CallerDoubt | undefined {
  const own = roleOf(principal)
  if (namesake === undefined || own === undefined) return undefined
  const { account, accountName, roleArn } = namesake
  return {
    kind: 'same-name',
    expected: roleArn,
    text: `The role of that name in account ${account}${accountName === undefined ? '' : ` (${accountName})`} is allowed this, and AWS evaluated the one in ${own.account}: likely another profile or account was selected.`,
    tell: whoIs(details),
  }
}

/**
 * The caller's policies let it do nothing but assume roles: the call should have been one of such a role, which was not assumed.
 * So credentials of pipelines are made: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 */
function assumesOnly({ principal, action }: Denial, policies: PoliciesInForce | undefined): CallerDoubt | undefined {
  const own = policies?.identityPolicies ?? []
  const isAssuming = action === null || action.toLowerCase().startsWith('sts:')
  // A policy that is listed and was not read may hold the grant; that there may be others says nothing of what these are for.
  if (principal === null || isAssuming || own.some(({ document, name }) => document === undefined && !isFurther(name)))
    return undefined
  const statements = own
    .flatMap(({ document }) => [valueAt(documentValue(document), '/Statement') ?? []].flat())
    .filter((statement) => valueAt(statement, '/Effect') === 'Allow')
  const actions = statements.flatMap((statement) => [valueAt(statement, '/Action') ?? '*'].flat())
  if (statements.length === 0 || !actions.every((item) => typeof item === 'string' && ASSUMING.test(item)))
    return undefined
  const roles = statements.flatMap((statement) => [valueAt(statement, '/Resource') ?? '*'].flat()).filter(isText)
  const [named] = roles
  if (named === undefined || named === '*') return undefined
  const role = named.slice(named.lastIndexOf('/') + 1)
  return {
    kind: 'not-assumed',
    ...(/[*?$]/.test(named) ? {} : { expected: named }),
    text: `The policies of ${nameIn(principal)} let it do nothing but assume roles (${role}): this call should have been made as such a role, which was not assumed. A grant to ${nameIn(principal)} would go round that role; look first why it was not assumed.`,
    tell: 'aws sts assume-role --role-arn ROLE_ARN --role-session-name test',
  }
}

const ASSUMING = /^sts:(?:assumerole|tagsession|setsourceidentity|getcalleridentity)$/i
const isText = (value: unknown): value is string => typeof value === 'string'
const nameIn = (principal: string): string => {
  const role = roleOf(principal)
  return role === undefined ? `user ${userName(principal) ?? principal}` : `role ${role.name}`
}

interface Who {
  readonly account: string
  readonly name: string
  readonly session: string | undefined
}

function roleOf(arn: string | null | undefined): Who | undefined {
  const parts = parseArn(arn ?? '')
  const [kind, ...path] = parts?.resource.split('/') ?? []
  if (parts === undefined) return undefined
  if (kind === 'assumed-role' && path[0] !== undefined)
    return { account: parts.account, name: path[0], session: path.slice(1).join('/') }
  const name = kind === 'role' ? path.at(-1) : undefined
  return name === undefined ? undefined : { account: parts.account, name, session: undefined }
}

/** A tool said that it could not assume the role that is made for such calls, and went on with the credentials it had. */
function wentOnWithout({ principal, details }: Denial): CallerDoubt | undefined {
  const role = details?.['notAssumed']
  const [wanted, got] = [roleOf(role), roleOf(principal)]
  if (typeof role !== 'string' || wanted === undefined || got?.name === wanted.name) return undefined
  const caller = principal === null ? 'the credentials it had' : shown(principal)
  return {
    kind: 'not-assumed',
    expected: role,
    text: `The tool could not assume ${role} and went on as ${caller}: what is missing is sts:AssumeRole on that role, or its trust policy leaves the caller out. A grant of this call would go round it.`,
    tell: `aws sts assume-role ${awsOption('--role-arn', role)} --role-session-name test`,
  }
}

/** The paste names a role that the job should use: AWS_ROLE_ARN, `role-to-assume`, the annotation of a service account. */
function namedElsewhere({ principal, details, resource }: Denial): CallerDoubt | undefined {
  const named = details?.['roleNamed']
  // The call asks for that very role, so somebody else has to make it.
  if (named === resource) return undefined
  const [wanted, got] = [roleOf(named), roleOf(principal)]
  if (principal === null || wanted === undefined || typeof named !== 'string') return undefined
  if (got?.name === wanted.name && (got.account === wanted.account || !/^\d{12}$/.test(got.account))) return undefined
  const same = got?.name === wanted.name
  return {
    kind: same ? 'same-name' : 'another-role',
    expected: named,
    text: same
      ? `The paste names ${named}, and AWS evaluated the role of that name in account ${got?.account ?? ''}: another profile or account was selected.`
      : `The paste names ${named}, and AWS evaluated ${shown(principal)}: that role was not assumed, or not by this call.`,
    tell: whoIs(details),
  }
}

/** Whom the credentials of the job are of; those of its profile, where the paste names one. */
function whoIs(details: Denial['details']): string {
  const profile = profileIn(details)
  return profile === undefined ? WHO : `${WHO} ${awsOption('--profile', profile)}`
}

const WHO = 'aws sts get-caller-identity'

function profileIn(details: Denial['details']): string | undefined {
  const profile = details?.['profile']
  return typeof profile === 'string' && noAwsValue(profile) === undefined ? profile : undefined
}

/**
 * The paste names a profile of one stage, and the caller is of another by its name: keys in the environment may go before AWS_PROFILE.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html
 */
function otherProfile({ principal, details }: Denial): CallerDoubt | undefined {
  const profile = profileIn(details)
  const name = roleOf(principal)?.name ?? userName(principal)
  if (profile === undefined || name === undefined) return undefined
  const [of, ...more] = stagesIn(profile)
  const [own, ...others] = stagesIn(name)
  if (of === undefined || own === undefined || more.length > 0 || others.length > 0 || of === own) return undefined
  return {
    kind: 'other-stage',
    text: `The paste names profile ${profile}, of stage ${of}, and AWS evaluated ${name}, of ${own}: that profile was not used by this call (keys in the environment may go before AWS_PROFILE), or it holds the credentials of another stage.`,
    tell: whoIs(details),
  }
}

/**
 * The paste names a profile, and the credentials are those that are found without one: keys in the environment, or the instance's.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-authentication.html#cli-chap-authentication-precedence
 */
function defaultCredentials({ principal, details }: Denial): CallerDoubt | undefined {
  const profile = profileIn(details)
  if (principal === null || profile === undefined || profile === 'default') return undefined
  const isInstance = INSTANCE.test(roleOf(principal)?.session ?? '')
  if (!isInstance && details?.['credentialsSource'] !== 'environment variables') return undefined
  const source = isInstance ? 'credentials of the instance that it runs on' : 'keys in its environment'
  return {
    kind: 'default-credentials',
    text: `The paste names profile ${profile}, and the call was made with the ${source}, as ${shown(principal)}: that profile was not used by this call.`,
    tell: whoIs(details),
  }
}

const shown = (principal: string): string => {
  const role = roleOf(principal)
  return role === undefined ? principal : `role ${role.name}`
}

/** The id of an instance, also with its letters masked: `i-0xxxxxxx`, `i-****`. */
const INSTANCE = /^i-(?:[0-9a-f]{8,17}|[0-9a-f]{0,16}(?:[xX]{2,17}|\*{2,17}|\.{3,17}|…))$/
const NODE = /(?:^|[-_])(?:node|nodes|nodegroup|nodeinstancerole|eks)(?:$|[-_])|NodeInstanceRole|NodeRole|eks-?node/i

const PULL =
  /^ecr:(?:BatchCheckLayerAvailability|BatchGetImage|BatchImportUpstreamImage|CreateRepository|GetDownloadUrlForLayer)$/i

/**
 * A pod without a role of its own calls as the node that it runs on, whose sessions are named after the instance.
 * https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html
 */
function nodeRole({ principal, action, details }: Denial): CallerDoubt | undefined {
  const role = roleOf(principal)
  if (role?.session === undefined || !INSTANCE.test(role.session)) return undefined
  // The kubelet pulls the images of all pods with the role of the node.
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html
  if (PULL.test(action ?? '')) return undefined
  const pod = details?.['pod'] ?? null
  const account = details?.['serviceAccount'] ?? null
  if (pod === null && account === null && !NODE.test(role.name)) return undefined
  const [namespace = 'NAMESPACE', name = 'NAME'] = account?.split('/') ?? [pod ?? undefined]
  return {
    kind: 'node-role',
    text: `The session is named after an instance: this is role ${role.name} of the node, not a role of the pod. Its service account has no role (IRSA annotation or Pod Identity association), or the pod was made before it had. A grant to ${role.name} would be one to every pod on its nodes.`,
    tell: `kubectl get serviceaccount ${word(name, 'NAME')} -n ${word(namespace, 'NAMESPACE')} -o yaml`,
  }
}

const CONTAINER_INSTANCE = /ecs-?(?:container-?)?instance|container-?instance/i

/**
 * A task without a role of its own calls as the container instance that it runs on.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
function containerInstanceRole({ principal, action }: Denial): CallerDoubt | undefined {
  const role = roleOf(principal)
  if (role?.session === undefined || !INSTANCE.test(role.session) || !CONTAINER_INSTANCE.test(role.name))
    return undefined
  // What the agent of the instance calls is meant for that role.
  if (/^(?:ecs|ecr|logs|ec2):/i.test(action ?? '')) return undefined
  return {
    kind: 'node-role',
    text: `The session is named after an instance: this is role ${role.name} of the container instance, not the role of a task. The task definition has no taskRoleArn, or the container doesn't use it. A grant to ${role.name} would be one to every task on its instances.`,
    tell: 'aws ecs describe-task-definition --task-definition TASK_DEFINITION --query taskDefinition.taskRoleArn',
  }
}

const word = (text: string, unknown: string): string => (/^[a-z0-9][a-z0-9.-]{0,252}$/.test(text) ? text : unknown)

/**
 * CloudFormation calls with the role that a stack was once given, whoever deploys it now.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
 */
function stackRole({ principal, region }: Denial): CallerDoubt | undefined {
  const role = roleOf(principal)
  if (role?.session !== 'AWSCloudFormation') return undefined
  const where = region === null || noAwsValue(region) !== undefined ? '' : ` ${awsOption('--region', region)}`
  return {
    kind: 'service-role',
    text: `CloudFormation made this call with the stack's own role ${role.name}, not with your credentials. CloudFormation keeps using the role that the stack was created with. Grant the permission to that role, or pass another one with \`--role-arn\`.`,
    tell: `aws cloudformation describe-stacks --query 'Stacks[?RoleARN].[StackName,RoleARN]'${where}`,
  }
}

/**
 * Cognito puts a session policy on what it gives guests by its enhanced flow, and lets them use no service but those on its list
 * (G-103). https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies-scope-down-services
 */
function cognitoGuest({ principal, reported }: Denial): CallerDoubt | undefined {
  const role = roleOf(principal)
  if (role?.session !== 'CognitoIdentityCredentials') return undefined
  const isGuest = reported.layer === null && /unauth/i.test(role.name)
  if (reported.layer !== 'session-policy' && !isGuest) return undefined
  return {
    kind: 'session-of-cognito',
    text: `Cognito gave these credentials by its enhanced flow, with a session policy of its own on those of guests: a service that is not on its list is refused, whatever role ${role.name} allows. Credentials of the basic (classic) flow have none: GetOpenIdToken, then AssumeRoleWithWebIdentity.`,
    tell: 'aws cognito-identity describe-identity-pool --identity-pool-id IDENTITY_POOL_ID --query AllowClassicFlow',
  }
}

const STAGES: ReadonlyMap<string, string> = new Map(
  [
    ['dev', 'dev development develop'],
    ['test', 'test tst testing qa uat int'],
    ['staging', 'stage staging stg preprod'],
    ['prod', 'prod production prd live'],
    ['sandbox', 'sandbox sbx'],
  ].flatMap(([stage = '', words = '']) => words.split(' ').map((word) => [word, stage] as const)),
)

/** The stages in a name; a word of its own, or set off by its capital. */
function stagesIn(name: string): ReadonlySet<string> {
  const words = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/)
  return new Set(words.flatMap((word) => STAGES.get(word.toLowerCase()) ?? []))
}

/** A caller with one stage in its name asks for what has another in its own. */
function otherStage({ principal, resource, details }: Denial): CallerDoubt | undefined {
  const name = roleOf(principal)?.name ?? userName(principal)
  if (name === undefined || resource === null) return undefined
  const [own, ofResource] = [stagesIn(name), stagesIn(parseArn(resource)?.resource ?? resource)]
  const [mine, ...more] = own
  const [other, ...others] = ofResource
  if (mine === undefined || other === undefined || more.length > 0 || others.length > 0 || mine === other)
    return undefined
  return {
    kind: 'other-stage',
    text: `${name} is of stage ${mine} by its name, and ${parseArn(resource)?.resource ?? resource} of ${other}: more likely the job has the wrong credentials, or the wrong name of what it asks for, than that a policy lacks something.`,
    tell: whoIs(details),
  }
}

const userName = (principal: string | null): string | undefined =>
  /:user\/(?:.{0,400}\/)?([^/]{1,128})$/.exec(principal ?? '')?.[1]
