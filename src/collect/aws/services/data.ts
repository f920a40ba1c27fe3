import { BackupClient, GetBackupVaultAccessPolicyCommand, paginateListBackupVaults } from '@aws-sdk/client-backup'
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  paginateListTables,
} from '@aws-sdk/client-dynamodb'
import { DescribeFileSystemPolicyCommand, EFSClient, paginateDescribeFileSystems } from '@aws-sdk/client-efs'
import { GetResourcePolicyCommand as GetCatalogPolicy, GlueClient } from '@aws-sdk/client-glue'
import { DescribeDomainsCommand, ListDomainNamesCommand, OpenSearchClient } from '@aws-sdk/client-opensearch'
import {
  GetResourcePolicyCommand as GetSecretPolicy,
  paginateListSecrets,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { type Collector, documentOf, eachOf, type Found, keyArn, known, type Place, tagsOf } from '../collector.ts'
import { startReading } from '../outcome.ts'

export const secrets: Collector = {
  service: 'secretsmanager',
  scope: 'region',
  actions: ['secretsmanager:GetResourcePolicy', 'secretsmanager:ListSecrets'],
  async *collect(place) {
    const client = place.access.client(SecretsManagerClient, place.region)
    const listed = await place.list.ask('secretsmanager:ListSecrets', async () => {
      const found: { arn: string; key: string | undefined; tags: Record<string, string> | undefined }[] = []
      for await (const page of paginateListSecrets({ client }, { MaxResults: 100 }))
        for (const { ARN, KmsKeyId, Tags } of page.SecretList ?? [])
          if (ARN !== undefined) found.push({ arn: ARN, key: KmsKeyId, tags: tagsOf((Tags ?? []) as never) })
      return found
    })
    yield* eachOf(listed, async ({ arn, key, tags }): Promise<Found> => {
      const { unread, ask } = startReading()
      const answer = await ask('secretsmanager:GetResourcePolicy', () =>
        client.send(new GetSecretPolicy({ SecretId: arn })),
      )
      const policy = answer && documentOf(answer.ResourcePolicy ?? null)
      return { arn, kind: 'secret', policy, attributes: known({ kmsKeyArn: keyArn(key, place), tags }), unread }
    })
  },
}

export const tables: Collector = {
  service: 'dynamodb',
  scope: 'region',
  actions: ['dynamodb:DescribeTable', 'dynamodb:GetResourcePolicy', 'dynamodb:ListTables'],
  async *collect(place) {
    const client = place.access.client(DynamoDBClient, place.region)
    const names = await place.list.ask('dynamodb:ListTables', async () => {
      const found: string[] = []
      for await (const page of paginateListTables({ client }, { Limit: 100 })) found.push(...(page.TableNames ?? []))
      return found
    })
    yield* eachOf(names, (name) => table(client, place, name))
  },
}

async function table(client: DynamoDBClient, { partition, region, account }: Place, name: string): Promise<Found> {
  const { unread, ask } = startReading()
  const arn = `arn:${partition}:dynamodb:${region}:${account}:table/${name}`
  const [policy, about] = await Promise.all([
    ask('dynamodb:GetResourcePolicy', () => client.send(new GetResourcePolicyCommand({ ResourceArn: arn })), [
      'PolicyNotFoundException',
    ]),
    ask('dynamodb:DescribeTable', () => client.send(new DescribeTableCommand({ TableName: name }))),
  ])
  return {
    arn,
    kind: 'table',
    policy: policy === null ? null : documentOf(policy?.Policy),
    attributes: known({ kmsKeyArn: about && (about.Table?.SSEDescription?.KMSMasterKeyArn ?? null) }),
    unread,
  }
}

export const domains: Collector = {
  service: 'es',
  scope: 'region',
  actions: ['es:DescribeDomains', 'es:ListDomainNames'],
  async *collect(place) {
    const client = place.access.client(OpenSearchClient, place.region)
    const names = await place.list.ask('es:ListDomainNames', async () => {
      const { DomainNames = [] } = await client.send(new ListDomainNamesCommand({}))
      return DomainNames.flatMap(({ DomainName }) => (DomainName === undefined ? [] : [DomainName]))
    })
    for (let from = 0; from < (names ?? []).length; from += 5) {
      const DomainNames = names?.slice(from, from + 5)
      const answer = await place.list.ask('es:DescribeDomains', () =>
        client.send(new DescribeDomainsCommand({ DomainNames })),
      )
      for (const { ARN, AccessPolicies, EncryptionAtRestOptions } of answer?.DomainStatusList ?? [])
        if (ARN !== undefined)
          yield {
            arn: ARN,
            kind: 'domain',
            policy: documentOf(AccessPolicies ?? null),
            attributes: { kmsKeyArn: keyArn(EncryptionAtRestOptions?.KmsKeyId, place) },
            unread: [],
          }
    }
  },
}

/** The Data Catalog has one policy for an account and Region. */
export const catalog: Collector = {
  service: 'glue',
  scope: 'region',
  actions: ['glue:GetResourcePolicy'],
  async *collect({ access, partition, region, account, list }) {
    const client = access.client(GlueClient, region)
    const answer = await list.ask('glue:GetResourcePolicy', () => client.send(new GetCatalogPolicy({})), [
      'EntityNotFoundException',
    ])
    if (answer === undefined) return
    yield {
      arn: `arn:${partition}:glue:${region}:${account}:catalog`,
      kind: 'catalog',
      policy: documentOf(answer?.PolicyInJson ?? null),
      attributes: {},
      unread: [],
    }
  },
}

export const vaults: Collector = {
  service: 'backup',
  scope: 'region',
  actions: ['backup:GetBackupVaultAccessPolicy', 'backup:ListBackupVaults'],
  async *collect(place) {
    const client = place.access.client(BackupClient, place.region)
    const listed = await place.list.ask('backup:ListBackupVaults', async () => {
      const found: { arn: string; name: string | undefined; key: string | undefined }[] = []
      for await (const page of paginateListBackupVaults({ client }, {}))
        for (const { BackupVaultArn, BackupVaultName, EncryptionKeyArn } of page.BackupVaultList ?? [])
          if (BackupVaultArn !== undefined)
            found.push({ arn: BackupVaultArn, name: BackupVaultName, key: EncryptionKeyArn })
      return found
    })
    yield* eachOf(listed, async ({ arn, name, key }): Promise<Found> => {
      const { unread, ask } = startReading()
      const answer = await ask(
        'backup:GetBackupVaultAccessPolicy',
        () => client.send(new GetBackupVaultAccessPolicyCommand({ BackupVaultName: name })),
        ['ResourceNotFoundException'],
      )
      const policy = answer === null ? null : documentOf(answer?.Policy)
      return { arn, kind: 'backup-vault', policy, attributes: { kmsKeyArn: key ?? null }, unread }
    })
  },
}

export const fileSystems: Collector = {
  service: 'elasticfilesystem',
  scope: 'region',
  actions: ['elasticfilesystem:DescribeFileSystemPolicy', 'elasticfilesystem:DescribeFileSystems'],
  async *collect(place) {
    const client = place.access.client(EFSClient, place.region)
    const listed = await place.list.ask('elasticfilesystem:DescribeFileSystems', async () => {
      const found: { id: string; key: string | undefined; tags: Record<string, string> | undefined }[] = []
      for await (const page of paginateDescribeFileSystems({ client }, {}))
        for (const { FileSystemId, KmsKeyId, Tags } of page.FileSystems ?? [])
          if (FileSystemId !== undefined)
            found.push({ id: FileSystemId, key: KmsKeyId, tags: tagsOf((Tags ?? []) as never) })
      return found
    })
    const { partition, region, account } = place
    yield* eachOf(listed, async ({ id, key, tags }): Promise<Found> => {
      const { unread, ask } = startReading()
      const answer = await ask(
        'elasticfilesystem:DescribeFileSystemPolicy',
        () => client.send(new DescribeFileSystemPolicyCommand({ FileSystemId: id })),
        ['PolicyNotFound'],
      )
      return {
        arn: `arn:${partition}:elasticfilesystem:${region}:${account}:file-system/${id}`,
        kind: 'file-system',
        policy: answer === null ? null : documentOf(answer?.Policy),
        attributes: known({ kmsKeyArn: keyArn(key, place), tags }),
        unread,
      }
    })
  },
}
