import {
  GetPolicyCommand,
  LambdaClient,
  ListTagsCommand,
  paginateListFunctions,
  paginateListFunctionUrlConfigs,
} from '@aws-sdk/client-lambda'
import { APIGatewayClient, paginateGetResources, paginateGetRestApis, type RestApi } from '@aws-sdk/client-api-gateway'
import {
  ECRClient,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr'
import {
  type Collector,
  documentOf,
  eachOf,
  type Found,
  known,
  type Place,
  sortedRecord,
  tagsOf,
} from '../collector.ts'
import { startReading } from '../outcome.ts'

export const functions: Collector = {
  service: 'lambda',
  scope: 'region',
  actions: ['lambda:GetPolicy', 'lambda:ListFunctionUrlConfigs', 'lambda:ListFunctions', 'lambda:ListTags'],
  async *collect(place) {
    const client = place.access.client(LambdaClient, place.region)
    const listed = await place.list.ask('lambda:ListFunctions', async () => {
      const found: { arn: string; role: string | undefined; key: string | undefined }[] = []
      for await (const page of paginateListFunctions({ client }, {}))
        for (const { FunctionArn, Role, KMSKeyArn } of page.Functions ?? [])
          if (FunctionArn !== undefined) found.push({ arn: FunctionArn, role: Role, key: KMSKeyArn })
      return found
    })
    yield* eachOf(listed, ({ arn, role, key }) => lambdaFunction(client, arn, role, key))
  },
}

async function lambdaFunction(
  client: LambdaClient,
  arn: string,
  roleArn: string | undefined,
  key: string | undefined,
): Promise<Found> {
  const { unread, ask } = startReading()
  const [policy, urls, tags] = await Promise.all([
    ask('lambda:GetPolicy', () => client.send(new GetPolicyCommand({ FunctionName: arn })), [
      'ResourceNotFoundException',
    ]),
    ask('lambda:ListFunctionUrlConfigs', () => functionUrls(client, arn)),
    ask('lambda:ListTags', () => client.send(new ListTagsCommand({ Resource: arn }))),
  ])
  return {
    arn,
    kind: 'function',
    policy: policy === null ? null : documentOf(policy?.Policy),
    attributes: known({
      functionUrls: urls,
      kmsKeyArn: key ?? null,
      roleArn,
      tags: tags && sortedRecord(Object.entries(tags.Tags ?? {})),
    }),
    unread,
  }
}

async function functionUrls(client: LambdaClient, FunctionName: string): Promise<{ authType: string | undefined }[]> {
  const found: { authType: string | undefined }[] = []
  for await (const page of paginateListFunctionUrlConfigs({ client }, { FunctionName }))
    for (const { AuthType } of page.FunctionUrlConfigs ?? []) found.push({ authType: AuthType })
  return found
}

/** REST APIs: only they have resource policies. */
export const restApis: Collector = {
  service: 'apigateway',
  scope: 'region',
  actions: ['apigateway:GET'],
  async *collect(place) {
    const client = place.access.client(APIGatewayClient, place.region)
    const apis = await place.list.ask('apigateway:GET (restapis)', async () => {
      const found: RestApi[] = []
      for await (const page of paginateGetRestApis({ client }, { limit: 500 })) found.push(...(page.items ?? []))
      return found
    })
    yield* eachOf(apis, (api) => restApi(client, place, api))
  },
}

async function restApi(client: APIGatewayClient, { partition, region, account }: Place, api: RestApi): Promise<Found> {
  const { unread, ask } = startReading()
  const types = await ask('apigateway:GET (resources)', () => authorizationTypes(client, api.id ?? ''))
  const [type, another] = [...(types ?? [])]
  return {
    arn: `arn:${partition}:execute-api:${region}:${account}:${api.id}`,
    kind: 'api',
    policy: documentOf(unescaped(api.policy) ?? null),
    attributes: known({
      // Methods that differ have no one answer: then it stays unknown.
      authType: type !== undefined && another === undefined ? AUTH_TYPES[type] : undefined,
      private: api.endpointConfiguration?.types?.includes('PRIVATE'),
      tags: sortedRecord(Object.entries(api.tags ?? {})),
    }),
    unread,
  }
}

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

/** Repositories, and the registry's own policy. */
export const repositories: Collector = {
  service: 'ecr',
  scope: 'region',
  actions: ['ecr:DescribeRepositories', 'ecr:GetRegistryPolicy', 'ecr:GetRepositoryPolicy', 'ecr:ListTagsForResource'],
  async *collect(place) {
    const client = place.access.client(ECRClient, place.region)
    const listed = await place.list.ask('ecr:DescribeRepositories', async () => {
      const found: { arn: string; name: string; key: string | undefined }[] = []
      for await (const page of paginateDescribeRepositories({ client }, { maxResults: 1000 }))
        for (const { repositoryArn, repositoryName, encryptionConfiguration } of page.repositories ?? [])
          if (repositoryArn !== undefined && repositoryName !== undefined)
            found.push({ arn: repositoryArn, name: repositoryName, key: encryptionConfiguration?.kmsKey })
      return found
    })
    yield* eachOf(listed, ({ arn, name, key }) => repository(client, arn, name, key))
    const registry = await place.list.ask(
      'ecr:GetRegistryPolicy',
      () => client.send(new GetRegistryPolicyCommand({})),
      ['RegistryPolicyNotFoundException'],
    )
    if (registry?.policyText !== undefined)
      yield {
        arn: `arn:${place.partition}:ecr:${place.region}:${place.account}:registry`,
        kind: 'registry',
        policy: documentOf(registry.policyText),
        attributes: {},
        unread: [],
      }
  },
}

async function repository(
  client: ECRClient,
  arn: string,
  repositoryName: string,
  key: string | undefined,
): Promise<Found> {
  const { unread, ask } = startReading()
  const [policy, tags] = await Promise.all([
    ask('ecr:GetRepositoryPolicy', () => client.send(new GetRepositoryPolicyCommand({ repositoryName })), [
      'RepositoryPolicyNotFoundException',
    ]),
    ask('ecr:ListTagsForResource', () => client.send(new ListTagsForResourceCommand({ resourceArn: arn }))),
  ])
  return {
    arn,
    kind: 'repository',
    policy: policy === null ? null : documentOf(policy?.policyText),
    attributes: known({ kmsKeyArn: key ?? null, tags: tags && tagsOf((tags.tags ?? []) as never) }),
    unread,
  }
}
