import { buckets, listed, notKnown, own, ownBucket } from './target-selectors.ts'
import type { TargetSelector, DependentCall, Proviso } from './dependent-call.ts'
import { passes } from './rows-roles.ts'
import { isResource, isSent, type CallView, values } from './call-view.ts'
import { LINKED_ROLES, type LinkedRole } from './service-linked-roles.ts'
import { SAME_CALL, through } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'
const nowhere: TargetSelector = () => [{ arn: '*' }]

/** Names of the client's commands in its user agent: `command/s3.sync` and, since 2024, `md/command#s3.sync`. */
const runs = (view: CallView, ...commands: string[]): boolean =>
  values(view, 'aws:UserAgent').some(
    (agent) => agent.includes('aws-cli/') && commands.some((name) => /[/#]$/.test(before(agent, `s3.${name}`))),
  )

const before = (text: string, part: string): string => text.slice(0, Math.max(0, text.indexOf(part)))

const listing = (
  on: readonly string[],
  when: (view: CallView) => boolean,
  why: string,
  onlyIf?: Proviso,
): DependentCall => ({
  rule: 'G-05',
  on,
  when,
  who: SAME_CALL,
  needs: [{ actions: ['s3:ListBucket'], on: ownBucket, context: () => ({ 's3:prefix': { state: 'unknown' } }) }],
  ...(onlyIf === undefined ? {} : { onlyIf }),
  apart: true,
  why,
  docs: `${AWS}cli/latest/reference/s3/sync.html`,
})

const slr = ({ actions, service, resource, onlyFor }: LinkedRole): DependentCall => ({
  rule: 'G-114',
  on: actions,
  when: (view) => !view.others.some((other) => other.arn.endsWith(`:${resource}`)),
  who: through(service.replace('.amazonaws.com', '')),
  needs: [
    {
      actions: ['iam:CreateServiceLinkedRole'],
      on: ({ callerAccount, partition }) =>
        callerAccount === undefined ? [] : [{ arn: `arn:${partition}:iam::${callerAccount}:${resource}` }],
      context: () => ({ 'iam:AWSServiceName': service }),
    },
  ],
  onlyIf: {
    fact: `whether ${onlyFor === undefined ? '' : `${onlyFor}, and `}\`${resource.slice('role/'.length)}\` is not there yet`,
    howToGet: resource.endsWith('*')
      ? `aws iam list-roles --path-prefix /aws-service-role/${service}/`
      : `aws iam get-role --role-name ${resource.split('/').at(-1) ?? ''}`,
  },
  why: 'the first such call in an account makes the linked role of the service as the caller',
  docs: `${AWS}IAM/latest/UserGuide/using-service-linked-roles.html`,
})

/** Models that are sold through the marketplace: not Amazon's own. */
const isOfMarketplace = ({ own: arn, ownArn }: CallView): boolean =>
  arn !== undefined &&
  isResource(arn, 'bedrock', 'foundation-model/') &&
  ownArn?.resource.startsWith('foundation-model/amazon.') === false

/** The organization's part of a trail's bucket; only the account that manages it makes such trails. */
const organizationLog: TargetSelector = (view) => {
  const { organization } = view.input
  const id = organization?.id ?? organization?.principalPath?.split('/')[0]
  if (id === undefined || organization?.managementAccount !== view.callerAccount) return []
  return buckets(view).map((target) => ({ ...target, arn: `${target.arn}/AWSLogs/${id}/*` }))
}

/** Hops that hang on a fact no request and no snapshot shows (G-05, G-58, G-67, G-96, G-110, G-114). */
export const PERHAPS_CALLS: readonly DependentCall[] = [
  listing(
    ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    (view) => runs(view, 'sync'),
    'the command line client lists the bucket for a synchronization',
  ),
  // An upload lists its folder, not the bucket.
  listing(
    ['s3:GetObject', 's3:DeleteObject'],
    (view) => runs(view, 'cp', 'mv', 'rm'),
    'the command line client lists the bucket where a command is to reach all below a prefix',
    { fact: 'whether the command was recursive', howToGet: 'the command line: `--recursive`' },
  ),
  {
    ...passes('G-96', ['ec2:RunInstances'], { from: notKnown, to: 'ec2.amazonaws.com' }),
    when: (view) => isSent(view, 'ec2:LaunchTemplate') && !isSent(view, 'ec2:InstanceProfile'),
    onlyIf: {
      fact: 'whether the launch template has an instance profile',
      howToGet: 'aws ec2 describe-launch-template-versions --launch-template-id ID',
    },
    why: 'a launch template may have an instance profile, whose role is handed to `ec2.amazonaws.com`',
  },
  {
    rule: 'G-58',
    on: ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
    when: isOfMarketplace,
    who: through('bedrock'),
    needs: [{ actions: ['aws-marketplace:ViewSubscriptions', 'aws-marketplace:Subscribe'], on: nowhere }],
    onlyIf: {
      fact: 'whether the account uses this model for the first time',
      howToGet: 'aws bedrock get-foundation-model-availability --model-id MODEL',
    },
    why: 'the first use of a model of the marketplace subscribes the account to it as the caller',
    docs: `${AWS}bedrock/latest/userguide/model-access.html`,
  },
  {
    rule: 'G-67',
    on: ['athena:StartQueryExecution'],
    when: (view) => listed('glue', 'table/')(view).length > 0,
    who: through('athena'),
    needs: [{ actions: ['lakeformation:GetDataAccess'], on: nowhere }],
    onlyIf: {
      fact: 'whether Lake Formation manages the location of the table, and what was granted there',
      howToGet: 'aws lakeformation list-resources, and list-permissions for the table',
    },
    why: 'of data that Lake Formation manages, it hands out the credentials; its own grants are a second gate',
    docs: `${AWS}athena/latest/ug/lf-athena-user-permissions.html`,
  },
  {
    rule: 'G-110',
    on: ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail'],
    who: { kind: 'service', name: 'cloudtrail.amazonaws.com', source: own },
    needs: [
      {
        actions: ['s3:PutObject'],
        on: organizationLog,
        context: () => ({ 's3:x-amz-acl': 'bucket-owner-full-control' }),
      },
    ],
    onlyIf: {
      fact: 'whether the trail is for the whole organization',
      howToGet: 'aws cloudtrail describe-trails: `IsOrganizationTrail`',
    },
    why: 'a trail of the organization is written to its own path, which the bucket must let CloudTrail write',
    docs: `${AWS}awscloudtrail/latest/userguide/create-an-organizational-trail-prepare.html`,
  },
  ...LINKED_ROLES.map(slr),
]
