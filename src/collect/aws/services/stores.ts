import { BackupClient, GetBackupVaultAccessPolicyCommand, paginateListBackupVaults } from '@aws-sdk/client-backup'
import { DSQLClient, GetClusterPolicyCommand, paginateListClusters } from '@aws-sdk/client-dsql'
import { DescribeFileSystemPolicyCommand, EFSClient, paginateDescribeFileSystems } from '@aws-sdk/client-efs'
import {
  GetVaultAccessPolicyCommand,
  GetVaultLockCommand,
  GlacierClient,
  paginateListVaults,
} from '@aws-sdk/client-glacier'
import {
  GetResourcePolicyCommand as GetNamespacePolicyCommand,
  paginateDescribeClusters,
  RedshiftClient,
} from '@aws-sdk/client-redshift'
import {
  GetResourcePolicyCommand as GetServerlessPolicyCommand,
  paginateListNamespaces,
  paginateListSnapshots,
  RedshiftServerlessClient,
} from '@aws-sdk/client-redshift-serverless'
import {
  GetTableBucketPolicyCommand,
  GetTablePolicyCommand,
  paginateListTableBuckets,
  paginateListTables,
  S3TablesClient,
} from '@aws-sdk/client-s3tables'
import { GetVectorBucketPolicyCommand, paginateListVectorBuckets, S3VectorsClient } from '@aws-sdk/client-s3vectors'
import { DescribeSecretCommand, paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type AccountRegion, keyArn, known, tagsOf } from '../collector.ts'
import { call, describedService, json, listed, text } from '../described-client.ts'
import { errorName, orNone } from '../outcome.ts'
import { each, kindOf, policyTable, within } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const named = describedService({
  id: 'Secrets Manager',
  host: 'secretsmanager',
  protocol: 'json-1.1',
  target: 'secretsmanager',
})
const listPolicies = named.operation(
  'ListResourcePolicies',
  ['POST', '/'],
  { SecretId: 'body', NextToken: 'body' },
  { ResourcePolicies: json<{ PolicyName?: string }[]>(), NextToken: text },
)
const getPolicy = named.operation(
  'GetResourcePolicy',
  ['POST', '/'],
  { SecretId: 'body', PolicyName: 'body' },
  { ResourcePolicy: text },
)

/**
 * A secret may have policies beside the one that its owner writes, `default`: they are told by name, and read one by one.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListResourcePolicies.html
 */
async function secretPolicies(
  SecretId: string | undefined,
  { access, region }: AccountRegion,
): Promise<readonly (string | undefined)[]> {
  const client = access.client(named.Client, region)
  // The owner's comes without a name, as from servers that know no names.
  const names: (string | undefined)[] = [undefined]
  try {
    for await (const { PolicyName } of listed(client, listPolicies, 'ResourcePolicies', { SecretId }))
      if (PolicyName !== 'default') names.push(PolicyName)
  } catch (error) {
    // Where the call is not known, policies have no names.
    if (!isUnknownCall(error)) throw error
  }
  return Promise.all(
    names.map(async (PolicyName) => {
      const at = PolicyName === undefined ? { SecretId } : { SecretId, PolicyName }
      return (await call(client, getPolicy, at)).ResourcePolicy
    }),
  )
}

/** So AWS answers a call that a Region has not got yet. Any other fault leaves the policies unknown. */
const isUnknownCall = (error: unknown): boolean => errorName(error) === 'UnknownOperationException'

export const secrets = policyTable({
  service: 'secretsmanager',
  make: SecretsManagerClient,
  kinds: [
    kindOf({
      kind: 'secret',
      list: ['secretsmanager:ListSecrets'],
      items: (client: SecretsManagerClient) =>
        each(paginateListSecrets({ client }, { MaxResults: 100 }), ({ SecretList }) => SecretList),
      item: {
        actions: ['secretsmanager:DescribeSecret'],
        read: (client, SecretId) => client.send(new DescribeSecretCommand({ SecretId })),
      },
      arn: ({ ARN }) => ARN,
      attributes: ({ KmsKeyId, Tags }, place) => ({
        kmsKeyArn: keyArn(KmsKeyId, place),
        tags: tagsOf((Tags ?? []) as never),
      }),
      get: ['secretsmanager:GetResourcePolicy', 'secretsmanager:ListResourcePolicies'],
      policy: (_, { ARN }, place) => secretPolicies(ARN, place),
    }),
  ],
})

export const vaults = policyTable({
  service: 'backup',
  make: BackupClient,
  kinds: [
    kindOf({
      kind: 'backup-vault',
      list: ['backup:ListBackupVaults'],
      items: (client: BackupClient) =>
        each(paginateListBackupVaults({ client }, {}), ({ BackupVaultList }) => BackupVaultList),
      arn: ({ BackupVaultArn }) => BackupVaultArn,
      attributes: ({ EncryptionKeyArn }) => ({ kmsKeyArn: EncryptionKeyArn ?? null }),
      get: ['backup:GetBackupVaultAccessPolicy'],
      policy: async (client, { BackupVaultName }) =>
        (await client.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName }))).Policy,
      none: NOT_FOUND,
    }),
  ],
})

export const fileSystems = policyTable({
  service: 'elasticfilesystem',
  make: EFSClient,
  kinds: [
    kindOf({
      kind: 'file-system',
      list: ['elasticfilesystem:DescribeFileSystems'],
      items: (client: EFSClient) => each(paginateDescribeFileSystems({ client }, {}), ({ FileSystems }) => FileSystems),
      arn: ({ FileSystemId }, { partition, region, account }) =>
        FileSystemId && `arn:${partition}:elasticfilesystem:${region}:${account}:file-system/${FileSystemId}`,
      attributes: ({ KmsKeyId, Tags }, place) => ({
        kmsKeyArn: keyArn(KmsKeyId, place),
        tags: tagsOf((Tags ?? []) as never),
      }),
      get: ['elasticfilesystem:DescribeFileSystemPolicy'],
      policy: async (client, { FileSystemId }) =>
        (await client.send(new DescribeFileSystemPolicyCommand({ FileSystemId }))).Policy,
      none: ['PolicyNotFound'],
    }),
  ],
})

/** `-`: the account of the caller. A paginator writes into what it is given, so it gets a copy. */
const OWN = { accountId: '-' }

/** A vault's lock policy applies beside its access policy. */
export const archives = policyTable({
  service: 'glacier',
  make: GlacierClient,
  kinds: [
    kindOf({
      kind: 'vault',
      list: ['glacier:ListVaults'],
      items: (client: GlacierClient) => each(paginateListVaults({ client }, { ...OWN }), ({ VaultList }) => VaultList),
      arn: ({ VaultARN }) => VaultARN,
      get: ['glacier:GetVaultAccessPolicy', 'glacier:GetVaultLock'],
      policy: async (client, { VaultName: vaultName }) => {
        const at = { ...OWN, vaultName }
        const access = orNone(client.send(new GetVaultAccessPolicyCommand(at)), NOT_FOUND)
        const [granted, lock] = await Promise.all([access, orNone(client.send(new GetVaultLockCommand(at)), NOT_FOUND)])
        return [granted?.policy?.Policy, lock?.Policy]
      },
    }),
  ],
})

const listTableBuckets = (client: S3TablesClient) =>
  each(paginateListTableBuckets({ client }, {}), ({ tableBuckets }) => tableBuckets)

const tableBucketPolicy = async (client: S3TablesClient, tableBucketARN: string | undefined) =>
  (await client.send(new GetTableBucketPolicyCommand({ tableBucketARN }))).resourcePolicy

/** The policy of a table bucket counts for its tables too, beside their own. */
async function* tablesOf(client: S3TablesClient, tableBucketARN: string | undefined) {
  const bucketPolicy = await orNone(tableBucketPolicy(client, tableBucketARN), ['NotFoundException'])
  for await (const { tables } of paginateListTables({ client }, { tableBucketARN }))
    for (const table of tables ?? []) yield { ...table, tableBucketARN, bucketPolicy }
}

export const tableBuckets = policyTable({
  service: 's3tables',
  make: S3TablesClient,
  kinds: [
    kindOf({
      kind: 'table-bucket',
      list: ['s3tables:ListTableBuckets'],
      items: listTableBuckets,
      arn: ({ arn }) => arn,
      get: ['s3tables:GetTableBucketPolicy'],
      policy: (client, { arn }) => tableBucketPolicy(client, arn),
      none: ['NotFoundException'],
    }),
    kindOf({
      kind: 'bucket-table',
      list: ['s3tables:ListTables', 's3tables:GetTableBucketPolicy', 's3tables:ListTableBuckets'],
      items: (client: S3TablesClient) => within(listTableBuckets(client), ({ arn }) => tablesOf(client, arn)),
      arn: ({ tableARN }) => tableARN,
      get: ['s3tables:GetTablePolicy'],
      policy: async (client, { tableBucketARN, namespace, name, bucketPolicy }) => {
        const at = { tableBucketARN, namespace: namespace?.[0], name }
        const own = await orNone(client.send(new GetTablePolicyCommand(at)), ['NotFoundException'])
        return [bucketPolicy, own?.resourcePolicy]
      },
    }),
  ],
})

export const vectorBuckets = policyTable({
  service: 's3vectors',
  make: S3VectorsClient,
  kinds: [
    kindOf({
      kind: 'vector-bucket',
      list: ['s3vectors:ListVectorBuckets'],
      items: (client: S3VectorsClient) => each(paginateListVectorBuckets({ client }, {}), (page) => page.vectorBuckets),
      arn: ({ vectorBucketArn }) => vectorBucketArn,
      get: ['s3vectors:GetVectorBucketPolicy'],
      policy: async (client, { vectorBucketArn }) =>
        (await client.send(new GetVectorBucketPolicyCommand({ vectorBucketArn }))).policy,
      none: ['NotFoundException'],
    }),
  ],
})

export const warehouses = policyTable({
  service: 'redshift',
  make: RedshiftClient,
  kinds: [
    kindOf({
      kind: 'namespace',
      list: ['redshift:DescribeClusters'],
      items: (client: RedshiftClient) => each(paginateDescribeClusters({ client }, {}), ({ Clusters }) => Clusters),
      arn: ({ ClusterNamespaceArn }) => ClusterNamespaceArn,
      get: ['redshift:GetResourcePolicy'],
      policy: async (client, { ClusterNamespaceArn: ResourceArn }) =>
        (await client.send(new GetNamespacePolicyCommand({ ResourceArn }))).ResourcePolicy?.Policy,
      none: ['ResourceNotFoundFault', 'ResourceNotFound'],
    }),
  ],
})

const serverlessPolicy = async (client: RedshiftServerlessClient, resourceArn: string | undefined) =>
  (await client.send(new GetServerlessPolicyCommand({ resourceArn }))).resourcePolicy?.policy

export const serverlessWarehouses = policyTable({
  service: 'redshift-serverless',
  make: RedshiftServerlessClient,
  kinds: [
    kindOf({
      kind: 'namespace',
      list: ['redshift-serverless:ListNamespaces'],
      items: (client: RedshiftServerlessClient) =>
        each(paginateListNamespaces({ client }, {}), ({ namespaces }) => namespaces),
      arn: ({ namespaceArn }) => namespaceArn,
      get: ['redshift-serverless:GetResourcePolicy'],
      policy: (client, { namespaceArn }) => serverlessPolicy(client, namespaceArn),
      none: NOT_FOUND,
    }),
    kindOf({
      kind: 'snapshot',
      list: ['redshift-serverless:ListSnapshots'],
      items: (client: RedshiftServerlessClient) =>
        each(paginateListSnapshots({ client }, {}), ({ snapshots }) => snapshots),
      arn: ({ snapshotArn }) => snapshotArn,
      attributes: ({ kmsKeyId }, place) => known({ kmsKeyArn: keyArn(kmsKeyId, place) }),
      get: ['redshift-serverless:GetResourcePolicy'],
      policy: (client, { snapshotArn }) => serverlessPolicy(client, snapshotArn),
      none: NOT_FOUND,
    }),
  ],
})

/** Aurora DSQL. */
export const sqlClusters = policyTable({
  service: 'dsql',
  make: DSQLClient,
  kinds: [
    kindOf({
      kind: 'cluster',
      list: ['dsql:ListClusters'],
      items: (client: DSQLClient) => each(paginateListClusters({ client }, {}), (page) => page.clusters),
      arn: ({ arn }) => arn,
      get: ['dsql:GetClusterPolicy'],
      policy: async (client, { identifier }) => (await client.send(new GetClusterPolicyCommand({ identifier }))).policy,
      none: NOT_FOUND,
    }),
  ],
})
