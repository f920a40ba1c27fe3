import { logGroups, onAnything, own, parameters, repositories, secrets, soleRole } from './from.ts'
import type { From, Hop } from './hop.ts'
import { keyOf, onKey, READ_KEY } from './keys.ts'
import { values, type Scene } from './scene.ts'
import { SAME_CALL } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'

const isForeign = (scene: Scene): boolean => scene.owner !== undefined && scene.owner !== scene.callerAccount

const isPerson = ({ facts }: Scene): boolean => facts.caller.account !== undefined

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

const REGISTRY = `${AWS}AmazonECR/latest/userguide/repository-policies.html`

const pull = (rule: string, foreign: boolean, actions: readonly string[]): Hop => ({
  rule,
  on: PULL,
  when: (scene) => isPerson(scene) && isForeign(scene) === foreign,
  who: SAME_CALL,
  needs: [...onAnything('ecr:GetAuthorizationToken'), { actions, on: own }],
  why: 'a client that pulls the image logs in to the registry of its own account, and reads manifest and layers',
  docs: REGISTRY,
})

/** The bucket that holds the layers of a Region's registry. */
const layerBucket: From = ({ region, partition }) =>
  region === '' ? [] : [{ arn: `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*` }]

const isThroughEndpoint = (scene: Scene): boolean =>
  ['aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp'].some((key) => values(scene, key).length > 0)

/** Containers and their images (G-19, G-37, G-38, G-107, G-108). */
export const CONTAINER_HOPS: readonly Hop[] = [
  {
    rule: 'G-19',
    on: ['ecs:RunTask', 'ecs:StartTask', 'ecs:CreateService'],
    who: { kind: 'role', role: soleRole },
    needs: [
      {
        actions: ['ecr:GetAuthorizationToken'],
        on: (scene) => (repositories(scene).length === 0 ? [] : [{ arn: '*' }]),
      },
      {
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        on: repositories,
      },
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: logGroups },
      { actions: ['secretsmanager:GetSecretValue'], on: secrets },
      onKey(keyOf(secrets), READ_KEY, { via: 'secretsmanager' }),
      { actions: ['ssm:GetParameters'], on: parameters },
      onKey(keyOf(parameters), READ_KEY, { via: 'ssm' }),
    ],
    later: true,
    why: 'the task fetches its image, logs and secrets with its execution role, and says so in the reason it stopped',
    docs: `${AWS}AmazonECS/latest/developerguide/task_execution_IAM_role.html`,
  },
  pull('G-37', false, ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']),
  pull('G-107', true, ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability']),
  {
    rule: 'G-38',
    on: PULL,
    when: isThroughEndpoint,
    who: { kind: 'endpoint' },
    needs: [{ actions: ['s3:GetObject'], on: layerBucket }],
    why: 'the layers lie in a bucket of ECR, which a client in a VPC fetches through the S3 gateway endpoint',
    docs: `${AWS}AmazonECR/latest/userguide/vpc-endpoints.html`,
  },
  ...(['codeartifact', 'ecr-public'] as const).map(
    (service): Hop => ({
      rule: 'G-108',
      on: [`${service}:GetAuthorizationToken`],
      who: SAME_CALL,
      needs: [
        {
          actions: ['sts:GetServiceBearerToken'],
          on: () => [{ arn: '*' }],
          context: () => ({ 'sts:AWSServiceName': `${service}.amazonaws.com` }),
        },
      ],
      why: 'the login token is a bearer token of STS',
      docs: `${AWS}service-authorization/latest/reference/list_awssecuritytokenservice.html`,
    }),
  ),
]
