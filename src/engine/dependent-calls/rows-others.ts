import { buckets, anyOf, functionRoles, functions, listed, named, ofType, onAnything, own } from './target-selectors.ts'
import type { TargetSelector, DependentCall } from './dependent-call.ts'
import { keyOf, listedKey, onKey, ownKey, READ_KEY, WRITE_AND_READ } from './keys.ts'
import { isSent } from './call-view.ts'
import { through } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'

/** The secret that a parameter of this name stands for; its ARN ends in six characters no name tells. */
const referencedSecret: TargetSelector = ({ own: arn, ownArn, others }) => {
  const mark = 'parameter/aws/reference/secretsmanager/'
  if (arn === undefined || ownArn === undefined || !ownArn.resource.startsWith(mark)) return []
  const { partition, region, account } = ownArn
  const stem = `arn:${partition}:secretsmanager:${region}:${account}:secret:${ownArn.resource.slice(mark.length)}`
  const found = others.filter(
    (resource) => resource.arn.startsWith(`${stem}-`) && resource.arn.length === stem.length + 7,
  )
  return found.length === 1 ? found.map((resource) => ({ arn: resource.arn })) : [{ arn: `${stem}-??????` }]
}

/** Secrets, trails, web ACLs and networks (G-32, G-55, G-59, G-101, G-111, G-112). */
export const OTHER_CALLS: readonly DependentCall[] = [
  ...(['caller', 'service'] as const).map(
    (kind): DependentCall => ({
      rule: 'G-32',
      on: ['secretsmanager:RotateSecret'],
      who: kind === 'caller' ? through('secretsmanager') : { kind, name: 'secretsmanager.amazonaws.com', source: own },
      needs: [{ actions: ['lambda:InvokeFunction'], on: anyOf(named('secretsmanager:RotationLambdaARN'), functions) }],
      why:
        kind === 'caller'
          ? 'whoever starts a rotation must be able to invoke its function'
          : 'Secrets Manager invokes the function of the rotation itself, which must let it in',
      docs: `${AWS}secretsmanager/latest/apireference/API_RotateSecret.html`,
    }),
  ),
  {
    rule: 'G-32',
    on: ['secretsmanager:RotateSecret'],
    who: { kind: 'role', role: functionRoles },
    needs: [
      {
        actions: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        on: own,
      },
      ...onAnything('secretsmanager:GetRandomPassword'),
      onKey(ownKey, WRITE_AND_READ, { via: 'secretsmanager' }),
    ],
    later: true,
    why: 'the function changes the secret with its role',
    docs: `${AWS}secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html`,
  },
  {
    rule: 'G-55',
    on: ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail'],
    who: { kind: 'service', name: 'cloudtrail.amazonaws.com', source: own },
    needs: [
      { actions: ['s3:GetBucketAcl'], on: buckets },
      {
        actions: ['s3:PutObject'],
        on: (view) =>
          buckets(view).map((target) => ({
            ...target,
            arn: `${target.arn}/AWSLogs/${view.owner ?? view.callerAccount ?? ''}/*`,
          })),
        context: () => ({ 's3:x-amz-acl': 'bucket-owner-full-control' }),
      },
      onKey(listedKey, ['kms:GenerateDataKey'], {
        encryption: ({ own: arn }) => ({ 'aws:cloudtrail:arn': arn, 'aws:s3:arn': undefined }),
      }),
    ],
    why: 'CloudTrail writes the log itself, without a prefix to this path, so that bucket and key must let it in',
    docs: `${AWS}awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html`,
  },
  {
    rule: 'G-59',
    on: ['wafv2:AssociateWebACL', 'waf-regional:AssociateWebACL'],
    who: through('wafv2'),
    needs: [
      {
        actions: ['elasticloadbalancing:SetWebAcl'],
        on: ofType(
          anyOf(own, listed('elasticloadbalancing', 'loadbalancer/')),
          'elasticloadbalancing',
          'loadbalancer/',
        ),
      },
    ],
    why: 'a load balancer takes the web ACL only from those who may set it there',
    docs: `${AWS}waf/latest/developerguide/security_iam_service-with-iam.html`,
  },
  {
    rule: 'G-101',
    on: ['ssm:GetParameter', 'ssm:GetParameters'],
    who: through('ssm'),
    needs: [
      { actions: ['secretsmanager:GetSecretValue'], on: referencedSecret },
      onKey(keyOf(referencedSecret), READ_KEY, {
        via: 'secretsmanager',
        encryption: (view) => ({
          SecretARN: referencedSecret(view)[0]?.arn ?? undefined,
          SecretVersionId: undefined,
        }),
      }),
    ],
    why: 'the parameter stands for a secret, which is read as the caller',
    docs: `${AWS}systems-manager/latest/userguide/integration-ps-secretsmanager.html`,
  },
  {
    rule: 'G-111',
    on: ['route53:CreateHostedZone', 'route53:AssociateVPCWithHostedZone'],
    when: ({ input, ...scene }) =>
      input.action === 'route53:AssociateVPCWithHostedZone' || isSent({ input, ...scene }, 'route53:VPCs'),
    who: through('route53'),
    needs: onAnything('ec2:DescribeVpcs'),
    why: 'a private hosted zone looks the VPC up as the caller',
    docs: `${AWS}Route53/latest/APIReference/API_CreateHostedZone.html`,
  },
  ...(
    [
      ['CreateMountTarget', ['ec2:DescribeSubnets', 'ec2:DescribeNetworkInterfaces', 'ec2:CreateNetworkInterface']],
      ['DeleteMountTarget', ['ec2:DeleteNetworkInterface']],
      ['ModifyMountTargetSecurityGroups', ['ec2:ModifyNetworkInterfaceAttribute']],
    ] as const
  ).map(
    ([name, actions]): DependentCall => ({
      rule: 'G-112',
      on: [`elasticfilesystem:${name}`],
      who: through('elasticfilesystem'),
      needs: onAnything(...actions),
      why: 'a mount target is a network interface, which EFS handles as the caller',
      docs: `${AWS}efs/latest/ug/API_${name}.html`,
    }),
  ),
]
