import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const serverless = describedService({
  id: 'ServerlessApplicationRepository',
  host: 'serverlessrepo',
  protocol: 'rest-json',
})
const listApplications = serverless.operation(
  'ListApplications',
  ['GET', '/applications'],
  { nextToken: 'query' },
  { applications: json<{ applicationId?: string }[]>(), nextToken: text },
)

interface Sharing {
  readonly statementId?: string
  readonly actions?: readonly string[]
  readonly principals?: readonly string[]
  readonly principalOrgIDs?: readonly string[]
}

/**
 * What `Deploy` stands for in the statements of an application.
 * https://docs.aws.amazon.com/serverlessrepo/latest/devguide/access-control-resource-based.html#application-permissions
 */
const DEPLOY = [
  'GetApplication',
  'CreateCloudFormationChangeSet',
  'CreateCloudFormationTemplate',
  'ListApplicationVersions',
  'ListApplicationDependencies',
  'SearchApplications',
]

/** AWS tells who may do what, and no document; each entry is written as the statement that it is. */
function sharingPolicy(statements: readonly Sharing[], Resource: string): string | undefined {
  if (statements.length === 0) return undefined
  const Statement = statements.map(({ statementId, actions = [], principals = [], principalOrgIDs = [] }) => ({
    ...(statementId === undefined ? {} : { Sid: statementId }),
    Effect: 'Allow',
    Principal: principals.includes('*') ? '*' : { AWS: principals },
    Action: actions
      .flatMap((action) => (action === 'Deploy' ? DEPLOY : [action]))
      .map((name) => `serverlessrepo:${name}`),
    Resource,
    ...(principalOrgIDs.length === 0 ? {} : { Condition: { StringEquals: { 'aws:PrincipalOrgID': principalOrgIDs } } }),
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

export const serverlessApplications = policyTable({
  service: 'serverlessrepo',
  make: serverless.Client,
  kinds: [
    describedKind({
      of: serverless,
      prefix: 'serverlessrepo',
      kind: 'application',
      list: ['ListApplications'],
      items: (client) => listed(client, listApplications, 'applications'),
      arn: ({ applicationId }) => applicationId,
      get: serverless.operation(
        'GetApplicationPolicy',
        ['GET', '/applications/{applicationId}/policy'],
        { applicationId: 'path' },
        { statements: json<Sharing[]>() },
      ),
      at: (_, applicationId) => ({ applicationId }),
      policy: ({ statements = [] }, arn) => sharingPolicy(statements, arn),
      none: ['NotFoundException'],
    }),
  ],
})

const refactor = describedService({
  id: 'Migration Hub Refactor Spaces',
  host: 'refactor-spaces',
  protocol: 'rest-json',
})
const listEnvironments = refactor.operation(
  'ListEnvironments',
  ['GET', '/environments'],
  { nextToken: 'query' },
  { EnvironmentSummaryList: json<{ Arn?: string }[]>(), NextToken: text },
)

export const refactorEnvironments = policyTable({
  service: 'refactor-spaces',
  make: refactor.Client,
  kinds: [
    describedKind({
      of: refactor,
      prefix: 'refactor-spaces',
      kind: 'environment',
      list: ['ListEnvironments'],
      items: (client) => listed(client, listEnvironments, 'EnvironmentSummaryList'),
      arn: ({ Arn }) => Arn,
      get: refactor.operation(
        'GetResourcePolicy',
        ['GET', '/resourcepolicy/{Identifier}'],
        { Identifier: 'path' },
        { Policy: text },
      ),
      at: (_, Identifier) => ({ Identifier }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})

const ingestion = describedService({ id: 'OSIS', host: 'osis', protocol: 'rest-json' })
const listPipelines = ingestion.operation(
  'ListPipelines',
  ['GET', '/2022-01-01/osis/listPipelines'],
  { nextToken: 'query' },
  { Pipelines: json<{ PipelineArn?: string }[]>(), NextToken: text },
)

export const ingestionPipelines = policyTable({
  service: 'osis',
  make: ingestion.Client,
  kinds: [
    describedKind({
      of: ingestion,
      prefix: 'osis',
      kind: 'pipeline',
      list: ['ListPipelines'],
      items: (client) => listed(client, listPipelines, 'Pipelines'),
      arn: ({ PipelineArn }) => PipelineArn,
      get: ingestion.operation(
        'GetResourcePolicy',
        ['GET', '/2022-01-01/osis/resourcePolicy/{ResourceArn}'],
        { ResourceArn: 'path' },
        { Policy: text },
      ),
      at: (_, ResourceArn) => ({ ResourceArn }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})
