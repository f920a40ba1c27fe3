import {
  BedrockAgentCoreControlClient,
  GetResourcePolicyCommand,
  paginateListAgentRuntimeEndpoints,
  paginateListAgentRuntimes,
  paginateListGateways,
  paginateListMemories,
} from '@aws-sdk/client-bedrock-agentcore-control'
import {
  ComprehendClient,
  DescribeResourcePolicyCommand as DescribeModelPolicyCommand,
  paginateListDocumentClassifiers,
  paginateListEntityRecognizers,
} from '@aws-sdk/client-comprehend'
import {
  EntityResolutionClient,
  GetPolicyCommand,
  paginateListIdMappingWorkflows,
  paginateListIdNamespaces,
  paginateListMatchingWorkflows,
  paginateListSchemaMappings,
} from '@aws-sdk/client-entityresolution'
import {
  DescribeResourcePolicyCommand,
  LexModelsV2Client,
  paginateListBotAliases,
  paginateListBots,
} from '@aws-sdk/client-lex-models-v2'
import { paginateDescribeProjects, paginateListProjectPolicies, RekognitionClient } from '@aws-sdk/client-rekognition'
import { each, kindOf, policyTable, within } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const listBots = (client: LexModelsV2Client) =>
  each(paginateListBots({ client }, {}), ({ botSummaries }) => botSummaries)

const botPolicy = async (client: LexModelsV2Client, resourceArn: string) =>
  (await client.send(new DescribeResourcePolicyCommand({ resourceArn }))).policy

const LEX = { get: ['lex:DescribeResourcePolicy'], none: NOT_FOUND }

export const bots = policyTable({
  service: 'lex',
  make: LexModelsV2Client,
  kinds: [
    kindOf({
      ...LEX,
      kind: 'bot',
      list: ['lex:ListBots'],
      items: (client: LexModelsV2Client, { partition, region, account }) =>
        each(paginateListBots({ client }, {}), ({ botSummaries = [] }) =>
          botSummaries.map(({ botId }) => `arn:${partition}:lex:${region}:${account}:bot/${botId}`),
        ),
      arn: (arn) => arn,
      policy: botPolicy,
    }),
    kindOf({
      ...LEX,
      kind: 'bot-alias',
      list: ['lex:ListBotAliases', 'lex:ListBots'],
      items: (client: LexModelsV2Client, { partition, region, account }) =>
        within(listBots(client), ({ botId }) =>
          each(paginateListBotAliases({ client }, { botId }), ({ botAliasSummaries = [] }) =>
            botAliasSummaries.map(
              ({ botAliasId }) => `arn:${partition}:lex:${region}:${account}:bot-alias/${botId}/${botAliasId}`,
            ),
          ),
        ),
      arn: (arn) => arn,
      policy: botPolicy,
    }),
  ],
})

/** Projects of Custom Labels. */
export const labelProjects = policyTable({
  service: 'rekognition',
  make: RekognitionClient,
  kinds: [
    kindOf({
      kind: 'project',
      list: ['rekognition:DescribeProjects'],
      items: (client: RekognitionClient) =>
        each(paginateDescribeProjects({ client }, {}), ({ ProjectDescriptions }) => ProjectDescriptions),
      arn: ({ ProjectArn }) => ProjectArn,
      get: ['rekognition:ListProjectPolicies'],
      policy: async (client, { ProjectArn }) => {
        const found: (string | undefined)[] = []
        for await (const { ProjectPolicies = [] } of paginateListProjectPolicies({ client }, { ProjectArn }))
          found.push(...ProjectPolicies.map(({ PolicyDocument }) => PolicyDocument))
        return found
      },
    }),
  ],
})

const modelPolicy = async (client: ComprehendClient, ResourceArn: string | undefined) =>
  (await client.send(new DescribeModelPolicyCommand({ ResourceArn }))).ResourcePolicy

const COMPREHEND = { get: ['comprehend:DescribeResourcePolicy'], none: NOT_FOUND }

/** Custom models of Comprehend. */
export const languageModels = policyTable({
  service: 'comprehend',
  make: ComprehendClient,
  kinds: [
    kindOf({
      ...COMPREHEND,
      kind: 'document-classifier',
      list: ['comprehend:ListDocumentClassifiers'],
      items: (client: ComprehendClient) =>
        each(paginateListDocumentClassifiers({ client }, {}), (page) => page.DocumentClassifierPropertiesList),
      arn: ({ DocumentClassifierArn }) => DocumentClassifierArn,
      policy: (client, { DocumentClassifierArn }) => modelPolicy(client, DocumentClassifierArn),
    }),
    kindOf({
      ...COMPREHEND,
      kind: 'entity-recognizer',
      list: ['comprehend:ListEntityRecognizers'],
      items: (client: ComprehendClient) =>
        each(paginateListEntityRecognizers({ client }, {}), (page) => page.EntityRecognizerPropertiesList),
      arn: ({ EntityRecognizerArn }) => EntityRecognizerArn,
      policy: (client, { EntityRecognizerArn }) => modelPolicy(client, EntityRecognizerArn),
    }),
  ],
})

const agentPolicy = async (client: BedrockAgentCoreControlClient, resourceArn: string | undefined) =>
  (await client.send(new GetResourcePolicyCommand({ resourceArn }))).policy

const listRuntimes = (client: BedrockAgentCoreControlClient) =>
  each(paginateListAgentRuntimes({ client }, {}), ({ agentRuntimes }) => agentRuntimes)

const AGENT = { get: ['bedrock-agentcore:GetResourcePolicy'], none: NOT_FOUND }

export const agents = policyTable({
  service: 'bedrock-agentcore',
  make: BedrockAgentCoreControlClient,
  kinds: [
    kindOf({
      ...AGENT,
      kind: 'agent-runtime',
      list: ['bedrock-agentcore:ListAgentRuntimes'],
      items: listRuntimes,
      arn: ({ agentRuntimeArn }) => agentRuntimeArn,
      policy: (client, { agentRuntimeArn }) => agentPolicy(client, agentRuntimeArn),
    }),
    kindOf({
      ...AGENT,
      kind: 'agent-runtime-endpoint',
      list: ['bedrock-agentcore:ListAgentRuntimeEndpoints', 'bedrock-agentcore:ListAgentRuntimes'],
      items: (client: BedrockAgentCoreControlClient) =>
        within(listRuntimes(client), ({ agentRuntimeId }) =>
          each(paginateListAgentRuntimeEndpoints({ client }, { agentRuntimeId }), (page) => page.runtimeEndpoints),
        ),
      arn: ({ agentRuntimeEndpointArn }) => agentRuntimeEndpointArn,
      policy: (client, { agentRuntimeEndpointArn }) => agentPolicy(client, agentRuntimeEndpointArn),
    }),
    kindOf({
      ...AGENT,
      kind: 'gateway',
      list: ['bedrock-agentcore:ListGateways'],
      items: (client: BedrockAgentCoreControlClient, { partition, region, account }) =>
        each(paginateListGateways({ client }, {}), ({ items = [] }) =>
          items.map(({ gatewayId }) => `arn:${partition}:bedrock-agentcore:${region}:${account}:gateway/${gatewayId}`),
        ),
      arn: (arn) => arn,
      policy: agentPolicy,
    }),
    kindOf({
      ...AGENT,
      kind: 'memory',
      list: ['bedrock-agentcore:ListMemories'],
      items: (client: BedrockAgentCoreControlClient) =>
        each(paginateListMemories({ client }, {}), ({ memories }) => memories),
      arn: ({ arn }) => arn,
      policy: (client, { arn }) => agentPolicy(client, arn),
    }),
  ],
})

const entityPolicy = async (client: EntityResolutionClient, arn: string | undefined) =>
  (await client.send(new GetPolicyCommand({ arn }))).policy

const ENTITY = { get: ['entityresolution:GetPolicy'], none: NOT_FOUND }

export const entityResolution = policyTable({
  service: 'entityresolution',
  make: EntityResolutionClient,
  kinds: [
    kindOf({
      ...ENTITY,
      kind: 'matching-workflow',
      list: ['entityresolution:ListMatchingWorkflows'],
      items: (client: EntityResolutionClient) =>
        each(paginateListMatchingWorkflows({ client }, {}), ({ workflowSummaries }) => workflowSummaries),
      arn: ({ workflowArn }) => workflowArn,
      policy: (client, { workflowArn }) => entityPolicy(client, workflowArn),
    }),
    kindOf({
      ...ENTITY,
      kind: 'id-mapping-workflow',
      list: ['entityresolution:ListIdMappingWorkflows'],
      items: (client: EntityResolutionClient) =>
        each(paginateListIdMappingWorkflows({ client }, {}), ({ workflowSummaries }) => workflowSummaries),
      arn: ({ workflowArn }) => workflowArn,
      policy: (client, { workflowArn }) => entityPolicy(client, workflowArn),
    }),
    kindOf({
      ...ENTITY,
      kind: 'schema-mapping',
      list: ['entityresolution:ListSchemaMappings'],
      items: (client: EntityResolutionClient) =>
        each(paginateListSchemaMappings({ client }, {}), ({ schemaList }) => schemaList),
      arn: ({ schemaArn }) => schemaArn,
      policy: (client, { schemaArn }) => entityPolicy(client, schemaArn),
    }),
    kindOf({
      ...ENTITY,
      kind: 'id-namespace',
      list: ['entityresolution:ListIdNamespaces'],
      items: (client: EntityResolutionClient) =>
        each(paginateListIdNamespaces({ client }, {}), ({ idNamespaceSummaries }) => idNamespaceSummaries),
      arn: ({ idNamespaceArn }) => idNamespaceArn,
      policy: (client, { idNamespaceArn }) => entityPolicy(client, idNamespaceArn),
    }),
  ],
})
