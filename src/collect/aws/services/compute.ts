import {
  APIGatewayClient,
  paginateGetDomainNames,
  paginateGetResources,
  paginateGetRestApis,
} from '@aws-sdk/client-api-gateway'
import {
  ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  DescribeRepositoriesCommand,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr'
import {
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  LambdaClient,
  GetFunctionConfigurationCommand,
  ListTagsCommand,
  paginateListAliases,
  paginateListFunctions,
  paginateListFunctionUrlConfigs,
  paginateListLayers,
  paginateListLayerVersions,
} from '@aws-sdk/client-lambda'
import { known, sortedRecord, tagsOf } from '../collector.ts'
import { each, kindOf, only, policyTable, within } from '../policy-table.ts'

const listFunctions = (client: LambdaClient, version?: 'ALL') =>
  each(paginateListFunctions({ client }, { FunctionVersion: version }), ({ Functions }) => Functions)

const invokePolicy = async (client: LambdaClient, FunctionName: string | undefined): Promise<string | undefined> =>
  (await client.send(new GetPolicyCommand({ FunctionName }))).Policy

async function urlsOf(client: LambdaClient, FunctionName: string): Promise<{ authType: string | undefined }[]> {
  const found: { authType: string | undefined }[] = []
  for await (const page of paginateListFunctionUrlConfigs({ client }, { FunctionName }))
    for (const { AuthType } of page.FunctionUrlConfigs ?? []) found.push({ authType: AuthType })
  return found
}

const LAMBDA = { get: ['lambda:GetPolicy'], none: ['ResourceNotFoundException'] }

/**
 * Functions, and those of their versions and aliases, and of the versions of layers, that have policies: a permission counts
 * for the ARN that it was given for and for no other.
 * https://docs.aws.amazon.com/lambda/latest/dg/versioning-aliases-permissions.html
 */
export const functions = policyTable({
  service: 'lambda',
  make: LambdaClient,
  kinds: [
    kindOf({
      ...LAMBDA,
      kind: 'function',
      list: ['lambda:ListFunctions'],
      items: (client: LambdaClient) => listFunctions(client),
      // Of `…:function:NAME:ALIAS` nothing is told here.
      item: {
        actions: ['lambda:GetFunctionConfiguration'],
        read: async (client, FunctionName) =>
          FunctionName.split(':').length === 7
            ? client.send(new GetFunctionConfigurationCommand({ FunctionName }))
            : undefined,
      },
      arn: ({ FunctionArn }) => FunctionArn,
      attributes: ({ KMSKeyArn, Role }) => known({ kmsKeyArn: KMSKeyArn ?? null, roleArn: Role }),
      policy: (client, { FunctionArn }) => invokePolicy(client, FunctionArn),
      more: {
        actions: ['lambda:ListFunctionUrlConfigs', 'lambda:ListTags'],
        read: async (client, { FunctionArn = '' }, ask) => {
          const [functionUrls, tags] = await Promise.all([
            ask('lambda:ListFunctionUrlConfigs', () => urlsOf(client, FunctionArn)),
            ask('lambda:ListTags', () => client.send(new ListTagsCommand({ Resource: FunctionArn }))),
          ])
          return known({ functionUrls, tags: tags && sortedRecord(Object.entries(tags.Tags ?? {})) })
        },
      },
    }),
    kindOf({
      ...LAMBDA,
      kind: 'function-version',
      list: ['lambda:ListFunctions'],
      items: (client: LambdaClient) => listFunctions(client, 'ALL'),
      // No permission can be given for $LATEST.
      arn: ({ FunctionArn, Version }) => (Version === '$LATEST' ? undefined : FunctionArn),
      policy: (client, { FunctionArn }) => invokePolicy(client, FunctionArn),
      sparse: true,
    }),
    kindOf({
      ...LAMBDA,
      kind: 'function-alias',
      list: ['lambda:ListAliases', 'lambda:ListFunctions'],
      items: (client: LambdaClient) =>
        within(listFunctions(client), ({ FunctionArn: FunctionName }) =>
          each(paginateListAliases({ client }, { FunctionName }), ({ Aliases }) => Aliases),
        ),
      arn: ({ AliasArn }) => AliasArn,
      policy: (client, { AliasArn }) => invokePolicy(client, AliasArn),
      sparse: true,
    }),
    kindOf({
      ...LAMBDA,
      kind: 'layer-version',
      list: ['lambda:ListLayerVersions', 'lambda:ListLayers'],
      items: (client: LambdaClient) =>
        within(
          each(paginateListLayers({ client }, {}), ({ Layers }) => Layers),
          ({ LayerArn: LayerName }) =>
            each(paginateListLayerVersions({ client }, { LayerName }), ({ LayerVersions = [] }) =>
              LayerVersions.map((version) => ({ ...version, LayerName })),
            ),
        ),
      arn: ({ LayerVersionArn }) => LayerVersionArn,
      get: ['lambda:GetLayerVersionPolicy'],
      policy: async (client, { LayerName, Version: VersionNumber }) =>
        (await client.send(new GetLayerVersionPolicyCommand({ LayerName, VersionNumber }))).Policy,
      sparse: true,
    }),
  ],
})

/** Repositories, and the registry's own policy. */
export const repositories = policyTable({
  service: 'ecr',
  make: ECRClient,
  kinds: [
    kindOf({
      kind: 'repository',
      list: ['ecr:DescribeRepositories'],
      items: (client: ECRClient) =>
        each(paginateDescribeRepositories({ client }, { maxResults: 1000 }), (page) => page.repositories),
      item: {
        actions: ['ecr:DescribeRepositories'],
        read: async (client, arn) => {
          const name = arn.split(':repository/')[1]
          if (name === undefined) return undefined
          return (await client.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0]
        },
      },
      arn: ({ repositoryArn }) => repositoryArn,
      attributes: ({ encryptionConfiguration }) => ({ kmsKeyArn: encryptionConfiguration?.kmsKey ?? null }),
      get: ['ecr:GetRepositoryPolicy'],
      policy: async (client, { repositoryName }) =>
        (await client.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText,
      none: ['RepositoryPolicyNotFoundException'],
      more: {
        actions: ['ecr:ListTagsForResource'],
        read: async (client, { repositoryArn: resourceArn }, ask) => {
          const answer = await ask('ecr:ListTagsForResource', () =>
            client.send(new ListTagsForResourceCommand({ resourceArn })),
          )
          return known({ tags: answer && tagsOf((answer.tags ?? []) as never) })
        },
      },
    }),
    kindOf({
      kind: 'registry',
      list: ['ecr:GetRegistryPolicy'],
      items: (_: ECRClient, { partition, region, account }) =>
        only(`arn:${partition}:ecr:${region}:${account}:registry`),
      arn: (arn) => arn,
      get: [],
      policy: async (client) => (await client.send(new GetRegistryPolicyCommand({}))).policyText,
      none: ['RegistryPolicyNotFoundException'],
      sparse: true,
    }),
  ],
})

/** REST APIs, and private custom domain names: no other APIs have resource policies. */
export const restApis = policyTable({
  service: 'apigateway',
  make: APIGatewayClient,
  kinds: [
    kindOf({
      kind: 'api',
      list: ['apigateway:GET'],
      items: (client: APIGatewayClient) => each(paginateGetRestApis({ client }, { limit: 500 }), ({ items }) => items),
      arn: ({ id }, { partition, region, account }) => id && `arn:${partition}:execute-api:${region}:${account}:${id}`,
      attributes: ({ endpointConfiguration, tags }) =>
        known({
          private: endpointConfiguration?.types?.includes('PRIVATE'),
          tags: sortedRecord(Object.entries(tags ?? {})),
        }),
      get: [],
      policy: (_, { policy }) => unescaped(policy),
      more: {
        actions: [],
        read: async (client, { id = '' }, ask) => {
          const types = await ask('apigateway:GET (resources)', () => authorizationTypes(client, id))
          const [type, another] = [...(types ?? [])]
          // Methods that differ have no one answer: then it stays unknown.
          return known({ authType: type !== undefined && another === undefined ? AUTH_TYPES[type] : undefined })
        },
      },
    }),
    kindOf({
      kind: 'api-domain-name',
      list: ['apigateway:GET'],
      items: (client: APIGatewayClient) =>
        each(paginateGetDomainNames({ client }, { limit: 500 }), ({ items }) => items),
      arn: ({ domainName, domainNameId }, { partition, region, account }) =>
        // Only a private one has an id, and only a private one has a policy.
        domainNameId && `arn:${partition}:execute-api:${region}:${account}:/domainnames/${domainName}+${domainNameId}`,
      attributes: ({ tags }) => ({ tags: sortedRecord(Object.entries(tags ?? {})) }),
      get: [],
      policy: (_, { policy }) => unescaped(policy),
    }),
  ],
})

const AUTH_TYPES: Readonly<Record<string, string>> = {
  NONE: 'NONE',
  AWS_IAM: 'AWS_IAM',
  CUSTOM: 'CUSTOM',
  COGNITO_USER_POOLS: 'COGNITO',
}

/** API Gateway returns the policy with its quotes escaped once more. */
function unescaped(policy: string | undefined): string | undefined {
  if (policy === undefined || !policy.includes('\\"')) return policy
  try {
    return String(JSON.parse(`"${policy}"`))
  } catch {
    return policy
  }
}

async function authorizationTypes(client: APIGatewayClient, restApiId: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const page of paginateGetResources({ client }, { restApiId, embed: ['methods'], limit: 500 }))
    for (const { resourceMethods } of page.items ?? [])
      for (const [method, { authorizationType }] of Object.entries(resourceMethods ?? {}))
        if (method !== 'OPTIONS' && authorizationType !== undefined) found.add(authorizationType)
  return found
}
