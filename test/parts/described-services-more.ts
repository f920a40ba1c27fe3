/** More cases of collected-services.ts for the services whose clients are described (ADR 0036). */
import { arn, arnOf, type Given, named, paged, policyOf, type ServiceCase, text } from './service-case.ts'
import { ACCOUNT as A } from './sdk-stub.ts'

const AT = new Date(0)
const NONE = 'ResourceNotFoundException'

const guardrail = (id: string) => ({
  id,
  arn: arn('bedrock', `guardrail/${id}`),
  status: 'READY',
  name: 'x',
  version: 'DRAFT',
  createdAt: AT,
  updatedAt: AT,
})
const model = (id: string) => ({
  modelArn: arn('bedrock', `custom-model/${id}`),
  modelName: id,
  creationTime: AT,
  baseModelArn: 'arn:b',
  baseModelName: 'b',
})
const base = (knowledgeBaseId: string) => ({ knowledgeBaseId, name: 'x', status: 'ACTIVE', updatedAt: AT })
const bedrockPolicy =
  (answer: string, more = {}): Given =>
  ({ resourceArn }) => ({
    ...(answer === 'policy' ? { resourceArn } : {}),
    [answer]: text(String(resourceArn)),
    ...more,
  })

const MODELS: readonly ServiceCase[] = [
  {
    service: 'sagemaker',
    answers: {
      'SageMaker:ListModelPackageGroups': paged(
        'ModelPackageGroupSummaryList',
        ['a', 'b'].map((name) => ({
          ModelPackageGroupName: name,
          ModelPackageGroupArn: arn('sagemaker', `model-package-group/${name}`),
          CreationTime: AT,
          ModelPackageGroupStatus: 'Completed',
        })),
        'NextToken',
      ),
      'SageMaker:GetModelPackageGroupPolicy': (input) => ({
        ResourcePolicy: text(named(input, 'ModelPackageGroupName')),
      }),
      'SageMaker:ListLineageGroups': paged(
        'LineageGroupSummaries',
        [{ LineageGroupArn: arn('sagemaker', 'lineage-group/l'), LineageGroupName: 'l' }],
        'NextToken',
      ),
      'SageMaker:GetLineageGroupPolicy': (input) => ({ ResourcePolicy: text(named(input, 'LineageGroupName')) }),
      'SageMaker:ListEndpoints': paged(
        'Endpoints',
        ['e', 'f'].map((name) => ({
          EndpointName: name,
          EndpointArn: arn('sagemaker', `endpoint/${name}`),
          EndpointStatus: 'InService',
          CreationTime: AT,
          LastModifiedTime: AT,
        })),
        'NextToken',
      ),
      'SageMaker:GetEndpointPolicy': (input) => ({ ResourcePolicy: text(named(input, 'EndpointName')) }),
    },
    found: [
      ...['a', 'b'].map((name) => ({
        arn: arn('sagemaker', `model-package-group/${name}`),
        kind: 'model-package-group',
        policy: policyOf(name),
      })),
      { arn: arn('sagemaker', 'lineage-group/l'), kind: 'lineage-group', policy: policyOf('l') },
      ...['e', 'f'].map((name) => ({
        arn: arn('sagemaker', `endpoint/${name}`),
        kind: 'endpoint',
        policy: policyOf(name),
      })),
    ],
    policies: {
      'SageMaker:GetModelPackageGroupPolicy': 'ValidationException: Cannot find resource policy for: arn:x',
      'SageMaker:GetLineageGroupPolicy': 'ResourceNotFound',
      'SageMaker:GetEndpointPolicy': 'ValidationException',
    },
  },
  {
    service: 'bedrock',
    answers: {
      'Bedrock:ListGuardrails': paged('guardrails', ['a', 'b'].map(guardrail)),
      'Bedrock:ListCustomModels': paged('modelSummaries', [model('m')]),
      'Bedrock:GetResourcePolicy': bedrockPolicy('resourcePolicy'),
      'BedrockAgent:ListKnowledgeBases': paged('knowledgeBaseSummaries', ['k'].map(base)),
      'BedrockAgent:GetResourcePolicy': bedrockPolicy('policy', { revisionId: '1' }),
    },
    found: [
      ['guardrail', 'a'],
      ['guardrail', 'b'],
      ['custom-model', 'm'],
      ['knowledge-base', 'k'],
    ].map(([kind = '', name = '']) => ({
      arn: arn('bedrock', `${kind}/${name}`),
      kind,
      policy: policyOf(arn('bedrock', `${kind}/${name}`)),
    })),
    policies: { 'Bedrock:GetResourcePolicy': NONE, 'BedrockAgent:GetResourcePolicy': NONE },
  },
  {
    service: 'qbusiness',
    answers: {
      'QBusiness:ListApplications': paged('applications', [{ applicationId: 'a' }, { applicationId: 'b' }]),
      'QBusiness:GetPolicy': (input) => ({ policy: text(named(input, 'applicationId')) }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('qbusiness', `application/${name}`),
      kind: 'application',
      policy: policyOf(name),
    })),
    policies: { 'QBusiness:GetPolicy': NONE },
  },
  {
    service: 'cleanrooms-ml',
    answers: {
      'CleanRoomsML:ListConfiguredAudienceModels': paged(
        'configuredAudienceModels',
        ['a', 'b'].map((name) => ({
          createTime: AT,
          updateTime: AT,
          name,
          audienceModelArn: 'arn:a',
          outputConfig: { destination: { s3Destination: { s3Uri: 's3://b/k' } }, roleArn: 'arn:r' },
          configuredAudienceModelArn: arn('cleanrooms-ml', `configured-audience-model/${name}`),
          status: 'ACTIVE',
        })),
      ),
      'CleanRoomsML:GetConfiguredAudienceModelPolicy': ({ configuredAudienceModelArn }) => ({
        configuredAudienceModelArn,
        configuredAudienceModelPolicy: text(String(configuredAudienceModelArn)),
        policyHash: 'h',
      }),
    },
    found: ['a', 'b']
      .map((name) => arn('cleanrooms-ml', `configured-audience-model/${name}`))
      .map((one) => ({ arn: one, kind: 'configured-audience-model', policy: policyOf(one) })),
    policies: { 'CleanRoomsML:GetConfiguredAudienceModelPolicy': NONE },
  },
  {
    service: 'omics',
    answers: {
      'Omics:ListSequenceStores': paged(
        'sequenceStores',
        ['1', '2', '3'].map((id) => ({ id, arn: arn('omics', `sequenceStore/${id}`), creationTime: AT })),
      ),
      'Omics:GetSequenceStore': (input) => {
        const id = String(input['id'])
        const store = { id, arn: arn('omics', `sequenceStore/${id}`), creationTime: AT }
        // The third cannot be reached through S3, and has no policy.
        return id === '3' ? store : { ...store, s3Access: { s3AccessPointArn: arn('s3', `accesspoint/store-${id}`) } }
      },
      'Omics:GetS3AccessPolicy': ({ s3AccessPointArn }) => ({
        s3AccessPointArn,
        s3AccessPolicy: text(String(s3AccessPointArn)),
      }),
    },
    found: ['1', '2']
      .map((id) => arn('s3', `accesspoint/store-${id}`))
      .map((one) => ({ arn: one, kind: 'access-point', policy: policyOf(one) })),
    policies: { 'Omics:GetS3AccessPolicy': NONE },
  },
]

const application = (name: string) => ({
  applicationId: arn('serverlessrepo', `applications/${name}`),
  author: 'x',
  description: 'x',
  name,
})
const teams = ['a', 'b'].map((name) => arn('mpa', `approval-team/${name}`))

const DELIVERY: readonly ServiceCase[] = [
  {
    service: 'serverlessrepo',
    answers: {
      'ServerlessApplicationRepository:ListApplications': paged('applications', ['a', 'b'].map(application)),
      'ServerlessApplicationRepository:GetApplicationPolicy': ({ applicationId }) => ({
        statements: String(applicationId).endsWith('a')
          ? [{ statementId: 's', actions: ['Deploy'], principals: ['999988887777'], principalOrgIDs: ['o-1'] }]
          : [{ actions: ['GetApplication'], principals: ['*'] }],
      }),
    },
    found: [
      {
        arn: arn('serverlessrepo', 'applications/a'),
        kind: 'application',
        policy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 's',
              Effect: 'Allow',
              Principal: { AWS: ['999988887777'] },
              Action: [
                'serverlessrepo:GetApplication',
                'serverlessrepo:CreateCloudFormationChangeSet',
                'serverlessrepo:CreateCloudFormationTemplate',
                'serverlessrepo:ListApplicationVersions',
                'serverlessrepo:ListApplicationDependencies',
                'serverlessrepo:SearchApplications',
              ],
              Resource: arn('serverlessrepo', 'applications/a'),
              Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-1'] } },
            },
          ],
        },
      },
      {
        arn: arn('serverlessrepo', 'applications/b'),
        kind: 'application',
        policy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: ['serverlessrepo:GetApplication'],
              Resource: arn('serverlessrepo', 'applications/b'),
            },
          ],
        },
      },
    ],
    policies: { 'ServerlessApplicationRepository:GetApplicationPolicy': 'NotFoundException' },
  },
  {
    service: 'refactor-spaces',
    answers: {
      'MigrationHubRefactorSpaces:ListEnvironments': paged(
        'EnvironmentSummaryList',
        ['a', 'b'].map((name) => ({ Arn: arn('refactor-spaces', `environment/${name}`) })),
        'nextToken',
        'NextToken',
      ),
      'MigrationHubRefactorSpaces:GetResourcePolicy': ({ Identifier }) => ({ Policy: text(String(Identifier)) }),
    },
    found: ['a', 'b']
      .map((name) => arn('refactor-spaces', `environment/${name}`))
      .map((one) => ({ arn: one, kind: 'environment', policy: policyOf(one) })),
    policies: { 'MigrationHubRefactorSpaces:GetResourcePolicy': NONE },
  },
  {
    service: 'osis',
    answers: {
      'OSIS:ListPipelines': paged(
        'Pipelines',
        ['a', 'b'].map((name) => ({ PipelineArn: arn('osis', `pipeline/${name}`) })),
        'nextToken',
        'NextToken',
      ),
      'OSIS:GetResourcePolicy': ({ ResourceArn }) => ({ ResourceArn, Policy: text(String(ResourceArn)) }),
    },
    found: ['a', 'b']
      .map((name) => arn('osis', `pipeline/${name}`))
      .map((one) => ({ arn: one, kind: 'pipeline', policy: policyOf(one) })),
    policies: { 'OSIS:GetResourcePolicy': NONE },
  },
  {
    service: 'mpa',
    answers: {
      'MPA:ListApprovalTeams': paged(
        'ApprovalTeams',
        teams.map((Arn) => ({ Arn })),
        'NextToken',
      ),
      'MPA:ListResourcePolicies': paged(
        'ResourcePolicies',
        ['p', 'q'].map((PolicyName) => ({ PolicyArn: 'arn:p', PolicyType: 'AWS_RAM', PolicyName })),
        'NextToken',
      ),
      'MPA:GetResourcePolicy': ({ ResourceArn, PolicyName, PolicyType }) => ({
        ResourceArn,
        PolicyType,
        PolicyName,
        PolicyDocument: text(String(PolicyName)),
      }),
    },
    found: teams.map((one) => ({
      arn: one,
      kind: 'approval-team',
      policy: { Version: '2012-10-17', Statement: [...policyOf('p').Statement, ...policyOf('q').Statement] },
    })),
    policies: { 'MPA:ListResourcePolicies': null },
  },
]

const views = [
  ['a', 'CUSTOM'],
  ['b', 'CUSTOM'],
  ['primary', 'PRIMARY'],
].map(([name = '', billingViewType]) => ({ arn: arnOf('billing', '', `billingview/${name}`), billingViewType }))
const entity = (type: string): string => arn('aws-marketplace', `AWSMarketplace/${type}/x`)

const BILLING: readonly ServiceCase[] = [
  {
    service: 'billing',
    answers: {
      'Billing:ListBillingViews': paged('billingViews', views),
      'Billing:GetResourcePolicy': ({ resourceArn }) => ({ resourceArn, policy: text(String(resourceArn)) }),
    },
    found: views.slice(0, 2).map(({ arn: one }) => ({ arn: one, kind: 'billing-view', policy: policyOf(one) })),
    policies: { 'Billing:GetResourcePolicy': NONE },
  },
  {
    service: 'bcm-dashboards',
    answers: {
      'BCMDashboards:ListDashboards': paged(
        'dashboards',
        ['a', 'b'].map((name) => ({
          arn: arnOf('bcm-dashboards', '', `dashboard/${name}`),
          name,
          type: 'CUSTOM',
          createdAt: AT,
          updatedAt: AT,
        })),
      ),
      'BCMDashboards:GetResourcePolicy': ({ resourceArn }) => ({
        resourceArn,
        policyDocument: text(String(resourceArn)),
      }),
    },
    found: ['a', 'b']
      .map((name) => arnOf('bcm-dashboards', '', `dashboard/${name}`))
      .map((one) => ({ arn: one, kind: 'dashboard', policy: policyOf(one) })),
    policies: { 'BCMDashboards:GetResourcePolicy': NONE },
  },
  {
    service: 'aws-marketplace',
    answers: {
      'MarketplaceCatalog:ListEntities': ({ EntityType }) => ({
        EntitySummaryList: ['Offer', 'ResaleAuthorization'].includes(String(EntityType))
          ? [{ EntityArn: entity(String(EntityType)) }]
          : [],
      }),
      'MarketplaceCatalog:GetResourcePolicy': ({ resourceArn }) => ({ Policy: text(String(resourceArn)) }),
    },
    found: ['Offer', 'ResaleAuthorization'].map((type) => ({
      arn: entity(type),
      kind: 'entity',
      policy: policyOf(entity(type)),
    })),
    policies: { 'MarketplaceCatalog:GetResourcePolicy': NONE },
    sparse: true,
  },
]

const build = (kind: string): Given => ({
  [kind]: [{ arn: arn('imagebuilder', `${kind === 'componentSummaryList' ? 'component' : 'image'}/x/1.0.0/1`) }],
})
const outpost = (rest: string): string => arn('s3-outposts', `outpost/op-1/${rest}`)
const subnet = arn('ec2', 'subnet/subnet-1')

const SHARES: readonly ServiceCase[] = [
  {
    service: 'imagebuilder',
    answers: {
      'imagebuilder:ListComponents': paged('componentVersionList', [{ arn: arn('imagebuilder', 'component/x/1.0.0') }]),
      'imagebuilder:ListComponentBuildVersions': build('componentSummaryList'),
      'imagebuilder:ListImages': paged('imageVersionList', [{ arn: arn('imagebuilder', 'image/x/1.0.0') }]),
      'imagebuilder:ListImageBuildVersions': build('imageSummaryList'),
      'imagebuilder:ListImageRecipes': paged('imageRecipeSummaryList', [
        { arn: arn('imagebuilder', 'image-recipe/x/1.0.0') },
      ]),
      'imagebuilder:ListContainerRecipes': paged('containerRecipeSummaryList', [
        { arn: arn('imagebuilder', 'container-recipe/x/1.0.0') },
      ]),
      'imagebuilder:GetComponentPolicy': ({ componentArn }) => ({ policy: text(String(componentArn)) }),
      'imagebuilder:GetImagePolicy': ({ imageArn }) => ({ policy: text(String(imageArn)) }),
      'imagebuilder:GetImageRecipePolicy': ({ imageRecipeArn }) => ({ policy: text(String(imageRecipeArn)) }),
      'imagebuilder:GetContainerRecipePolicy': ({ containerRecipeArn }) => ({
        policy: text(String(containerRecipeArn)),
      }),
    },
    found: ['component/x/1.0.0/1', 'image/x/1.0.0/1', 'image-recipe/x/1.0.0', 'container-recipe/x/1.0.0'].map(
      (name) => ({
        arn: arn('imagebuilder', name),
        kind: name.split('/')[0] ?? '',
        policy: policyOf(arn('imagebuilder', name)),
      }),
    ),
    policies: {
      'imagebuilder:GetComponentPolicy': NONE,
      'imagebuilder:GetImagePolicy': NONE,
      'imagebuilder:GetImageRecipePolicy': NONE,
      'imagebuilder:GetContainerRecipePolicy': NONE,
    },
    sparse: true,
  },
  {
    service: 'ram',
    answers: {
      // In two shares, so listed twice; and one that is read by its own service.
      'RAM:ListResources': paged('resources', [
        { arn: subnet },
        { arn: subnet },
        { arn: arn('codebuild', 'project/p') },
      ]),
      'RAM:GetResourcePolicies': ({ resourceArns }) => ({ policies: [text(String(resourceArns))] }),
    },
    found: [{ arn: subnet, kind: 'shared-resource', policy: policyOf(subnet) }],
    policies: { 'RAM:GetResourcePolicies': 'ResourceArnNotFoundException' },
  },
  {
    service: 's3-outposts',
    answers: {
      'S3Outposts:ListOutpostsWithS3': paged('Outposts', [{ OutpostId: 'op-1', OwnerId: A }], 'NextToken'),
      'S3Control:ListRegionalBuckets': ({ OutpostId }) => ({
        RegionalBucketList: ['a', 'b'].map((Bucket) => ({
          Bucket,
          BucketArn: outpost(`bucket/${Bucket}`),
          PublicAccessBlockEnabled: true,
          CreationDate: AT,
          OutpostId,
        })),
      }),
      'S3Control:GetBucketPolicy': (input) => ({ Policy: text(named(input, 'Bucket')) }),
      'S3Control:ListAccessPoints': (input) => ({
        AccessPointList: [
          {
            Name: 'p',
            NetworkOrigin: 'VPC',
            Bucket: named(input, 'Bucket'),
            AccessPointArn: outpost(`accesspoint/${named(input, 'Bucket')}-p`),
          },
        ],
      }),
      'S3Control:GetAccessPointPolicy': (input) => ({ Policy: text(named(input, 'Name')) }),
    },
    found: [
      ...['a', 'b'].map((name) => ({ arn: outpost(`bucket/${name}`), kind: 'bucket', policy: policyOf(name) })),
      ...['a', 'b'].map((name) => ({
        arn: outpost(`accesspoint/${name}-p`),
        kind: 'access-point',
        policy: policyOf(`${name}-p`),
        attributes: { bucket: outpost(`bucket/${name}`) },
      })),
    ],
    policies: {
      'S3Control:GetBucketPolicy': 'NoSuchBucketPolicy',
      'S3Control:GetAccessPointPolicy': 'NoSuchAccessPointPolicy',
    },
  },
  {
    service: 's3files',
    answers: {
      'S3Files:ListFileSystems': paged(
        'fileSystems',
        ['a', 'b'].map((fileSystemId) => ({
          creationTime: AT,
          fileSystemArn: arn('s3files', `file-system/${fileSystemId}`),
          fileSystemId,
          bucket: 'arn:aws:s3:::b',
          status: 'available',
          roleArn: 'arn:r',
          ownerId: A,
        })),
      ),
      'S3Files:GetFileSystemPolicy': (input) => ({
        fileSystemId: input['fileSystemId'],
        policy: text(named(input, 'fileSystemId')),
      }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('s3files', `file-system/${name}`),
      kind: 'file-system',
      policy: policyOf(name),
    })),
    policies: { 'S3Files:GetFileSystemPolicy': NONE },
  },
]

const access = (Options: string) => ({
  AccessPolicies: { Options, Status: { CreationDate: AT, UpdateDate: AT, State: 'Active' } },
})

const SEARCH: readonly ServiceCase[] = [
  {
    service: 'cloudsearch',
    answers: {
      'CloudSearch:DescribeDomains': {
        DomainStatusList: ['a', 'b'].map((DomainName) => ({
          DomainId: `${A}/${DomainName}`,
          DomainName,
          ARN: arn('cloudsearch', `domain/${DomainName}`),
          RequiresIndexDocuments: false,
        })),
      },
      'CloudSearch:DescribeServiceAccessPolicies': ({ DomainName, Deployed }) =>
        access(Deployed === true ? text(String(DomainName)) : 'what is not in force'),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('cloudsearch', `domain/${name}`),
      kind: 'search-domain',
      policy: policyOf(name),
    })),
    policies: { 'CloudSearch:DescribeServiceAccessPolicies': access('') },
  },
]

export const MORE_DESCRIBED_CASES: readonly ServiceCase[] = [...MODELS, ...DELIVERY, ...BILLING, ...SHARES, ...SEARCH]
