import { CALL_FACTS } from '#iam/call-facts.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { notKnown, own } from './from.ts'
import type { From, Hop } from './hop.ts'
import { isResource, passesTags, type Scene, values } from './scene.ts'
import { SAME_CALL } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'

/** Creating with tags is judged as tagging, too, where the service has an action for it (G-21, G-85). */
const TAGGING: readonly (readonly [on: readonly string[], tagging: string, docs: string])[] = [
  [
    ['secretsmanager:CreateSecret'],
    'secretsmanager:TagResource',
    'secretsmanager/latest/apireference/API_CreateSecret.html',
  ],
  [['lambda:CreateFunction'], 'lambda:TagResource', 'lambda/latest/dg/configuration-tags.html'],
  [['sqs:CreateQueue'], 'sqs:TagQueue', 'AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html'],
  [['sns:CreateTopic'], 'sns:TagResource', 'sns/latest/dg/sns-tags.html'],
  [['dynamodb:CreateTable'], 'dynamodb:TagResource', 'amazondynamodb/latest/developerguide/Tagging.html'],
  [['kms:CreateKey'], 'kms:TagResource', 'kms/latest/APIReference/API_CreateKey.html'],
  [['iam:CreateRole'], 'iam:TagRole', 'IAM/latest/UserGuide/id_tags_roles.html'],
  [['iam:CreateUser'], 'iam:TagUser', 'IAM/latest/UserGuide/id_tags_users.html'],
  [['iam:CreatePolicy'], 'iam:TagPolicy', 'IAM/latest/UserGuide/id_tags_customer-managed-policies.html'],
  [['logs:CreateLogGroup'], 'logs:TagResource', 'AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html'],
  [['ecr:CreateRepository'], 'ecr:TagResource', 'AmazonECR/latest/userguide/ecr-using-tags.html'],
  [
    ['rds:CreateDBInstance', 'rds:CreateDBCluster'],
    'rds:AddTagsToResource',
    'AmazonRDS/latest/UserGuide/USER_Tagging.html',
  ],
  [
    ['cloudwatch:PutMetricAlarm'],
    'cloudwatch:TagResource',
    'AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
  ],
]

const CREATES_IN_EC2 = [
  'CreateVolume',
  'CreateSnapshot',
  'CreateSecurityGroup',
  'CreateVpc',
  'CreateSubnet',
  'CreateNetworkInterface',
  'CreateLaunchTemplate',
]

const LAUNCHED = ['instance/', 'volume/', 'network-interface/', 'spot-instances-request/']

const isLaunched = ({ own: arn }: Scene): boolean =>
  LAUNCHED.some((type) => arn !== undefined && isResource(arn, 'ec2', type))

/** A call says for each type of what it makes which tags it is to have; where that is not known, all it makes is tagged. */
const isTagged = (scene: Scene): boolean => {
  const types = values(scene, CALL_FACTS.tagged)
  return types.length === 0 || types.some((type) => scene.ownArn?.resource.startsWith(`${type}/`) === true)
}

const ec2Tags = (rule: string, action: string, when: (scene: Scene) => boolean): Hop => ({
  rule,
  on: [`ec2:${action}`],
  when: (scene) => passesTags(scene) && isTagged(scene) && when(scene),
  who: SAME_CALL,
  needs: [{ actions: ['ec2:CreateTags'], on: own, context: () => ({ 'ec2:CreateAction': action }) }],
  why: 'tags are passed on creation, which needs the permission to tag for this very action',
  docs: `${AWS}AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html`,
})

/** A new key has no ARN to be tagged by; what is made under a name has. */
const taggable =
  (action: string): From =>
  (scene) => {
    const [service = '', name = ''] = action.split(':')
    const isNamed = (actionFacts(service, name)?.resourceTypes.length ?? 0) > 0
    return isNamed && scene.own !== undefined ? own(scene) : notKnown(scene)
  }

/** Tags on creation, which are judged as tagging as well (G-21, G-85). */
export const TAG_HOPS: readonly Hop[] = [
  ec2Tags('G-21', 'RunInstances', isLaunched),
  ...CREATES_IN_EC2.map((action) => ec2Tags('G-85', action, () => true)),
  ...TAGGING.map(
    ([on, tagging, docs]): Hop => ({
      rule: 'G-85',
      on,
      when: passesTags,
      who: SAME_CALL,
      needs: [{ actions: [tagging], on: taggable(on[0] ?? '') }],
      why: 'tags are passed on creation, which needs the permission to tag as well',
      docs: `${AWS}${docs}`,
    }),
  ),
]
