import { call, describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const sagemaker = describedService({
  id: 'SageMaker',
  host: 'api.sagemaker',
  signs: 'sagemaker',
  protocol: 'json-1.1',
  target: 'SageMaker',
})

const listModelGroups = sagemaker.operation(
  'ListModelPackageGroups',
  ['POST', '/'],
  { NextToken: 'body' },
  {
    ModelPackageGroupSummaryList: json<{ ModelPackageGroupArn?: string; ModelPackageGroupName?: string }[]>(),
    NextToken: text,
  },
)
const listLineageGroups = sagemaker.operation(
  'ListLineageGroups',
  ['POST', '/'],
  { NextToken: 'body' },
  { LineageGroupSummaries: json<{ LineageGroupArn?: string; LineageGroupName?: string }[]>(), NextToken: text },
)
const listEndpoints = sagemaker.operation(
  'ListEndpoints',
  ['POST', '/'],
  { NextToken: 'body' },
  { Endpoints: json<{ EndpointArn?: string; EndpointName?: string }[]>(), NextToken: text },
)

export const modelGroups = policyTable({
  service: 'sagemaker',
  make: sagemaker.Client,
  kinds: [
    describedKind({
      of: sagemaker,
      prefix: 'sagemaker',
      kind: 'model-package-group',
      list: ['ListModelPackageGroups'],
      items: (client) => listed(client, listModelGroups, 'ModelPackageGroupSummaryList'),
      arn: ({ ModelPackageGroupArn }) => ModelPackageGroupArn,
      get: sagemaker.operation(
        'GetModelPackageGroupPolicy',
        ['POST', '/'],
        { ModelPackageGroupName: 'body' },
        { ResourcePolicy: text },
      ),
      at: ({ ModelPackageGroupName }) => ({ ModelPackageGroupName }),
      policy: ({ ResourcePolicy }) => ResourcePolicy,
      none: ['ValidationException: Cannot find resource policy'],
    }),
    describedKind({
      of: sagemaker,
      prefix: 'sagemaker',
      kind: 'lineage-group',
      list: ['ListLineageGroups'],
      items: (client) => listed(client, listLineageGroups, 'LineageGroupSummaries'),
      arn: ({ LineageGroupArn }) => LineageGroupArn,
      get: sagemaker.operation(
        'GetLineageGroupPolicy',
        ['POST', '/'],
        { LineageGroupName: 'body' },
        { ResourcePolicy: text },
      ),
      at: ({ LineageGroupName }) => ({ LineageGroupName }),
      policy: ({ ResourcePolicy }) => ResourcePolicy,
      none: ['ResourceNotFound'],
    }),
    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_GetEndpointPolicy.html: without a policy, a
    // ValidationException; its text is not documented, and the name that is sent is AWS's own.
    describedKind({
      of: sagemaker,
      prefix: 'sagemaker',
      kind: 'endpoint',
      list: ['ListEndpoints'],
      items: (client) => listed(client, listEndpoints, 'Endpoints'),
      arn: ({ EndpointArn }) => EndpointArn,
      get: sagemaker.operation('GetEndpointPolicy', ['POST', '/'], { EndpointName: 'body' }, { ResourcePolicy: text }),
      at: ({ EndpointName }) => ({ EndpointName }),
      policy: ({ ResourcePolicy }) => ResourcePolicy,
      none: ['ValidationException'],
    }),
  ],
})

const bedrock = describedService({ id: 'Bedrock', host: 'bedrock', protocol: 'rest-json' })
const bedrockAgent = describedService({
  id: 'Bedrock Agent',
  host: 'bedrock-agent',
  signs: 'bedrock',
  protocol: 'rest-json',
})
const listGuardrails = bedrock.operation(
  'ListGuardrails',
  ['GET', '/guardrails'],
  { nextToken: 'query' },
  { guardrails: json<{ arn?: string }[]>(), nextToken: text },
)
const listModels = bedrock.operation(
  'ListCustomModels',
  ['GET', '/custom-models'],
  { nextToken: 'query' },
  { modelSummaries: json<{ modelArn?: string }[]>(), nextToken: text },
)
const listBases = bedrockAgent.operation(
  'ListKnowledgeBases',
  ['POST', '/knowledgebases/'],
  { nextToken: 'body' },
  { knowledgeBaseSummaries: json<{ knowledgeBaseId?: string }[]>(), nextToken: text },
)
const getBedrockPolicy = bedrock.operation(
  'GetResourcePolicy',
  ['GET', '/resource-policy/{resourceArn}'],
  { resourceArn: 'path' },
  { resourcePolicy: text },
)

export const foundationModels = policyTable({
  service: 'bedrock',
  make: bedrock.Client,
  kinds: [
    describedKind({
      of: bedrock,
      prefix: 'bedrock',
      kind: 'guardrail',
      list: ['ListGuardrails'],
      items: (client) => listed(client, listGuardrails, 'guardrails'),
      arn: ({ arn }) => arn,
      get: getBedrockPolicy,
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ resourcePolicy }) => resourcePolicy,
      none: NOT_FOUND,
    }),
    describedKind({
      of: bedrock,
      prefix: 'bedrock',
      kind: 'custom-model',
      list: ['ListCustomModels'],
      items: (client) => listed(client, listModels, 'modelSummaries'),
      arn: ({ modelArn }) => modelArn,
      get: getBedrockPolicy,
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ resourcePolicy }) => resourcePolicy,
      none: NOT_FOUND,
    }),
    describedKind({
      of: bedrockAgent,
      prefix: 'bedrock',
      kind: 'knowledge-base',
      list: ['ListKnowledgeBases'],
      items: (client) => listed(client, listBases, 'knowledgeBaseSummaries'),
      arn: ({ knowledgeBaseId }, { partition, region, account }) =>
        knowledgeBaseId && `arn:${partition}:bedrock:${region}:${account}:knowledge-base/${knowledgeBaseId}`,
      get: bedrockAgent.operation(
        'GetResourcePolicy',
        ['GET', '/resourcepolicy/{resourceArn}'],
        { resourceArn: 'path' },
        { policy: text },
      ),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})

const business = describedService({
  id: 'QBusiness',
  host: 'qbusiness',
  protocol: 'rest-json',
  dualStackOnly: true,
})
const listAssistants = business.operation(
  'ListApplications',
  ['GET', '/applications'],
  { nextToken: 'query' },
  { applications: json<{ applicationId?: string }[]>(), nextToken: text },
)

export const assistants = policyTable({
  service: 'qbusiness',
  make: business.Client,
  kinds: [
    describedKind({
      of: business,
      prefix: 'qbusiness',
      kind: 'application',
      list: ['ListApplications'],
      items: (client) => listed(client, listAssistants, 'applications'),
      arn: ({ applicationId }, { partition, region, account }) =>
        applicationId && `arn:${partition}:qbusiness:${region}:${account}:application/${applicationId}`,
      get: business.operation(
        'GetPolicy',
        ['GET', '/applications/{applicationId}/policy'],
        { applicationId: 'path' },
        { policy: text },
      ),
      at: ({ applicationId }) => ({ applicationId }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})

const cleanRooms = describedService({ id: 'CleanRoomsML', host: 'cleanrooms-ml', protocol: 'rest-json' })
const listAudiences = cleanRooms.operation(
  'ListConfiguredAudienceModels',
  ['GET', '/configured-audience-model'],
  { nextToken: 'query' },
  { configuredAudienceModels: json<{ configuredAudienceModelArn?: string }[]>(), nextToken: text },
)

export const audienceModels = policyTable({
  service: 'cleanrooms-ml',
  make: cleanRooms.Client,
  kinds: [
    describedKind({
      of: cleanRooms,
      prefix: 'cleanrooms-ml',
      kind: 'configured-audience-model',
      list: ['ListConfiguredAudienceModels'],
      items: (client) => listed(client, listAudiences, 'configuredAudienceModels'),
      arn: ({ configuredAudienceModelArn }) => configuredAudienceModelArn,
      get: cleanRooms.operation(
        'GetConfiguredAudienceModelPolicy',
        ['GET', '/configured-audience-model/{configuredAudienceModelArn}/policy'],
        { configuredAudienceModelArn: 'path' },
        { configuredAudienceModelPolicy: text },
      ),
      at: (_, configuredAudienceModelArn) => ({ configuredAudienceModelArn }),
      policy: ({ configuredAudienceModelPolicy }) => configuredAudienceModelPolicy,
      none: NOT_FOUND,
    }),
  ],
})

const omics = describedService({ id: 'Omics', host: 'omics', protocol: 'rest-json' })
const listStores = omics.operation(
  'ListSequenceStores',
  ['POST', '/sequencestores'],
  { nextToken: 'query' },
  { sequenceStores: json<{ id?: string }[]>(), nextToken: text },
)
const getStore = omics.operation(
  'GetSequenceStore',
  ['GET', '/sequencestore/{id}'],
  { id: 'path' },
  { s3Access: json<{ s3AccessPointArn?: string }>() },
)

/** A sequence store is reached through an access point of S3, and its policy is the policy of that. */
export const sequenceStores = policyTable({
  service: 'omics',
  make: omics.Client,
  kinds: [
    describedKind({
      of: omics,
      prefix: 'omics',
      kind: 'access-point',
      list: ['ListSequenceStores', 'GetSequenceStore'],
      async *items(client) {
        for await (const { id } of listed(client, listStores, 'sequenceStores'))
          yield (await call(client, getStore, { id })).s3Access ?? {}
      },
      arn: ({ s3AccessPointArn }) => s3AccessPointArn,
      get: omics.operation(
        'GetS3AccessPolicy',
        ['GET', '/s3accesspolicy/{s3AccessPointArn}'],
        { s3AccessPointArn: 'path' },
        { s3AccessPolicy: text },
      ),
      at: (_, s3AccessPointArn) => ({ s3AccessPointArn }),
      policy: ({ s3AccessPolicy }) => s3AccessPolicy,
      none: NOT_FOUND,
    }),
  ],
})
