import {
  CodeartifactClient,
  GetDomainPermissionsPolicyCommand,
  GetRepositoryPermissionsPolicyCommand,
  paginateListDomains,
  paginateListRepositories,
} from '@aws-sdk/client-codeartifact'
import {
  CodeBuildClient,
  GetResourcePolicyCommand,
  paginateListProjects,
  paginateListReportGroups,
} from '@aws-sdk/client-codebuild'
import { ECRPUBLICClient, GetRepositoryPolicyCommand, paginateDescribeRepositories } from '@aws-sdk/client-ecr-public'
import {
  GetResourcePolicyCommand as GetRegistryPolicyCommand,
  paginateListRegistries,
  SchemasClient,
} from '@aws-sdk/client-schemas'
import {
  ListProfilePermissionsCommand,
  type ListProfilePermissionsCommandInput,
  paginateListSigningProfiles,
  type Permission,
  SignerClient,
} from '@aws-sdk/client-signer'
import { sortedRecord } from '../collector.ts'
import { each, kindOf, pages, policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

export const codeArtifact = policyTable({
  service: 'codeartifact',
  make: CodeartifactClient,
  kinds: [
    kindOf({
      kind: 'domain',
      list: ['codeartifact:ListDomains'],
      items: (client: CodeartifactClient) => each(paginateListDomains({ client }, {}), ({ domains }) => domains),
      arn: ({ arn }) => arn,
      attributes: ({ encryptionKey }) => ({ kmsKeyArn: encryptionKey ?? null }),
      get: ['codeartifact:GetDomainPermissionsPolicy'],
      policy: async (client, { name: domain, owner: domainOwner }) => {
        const { policy } = await client.send(new GetDomainPermissionsPolicyCommand({ domain, domainOwner }))
        return policy?.document
      },
      none: NOT_FOUND,
    }),
    kindOf({
      kind: 'repository',
      list: ['codeartifact:ListRepositories'],
      items: (client: CodeartifactClient) =>
        each(paginateListRepositories({ client }, {}), ({ repositories }) => repositories),
      arn: ({ arn }) => arn,
      get: ['codeartifact:GetRepositoryPermissionsPolicy'],
      policy: async (client, { name: repository, domainName: domain, domainOwner }) => {
        const at = { domain, domainOwner, repository }
        const { policy } = await client.send(new GetRepositoryPermissionsPolicyCommand(at))
        return policy?.document
      },
      none: NOT_FOUND,
    }),
  ],
})

const buildPolicy = async (client: CodeBuildClient, resourceArn: string): Promise<string | undefined> =>
  (await client.send(new GetResourcePolicyCommand({ resourceArn }))).policy

/** Projects and report groups have a policy where they are shared. */
export const codeBuild = policyTable({
  service: 'codebuild',
  make: CodeBuildClient,
  kinds: [
    kindOf({
      kind: 'project',
      list: ['codebuild:ListProjects'],
      items: (client: CodeBuildClient) => each(paginateListProjects({ client }, {}), ({ projects }) => projects),
      arn: (name, { partition, region, account }) => `arn:${partition}:codebuild:${region}:${account}:project/${name}`,
      get: ['codebuild:GetResourcePolicy'],
      policy: (client, name, { partition, region, account }) =>
        buildPolicy(client, `arn:${partition}:codebuild:${region}:${account}:project/${name}`),
      none: NOT_FOUND,
    }),
    kindOf({
      kind: 'report-group',
      list: ['codebuild:ListReportGroups'],
      items: (client: CodeBuildClient) =>
        each(paginateListReportGroups({ client }, {}), ({ reportGroups }) => reportGroups),
      arn: (arn) => arn,
      get: ['codebuild:GetResourcePolicy'],
      policy: buildPolicy,
      none: NOT_FOUND,
    }),
  ],
})

/** Public repositories are managed in one Region. */
export const publicRepositories = policyTable({
  service: 'ecr-public',
  make: ECRPUBLICClient,
  once: { aws: 'us-east-1' },
  kinds: [
    kindOf({
      kind: 'repository',
      list: ['ecr-public:DescribeRepositories'],
      items: (client: ECRPUBLICClient) =>
        each(paginateDescribeRepositories({ client }, {}), ({ repositories }) => repositories),
      arn: ({ repositoryArn }) => repositoryArn,
      get: ['ecr-public:GetRepositoryPolicy'],
      policy: async (client, { repositoryName }) =>
        (await client.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText,
      none: ['RepositoryPolicyNotFoundException'],
    }),
  ],
})

export const schemaRegistries = policyTable({
  service: 'schemas',
  make: SchemasClient,
  kinds: [
    kindOf({
      kind: 'registry',
      list: ['schemas:ListRegistries'],
      items: (client: SchemasClient) =>
        each(paginateListRegistries({ client }, { Scope: 'LOCAL' }), ({ Registries }) => Registries),
      arn: ({ RegistryArn }) => RegistryArn,
      attributes: ({ Tags }) => ({ tags: sortedRecord(Object.entries(Tags ?? {})) }),
      get: ['schemas:GetResourcePolicy'],
      policy: async (client, { RegistryName }) => {
        const { Policy } = await client.send(new GetRegistryPolicyCommand({ RegistryName }))
        return Policy === undefined ? undefined : String(Policy)
      },
      none: ['NotFoundException'],
    }),
  ],
})

/** A profile has no document but a list of permissions, each of which is what a statement says. */
export const signingProfiles = policyTable({
  service: 'signer',
  make: SignerClient,
  kinds: [
    kindOf({
      kind: 'signing-profile',
      list: ['signer:ListSigningProfiles'],
      items: (client: SignerClient) =>
        each(paginateListSigningProfiles({ client }, { includeCanceled: true }), ({ profiles }) => profiles),
      arn: ({ arn }) => arn,
      attributes: ({ tags }) => ({ tags: sortedRecord(Object.entries(tags ?? {})) }),
      get: ['signer:ListProfilePermissions'],
      policy: async (client, { profileName, arn = '' }) => {
        const found: Permission[] = []
        const send = (input: ListProfilePermissionsCommandInput) =>
          client.send(new ListProfilePermissionsCommand(input))
        for await (const { permissions = [] } of pages(send, { profileName }, 'nextToken')) found.push(...permissions)
        return found.length === 0 ? undefined : permissionsDocument(arn, found)
      },
      none: NOT_FOUND,
    }),
  ],
})

const permissionsDocument = (arn: string, permissions: readonly Permission[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: permissions.map(({ statementId, action, principal, profileVersion }) => ({
      Sid: statementId,
      Effect: 'Allow',
      Principal: { AWS: principal },
      Action: action,
      Resource: profileVersion === undefined ? arn : `${arn}/${profileVersion}`,
    })),
  })
