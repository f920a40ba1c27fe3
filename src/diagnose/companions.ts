import { QUEUE_READS, STREAM_READS, TABLE_STREAM_READS } from '#engine/dependent-calls/event-source-reads.ts'
import { EBS_ACTIONS } from '#engine/dependent-calls/keys.ts'
import { ROLE_NETWORK } from '#engine/dependent-calls/rows-lambda.ts'
import { evaluateRelations } from '#engine/open-cases.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import type { Denial } from '#intake/denial.ts'
import { LOG_DELIVERY } from '#intake/messages/role-permission-refusals.ts'

/** Actions that one piece of work needs together, by a page of AWS (R-ADV-14): on the same resource, or on none. */
interface CompanionSet {
  readonly actions: readonly string[]
  /** Actions without a resource that the same work needs. */
  readonly without?: readonly string[]
  /** Denied actions that show that work; left out: each of `actions`. */
  readonly shownBy?: readonly string[]
  /** API operations that show that work; left out: the denied action is enough. */
  readonly operations?: readonly string[]
  /** Ids of the messages that show that work; they show it as operations do. */
  readonly messages?: readonly string[]
  /** Services through which a key is used for that work. */
  readonly via?: readonly string[]
  /** Services that call in their own name for that work. */
  readonly callers?: readonly string[]
  /** Why they are needed together, as a clause. */
  readonly why: string
  readonly docs: string
}

const AWS = 'https://docs.aws.amazon.com/'
const EVENT_SOURCE = ['CreateEventSourceMapping', 'UpdateEventSourceMapping']

const COMPANION_SETS: readonly CompanionSet[] = [
  {
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    shownBy: ['kms:GenerateDataKey'],
    operations: ['SendMessage', 'SendMessageBatch'],
    via: ['sqs'],
    why: 'a sender to an encrypted queue needs both',
    docs: `${AWS}AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html`,
  },
  {
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    shownBy: ['kms:GenerateDataKey'],
    operations: ['Publish', 'PublishBatch'],
    via: ['sns'],
    why: 'a publisher to an encrypted topic needs both',
    docs: `${AWS}sns/latest/dg/sns-key-management.html`,
  },
  {
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    callers: ['budgets', 'cloudwatch', 'codestar-notifications', 'events', 's3', 'sns'],
    why: 'a service that sends to an encrypted topic or queue needs both',
    docs: `${AWS}sns/latest/dg/sns-key-management.html#compatibility-with-aws-services`,
  },
  {
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    operations: ['CreateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'],
    why: 'a multipart upload with a KMS key needs both',
    docs: `${AWS}AmazonS3/latest/userguide/mpuoverview.html`,
  },
  {
    actions: QUEUE_READS,
    operations: EVENT_SOURCE,
    messages: ['role-lacks-action'],
    why: 'an SQS event source of a function needs all three',
    docs: `${AWS}lambda/latest/dg/services-sqs-configure.html`,
  },
  {
    actions: STREAM_READS,
    operations: EVENT_SOURCE,
    messages: ['role-lacks-action'],
    why: 'a Kinesis event source of a function needs all of these',
    docs: `${AWS}lambda/latest/dg/services-kinesis-create.html`,
  },
  {
    actions: TABLE_STREAM_READS,
    without: ['dynamodb:ListStreams'],
    operations: EVENT_SOURCE,
    messages: ['role-lacks-action'],
    why: 'a DynamoDB event source of a function needs all four',
    docs: `${AWS}amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html`,
  },
  {
    actions: ROLE_NETWORK,
    operations: ['CreateFunction', 'UpdateFunctionConfiguration'],
    messages: ['role-lacks-action'],
    why: 'the execution role of a function in a VPC needs all of these for its network interfaces',
    docs: `${AWS}lambda/latest/dg/configuration-vpc.html`,
  },
  {
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:InitiateLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:CompleteLayerUpload',
      'ecr:PutImage',
    ],
    without: ['ecr:GetAuthorizationToken'],
    // A pull checks layers, too.
    shownBy: ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'],
    why: 'a push of an image needs all of these',
    docs: `${AWS}AmazonECR/latest/userguide/image-push-iam.html`,
  },
  {
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    without: ['ecr:GetAuthorizationToken'],
    why: 'a pull of an image needs all of these',
    docs: `${AWS}AmazonECR/latest/userguide/ECR_on_ECS.html`,
  },
  {
    actions: [
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    why: 'Session Manager needs all four on the managed node',
    docs: `${AWS}systems-manager/latest/userguide/getting-started-add-permissions-to-existing-profile.html`,
  },
  {
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    callers: ['pods.eks'],
    why: 'EKS Pod Identity assumes the role and tags the session',
    docs: `${AWS}eks/latest/userguide/pod-id-role.html`,
  },
  {
    actions: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    callers: ['rolesanywhere'],
    why: 'IAM Roles Anywhere assumes the role with tags and a source identity',
    docs: `${AWS}rolesanywhere/latest/userguide/trust-model.html`,
  },
  {
    actions: LOG_DELIVERY,
    messages: ['log-delivery-denied'],
    why: 'Step Functions needs all of these on the role of the state machine to set up its logs',
    docs: `${AWS}step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy`,
  },
  {
    actions: ['events:PutRule', 'events:PutTargets', 'events:DescribeRule'],
    messages: ['managed-rule'],
    why: 'a state machine that waits for the work of another service needs all three on its managed rule',
    docs: `${AWS}step-functions/latest/dg/service-integration-iam-templates.html`,
  },
  {
    actions: EBS_ACTIONS,
    messages: ['volume-key-denied', 'volume-key-inaccessible'],
    why: 'a launch of an instance with an encrypted volume needs all of these on its key',
    docs: `${AWS}ebs/latest/userguide/ebs-encryption-requirements.html`,
  },
]

/** An action that is needed together with the denied one, and why. */
export interface Companion {
  readonly action: string
  /** It has no resource: it is granted on `*`. */
  readonly isWithout: boolean
  readonly why: string
}

/**
 * The companions of a denied action: those of a set that the evidence shows, or that an Allow of the caller lists for another resource.
 * `scenario` left out: no policy is known.
 */
export function companionsOf(denial: Denial, action: string, scenario?: Scenario): readonly Companion[] {
  const listed = scenario === undefined ? [] : actionsListedTogether(scenario)
  const set = COMPANION_SETS.find(
    (each) =>
      includes(each.actions, action) &&
      (isShown(each, denial, action, scenario?.request) ||
        (each.callers === undefined && listed.some((names) => isListed(each.actions, names)))),
  )
  if (set === undefined) return []
  // A service that acts for itself is let in by the policy of the resource, and logs in nowhere.
  const without = serviceIn(denial, scenario?.request) === undefined ? (set.without ?? []) : []
  const others = [...set.actions, ...without].filter((other) => !isSame(other, action))
  return others.map((other) => ({
    action: other,
    isWithout: isWildcardOnlyAction(other) === true && isWildcardOnlyAction(action) !== true,
    why: `${set.why} (${set.docs})`,
  }))
}

/** The service that calls in its own name. Undefined: somebody with policies of their own does. */
const serviceIn = ({ principal }: Pick<Denial, 'principal'>, request: Request | undefined): string | undefined =>
  /^([a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?$/.exec(request?.principal ?? principal ?? '')?.[1]

function isShown(
  { actions, shownBy = actions, operations, messages, callers, via = [] }: CompanionSet,
  { operation, principal, context, evidence }: Denial,
  action: string,
  request: Request | undefined,
): boolean {
  if (!includes(shownBy, action)) return false
  const service = request?.context?.['kms:ViaService'] ?? context['kms:ViaService']
  if (typeof service === 'string' && via.some((name) => service.startsWith(`${name}.`))) return true
  if (callers !== undefined) return callers.includes(serviceIn({ principal }, request) ?? '')
  if (operations === undefined && messages === undefined) return true
  const isOperation = operation !== null && operations?.includes(operation) === true
  return isOperation || messages?.some((id) => evidence.reader.startsWith(id)) === true
}

/** The actions of each Allow of the caller's identity-based policies, as they are written. */
function actionsListedTogether(scenario: Scenario): readonly (readonly string[])[] {
  const [evaluated] = evaluateRelations(scenario)
  return (evaluated?.trace ?? [])
    .filter(({ layer }) => layer === 'identity-policy')
    .flatMap(({ policies }) => policies)
    .flatMap(({ document }) => document.statements)
    .flatMap(({ effect, actionElement, actionSource }) =>
      effect === 'Allow' && actionElement === 'Action' ? [actionSource] : [],
    )
}

/** Wildcards say nothing of what is needed together. */
const isListed = (set: readonly string[], names: readonly string[]): boolean =>
  set.every((action) => includes(names, action))

const includes = (names: readonly string[], action: string): boolean => names.some((name) => isSame(name, action))

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
