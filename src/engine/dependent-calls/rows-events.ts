import type { Resource } from '../scenario.ts'
import {
  anyOf,
  functions,
  listed,
  named,
  ofType,
  own,
  ownRole,
  queues,
  roles,
  soleRole,
  streamsOf,
  topics,
} from './target-selectors.ts'
import type { TargetSelector, DependentCall } from './dependent-call.ts'
import { managedKeyOf, onKey, ownKey, serviceKey, WRITE_AND_READ } from './keys.ts'
import { statesContext } from './rows-keys.ts'
import { policyHolderOf, isResource, type CallView } from './call-view.ts'

const AWS = 'https://docs.aws.amazon.com/'

const TARGET_ACTIONS: readonly (readonly [action: string, service: string, type: string])[] = [
  ['lambda:InvokeFunction', 'lambda', 'function:'],
  ['sns:Publish', 'sns', ''],
  ['sqs:SendMessage', 'sqs', ''],
  ['logs:PutLogEvents', 'logs', 'log-group:'],
]

const ROLE_TARGET_ACTIONS: readonly (readonly [action: string, service: string, type: string])[] = [
  ['kinesis:PutRecord', 'kinesis', 'stream/'],
  ['firehose:PutRecord', 'firehose', 'deliverystream/'],
  ['states:StartExecution', 'states', 'stateMachine:'],
  ['codebuild:StartBuild', 'codebuild', 'project/'],
  ['events:PutEvents', 'events', 'event-bus/'],
  ['events:InvokeApiDestination', 'events', 'api-destination/'],
  ['ecs:RunTask', 'ecs', 'task-definition/'],
]

const ruleTargets = (service: string, type: string): TargetSelector =>
  anyOf(ofType(named('events:TargetArn'), service, type), listed(service, type))

const keyedTargets = anyOf(ruleTargets('sqs', ''), ruleTargets('sns', ''))

/** The streams of the log group, which is what AWS's page has the function let in. */
const logStreams: TargetSelector = (view) =>
  own(view).map((target) => (target.arn === null ? target : { ...target, arn: `${policyHolderOf(target.arn)}:*` }))

/** The service has two names, that of the Region being the older one; a policy that has either lets it in. */
const logsName = ({ others, region }: CallView): string => {
  const ofRegion = `logs.${region}.amazonaws.com`
  const isNamed = ({ arn, policy }: Resource) =>
    isResource(arn, 'lambda', 'function:') && JSON.stringify(policy ?? null).includes(ofRegion)
  return others.some(isNamed) ? ofRegion : 'logs.amazonaws.com'
}

const EVENTS = { kind: 'service', name: 'events.amazonaws.com', source: own } as const

/** Events, topics, logs and workflows (G-36, G-45, G-47, G-86, G-87, G-88, G-90, G-91, G-104). */
export const EVENT_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-36',
    on: ['logs:PutSubscriptionFilter'],
    who: { kind: 'service', name: logsName, source: logStreams },
    needs: [{ actions: ['lambda:InvokeFunction'], on: functions }],
    why: 'CloudWatch Logs invokes the function itself, which must let it in under its plain name or that of the Region',
    docs: `${AWS}AmazonCloudWatch/latest/logs/SubscriptionFilters.html`,
  },
  ...TARGET_ACTIONS.map(
    ([action, service, type]): DependentCall => ({
      rule: 'G-47',
      on: ['events:PutTargets'],
      who: EVENTS,
      needs: [
        {
          actions: [action],
          on: service === 'logs' ? streamsOf(ruleTargets(service, type)) : ruleTargets(service, type),
        },
      ],
      later: true,
      why: 'EventBridge reaches this target by its own policy, which must let it in for this rule',
      docs: `${AWS}eventbridge/latest/userguide/eb-use-resource-based.html`,
    }),
  ),
  {
    rule: 'G-88',
    on: ['events:PutTargets'],
    who: EVENTS,
    needs: [onKey(serviceKey(keyedTargets), WRITE_AND_READ)],
    later: true,
    why: 'the target is encrypted with this key, whose policy must let EventBridge in',
    docs: `${AWS}eventbridge/latest/userguide/eb-use-resource-based.html`,
  },
  {
    rule: 'G-90',
    on: ['events:PutTargets'],
    who: EVENTS,
    needs: [onKey(managedKeyOf(keyedTargets), WRITE_AND_READ)],
    later: true,
    why: 'the AWS managed key of a topic or queue lets no service in; a customer managed key is needed',
    docs: `${AWS}AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html`,
  },
  ...ROLE_TARGET_ACTIONS.map(
    ([action, service, type]): DependentCall => ({
      rule: 'G-88',
      on: ['events:PutTargets'],
      who: { kind: 'role', role: soleRole },
      needs: [{ actions: [action], on: ruleTargets(service, type) }],
      later: true,
      why: 'EventBridge reaches this target with the role of the rule',
      docs: `${AWS}eventbridge/latest/userguide/eb-use-identity-based.html`,
    }),
  ),
  {
    rule: 'G-91',
    on: ['sns:Publish', 'sns:Subscribe'],
    who: { kind: 'service', name: 'sns.amazonaws.com', source: own },
    needs: [
      {
        actions: ['lambda:InvokeFunction'],
        on: anyOf(ofType(named('sns:Endpoint'), 'lambda', 'function:'), functions),
      },
    ],
    later: true,
    why: 'SNS invokes the function itself, which must let it in for this topic',
    docs: `${AWS}sns/latest/dg/lambda-console.html`,
  },
  {
    rule: 'G-104',
    on: ['execute-api:Invoke'],
    when: (view) => roles(view).length === 0,
    who: { kind: 'service', name: 'apigateway.amazonaws.com', source: own },
    needs: [{ actions: ['lambda:InvokeFunction'], on: functions }],
    why: 'API Gateway invokes the function itself, which must let it in for this method',
    docs: `${AWS}apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html`,
  },
  {
    rule: 'G-104',
    on: ['execute-api:Invoke'],
    who: { kind: 'role', role: soleRole },
    needs: [{ actions: ['lambda:InvokeFunction'], on: functions }],
    why: 'API Gateway invokes the function with the role of the integration',
    docs: `${AWS}apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html`,
  },
  {
    rule: 'G-45',
    on: ['states:StartExecution', 'states:StartSyncExecution'],
    who: { kind: 'role', role: ownRole },
    needs: [
      { actions: ['lambda:InvokeFunction'], on: functions },
      { actions: ['sns:Publish'], on: topics },
      { actions: ['sqs:SendMessage'], on: queues },
      { actions: ['states:StartExecution'], on: listed('states', 'stateMachine:') },
      { actions: ['ecs:RunTask'], on: listed('ecs', 'task-definition/') },
    ],
    later: true,
    why: 'the tasks of the workflow run with its role',
    docs: `${AWS}step-functions/latest/dg/service-integration-iam-templates.html`,
  },
  {
    rule: 'G-86',
    on: ['states:StartExecution', 'states:StartSyncExecution'],
    who: { kind: 'role', role: ownRole },
    needs: [onKey(ownKey, WRITE_AND_READ, { via: 'states', encryption: statesContext })],
    later: true,
    why: 'the workflow is encrypted with this key, which it uses with its role',
    docs: `${AWS}step-functions/latest/dg/encryption-at-rest.html`,
  },
  {
    rule: 'G-87',
    on: ['states:StartExecution', 'states:StartSyncExecution'],
    who: { kind: 'role', role: ownRole },
    needs: [
      {
        actions: ['sts:AssumeRole'],
        on: (view) => roles(view).filter(({ arn }) => !ownRole(view).some((target) => target.arn === arn)),
      },
    ],
    later: true,
    why: 'a task of the workflow works with this role, which must trust the role of the workflow',
    docs: `${AWS}step-functions/latest/dg/concepts-access-cross-acct-resources.html`,
  },
]
