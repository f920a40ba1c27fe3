import {
  groupsOf,
  logGroups,
  onAnything,
  own,
  parameters,
  repositories,
  secrets,
  soleRole,
  streamsOf,
} from './target-selectors.ts'
import type { TargetSelector, DependentCall, Proviso } from './dependent-call.ts'
import { keyOf, onKey, READ_KEY } from './keys.ts'
import { isForeign, values, type CallView } from './call-view.ts'
import { SAME_CALL } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'

const isPerson = ({ input }: CallView): boolean => input.caller.account !== undefined

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

const REGISTRY = `${AWS}AmazonECR/latest/userguide/repository-policies.html`

const pull = (rule: string, foreign: boolean, actions: readonly string[]): DependentCall => ({
  rule,
  on: PULL,
  when: (view) => isPerson(view) && isForeign(view) === foreign,
  who: SAME_CALL,
  needs: [...onAnything('ecr:GetAuthorizationToken'), { actions, on: own }],
  apart: true,
  why: 'a client that pulls the image logs in to the registry of its own account, and reads manifest and layers',
  docs: REGISTRY,
})

/** The bucket that holds the layers of a Region's registry. */
const layerBucket: TargetSelector = ({ region, partition }) =>
  region === '' ? [] : [{ arn: `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*` }]

const isThroughEndpoint = (view: CallView): boolean =>
  ['aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp'].some((key) => values(view, key).length > 0)

/** Buckets that hold the packages of a Region. https://docs.aws.amazon.com/codeartifact/latest/ug/create-s3-gateway-endpoint.html */
const ASSETS: ReadonlyMap<string, string> = new Map([
  ['us-east-1', '193858265520'],
  ['us-east-2', '250872398865'],
  ['us-west-2', '787052242323'],
  ['eu-west-1', '438097961670'],
  ['eu-west-2', '247805302724'],
  ['eu-west-3', '762466490029'],
  ['eu-north-1', '611884512288'],
  ['eu-south-1', '484130244270'],
  ['eu-central-1', '769407342218'],
  ['ap-northeast-1', '660291247815'],
  ['ap-southeast-1', '421485864821'],
  ['ap-southeast-2', '860415559748'],
  ['ap-south-1', '681137435769'],
])

/** In a Region that the page does not list there is a bucket, too. */
const packageBucket: TargetSelector = ({ region, partition }) => {
  const owner = ASSETS.get(region)
  return [{ arn: owner === undefined ? null : `arn:${partition}:s3:::assets-${owner}-${region}/*` }]
}

/** Python and Swift packages do not come from S3. The format stands in the ARN of a package: `package/DOMAIN/REPO/FORMAT/…`. */
const comesFromS3 = ({ ownArn }: CallView): boolean => !['pypi', 'swift'].includes(ownArn?.resource.split('/')[3] ?? '')

const packages = (on: string, onlyIf?: Proviso): DependentCall => ({
  rule: 'G-39',
  on: [on],
  when: (view) => isThroughEndpoint(view) && comesFromS3(view),
  who: { kind: 'endpoint' },
  needs: [{ actions: ['s3:GetObject'], on: packageBucket }],
  ...(onlyIf === undefined ? {} : { onlyIf }),
  why: 'packages lie in a bucket of CodeArtifact, which a client in a VPC fetches through the S3 gateway endpoint',
  docs: `${AWS}codeartifact/latest/ug/create-s3-gateway-endpoint.html`,
})

/** Containers, packages and their stores (G-19, G-37, G-38, G-39, G-107, G-108). */
export const CONTAINER_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-19',
    on: ['ecs:RunTask', 'ecs:StartTask', 'ecs:CreateService'],
    who: { kind: 'role', role: soleRole },
    needs: [
      {
        actions: ['ecr:GetAuthorizationToken'],
        on: (view) => (repositories(view).length === 0 ? [] : [{ arn: '*' }]),
      },
      {
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        on: repositories,
      },
      { actions: ['logs:CreateLogStream'], on: groupsOf(logGroups) },
      { actions: ['logs:PutLogEvents'], on: streamsOf(logGroups) },
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
  packages('codeartifact:GetPackageVersionAsset'),
  packages('codeartifact:ReadFromRepository', {
    fact: 'whether the package is neither a Python nor a Swift package',
    howToGet: 'aws codeartifact list-packages: `format`',
  }),
  ...(['codeartifact', 'ecr-public'] as const).map(
    (service): DependentCall => ({
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
