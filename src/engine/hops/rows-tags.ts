import { CALL_FACTS } from '#iam/call-facts.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { BY_TEMPLATE } from '../launch-tags.ts'
import { notKnown, own } from './from.ts'
import type { From, Hop, Target } from './hop.ts'
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

/** What a call of EC2 makes, and may tag as it does. */
const MADE_IN_EC2: readonly (readonly [action: string, types: readonly string[]])[] = [
  ['CreateVolume', ['volume']],
  ['CreateSnapshot', ['snapshot']],
  ['CreateSecurityGroup', ['security-group']],
  ['CreateVpc', ['vpc']],
  ['CreateSubnet', ['subnet']],
  ['CreateNetworkInterface', ['network-interface']],
  ['CreateLaunchTemplate', ['launch-template']],
]

const LAUNCHED = ['instance', 'volume', 'network-interface', 'spot-instances-request']

/**
 * What is tagged: a call says for each type of what it makes which tags it is to have. It may be refused on something else,
 * as the image of an instance; what it makes has no name yet. Where no type is known, whatever it makes may be tagged.
 */
const tagged =
  (made: readonly string[]): From =>
  (scene) => {
    const said = typesTagged(scene)
    const types = said.length > 0 ? said : made.length === 1 ? made : made.filter((type) => ofOwn(scene, type))
    if (types.length > 0) return types.flatMap((type) => madeOf(scene, type))
    return made.some((type) => siblingOf(scene, type) !== undefined) ? [] : notKnown(scene)
  }

/** Types of which the call itself says so; what a launch template tags besides it does not tell. */
const typesTagged = (scene: Scene): readonly string[] =>
  values(scene, CALL_FACTS.tagged).filter((type) => type !== BY_TEMPLATE)

const ofOwn = ({ own: arn }: Scene, type: string): boolean => arn !== undefined && isResource(arn, 'ec2', `${type}/`)

/** Of the other resources of the same call. */
const siblingOf = ({ facts }: Scene, type: string): string | undefined =>
  [facts.request.resource ?? []].flat().find((arn) => isResource(arn, 'ec2', `${type}/`))

function madeOf(scene: Scene, type: string): readonly Target[] {
  if (ofOwn(scene, type)) return own(scene)
  const { partition, region, callerAccount } = scene
  const listed = siblingOf(scene, type)
  if (listed !== undefined) return [{ arn: listed }]
  if (region === '' || callerAccount === undefined) return notKnown(scene)
  return [{ arn: `arn:${partition}:ec2:${region}:${callerAccount}:${type}/*` }]
}

const ec2Tags = (rule: string, action: string, made: readonly string[]): Hop => ({
  rule,
  on: [`ec2:${action}`],
  // What was refused may have no tags of its own (R-REQ-02).
  when: (scene) => passesTags(scene) || typesTagged(scene).length > 0,
  who: SAME_CALL,
  needs: [{ actions: ['ec2:CreateTags'], on: tagged(made), context: () => ({ 'ec2:CreateAction': action }) }],
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
  ec2Tags('G-21', 'RunInstances', LAUNCHED),
  ...MADE_IN_EC2.map(([action, types]) => ec2Tags('G-85', action, types)),
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
