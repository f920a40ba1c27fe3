/** What AWS answers in the tests of `collect`, one service each, and what is to be made of it. */
import { DESCRIBED_CASES } from './described-services.ts'
import { MORE_DESCRIBED_CASES } from './described-services-more.ts'
import { NEWER_CASES } from './newer-services.ts'
import { ACCOUNT as A } from './sdk-stub.ts'
import { arn, both, named, paged, policyOf, R, type ServiceCase, text } from './service-case.ts'

export const CASES: readonly ServiceCase[] = [
  ...DESCRIBED_CASES,
  ...MORE_DESCRIBED_CASES,
  ...NEWER_CASES,
  {
    service: 'codeartifact',
    answers: {
      'Codeartifact:ListDomains': paged('domains', [
        { name: 'd1', owner: A, arn: arn('codeartifact', 'domain/d1'), encryptionKey: arn('kms', 'key/k') },
        { name: 'd2', owner: A, arn: arn('codeartifact', 'domain/d2') },
      ]),
      'Codeartifact:GetDomainPermissionsPolicy': (input) => ({ policy: { document: text(named(input, 'domain')) } }),
      'Codeartifact:ListRepositories': paged('repositories', [
        { name: 'r', domainName: 'd1', domainOwner: A, arn: arn('codeartifact', 'repository/d1/r') },
      ]),
      'Codeartifact:GetRepositoryPermissionsPolicy': (input) => ({
        policy: { document: text(`${String(input['domain'])}/${String(input['repository'])}`) },
      }),
    },
    found: [
      {
        arn: arn('codeartifact', 'domain/d1'),
        kind: 'domain',
        policy: policyOf('d1'),
        attributes: { kmsKeyArn: arn('kms', 'key/k') },
      },
      {
        arn: arn('codeartifact', 'domain/d2'),
        kind: 'domain',
        policy: policyOf('d2'),
        attributes: { kmsKeyArn: null },
      },
      { arn: arn('codeartifact', 'repository/d1/r'), kind: 'repository', policy: policyOf('d1/r') },
    ],
    policies: {
      'Codeartifact:GetDomainPermissionsPolicy': 'ResourceNotFoundException',
      'Codeartifact:GetRepositoryPermissionsPolicy': 'ResourceNotFoundException',
    },
  },
  {
    service: 'codebuild',
    answers: {
      'CodeBuild:ListProjects': paged('projects', ['p1', 'p2']),
      'CodeBuild:ListReportGroups': paged('reportGroups', [arn('codebuild', 'report-group/g')]),
      'CodeBuild:GetResourcePolicy': (input) => ({ policy: text(named(input, 'resourceArn')) }),
    },
    found: [
      { arn: arn('codebuild', 'project/p1'), kind: 'project', policy: policyOf('p1') },
      { arn: arn('codebuild', 'project/p2'), kind: 'project', policy: policyOf('p2') },
      { arn: arn('codebuild', 'report-group/g'), kind: 'report-group', policy: policyOf('g') },
    ],
    policies: { 'CodeBuild:GetResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'ecr-public',
    answers: {
      'ECRPUBLIC:DescribeRepositories': paged('repositories', [
        { repositoryName: 'r1', repositoryArn: `arn:aws:ecr-public::${A}:repository/r1` },
        { repositoryName: 'r2', repositoryArn: `arn:aws:ecr-public::${A}:repository/r2` },
      ]),
      'ECRPUBLIC:GetRepositoryPolicy': (input) => ({ policyText: text(named(input, 'repositoryName')) }),
    },
    found: [
      { arn: `arn:aws:ecr-public::${A}:repository/r1`, kind: 'repository', policy: policyOf('r1') },
      { arn: `arn:aws:ecr-public::${A}:repository/r2`, kind: 'repository', policy: policyOf('r2') },
    ],
    policies: { 'ECRPUBLIC:GetRepositoryPolicy': 'RepositoryPolicyNotFoundException' },
  },
  {
    service: 'schemas',
    answers: {
      'Schemas:ListRegistries': paged(
        'Registries',
        [
          { RegistryName: 'r1', RegistryArn: arn('schemas', 'registry/r1'), Tags: { team: 'a' } },
          { RegistryName: 'r2', RegistryArn: arn('schemas', 'registry/r2') },
        ],
        'NextToken',
      ),
      'Schemas:GetResourcePolicy': (input) => ({ Policy: text(named(input, 'RegistryName')) }),
    },
    found: [
      {
        arn: arn('schemas', 'registry/r1'),
        kind: 'registry',
        policy: policyOf('r1'),
        attributes: { tags: { team: 'a' } },
      },
      { arn: arn('schemas', 'registry/r2'), kind: 'registry', policy: policyOf('r2'), attributes: { tags: {} } },
    ],
    policies: { 'Schemas:GetResourcePolicy': 'NotFoundException' },
  },
  {
    service: 'signer',
    answers: {
      'Signer:ListSigningProfiles': paged('profiles', [
        { profileName: 'p', arn: arn('signer', '/signing-profiles/p'), tags: {} },
      ]),
      'Signer:ListProfilePermissions': paged('permissions', [
        { statementId: 's1', action: 'signer:StartSigningJob', principal: A, profileVersion: 'v1' },
        { statementId: 's2', action: 'signer:GetSigningProfile', principal: A },
      ]),
    },
    found: [
      {
        arn: arn('signer', '/signing-profiles/p'),
        kind: 'signing-profile',
        policy: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 's1',
              Effect: 'Allow',
              Principal: { AWS: A },
              Action: 'signer:StartSigningJob',
              Resource: arn('signer', '/signing-profiles/p/v1'),
            },
            {
              Sid: 's2',
              Effect: 'Allow',
              Principal: { AWS: A },
              Action: 'signer:GetSigningProfile',
              Resource: arn('signer', '/signing-profiles/p'),
            },
          ],
        },
        attributes: { tags: {} },
      },
    ],
    policies: { 'Signer:ListProfilePermissions': 'ResourceNotFoundException' },
  },
  {
    service: 'kinesis',
    answers: {
      'Kinesis:ListStreams': (input) => ({
        StreamNames: [],
        HasMoreStreams: input['NextToken'] === undefined,
        StreamSummaries: [
          {
            StreamName: 's',
            StreamARN: arn('kinesis', `stream/${input['NextToken'] === undefined ? 's1' : 's2'}`),
            StreamStatus: 'ACTIVE',
          },
        ],
        ...(input['NextToken'] === undefined ? { NextToken: 'x' } : {}),
      }),
      'Kinesis:ListStreamConsumers': (input) => ({
        Consumers: [
          {
            ConsumerName: 'c',
            ConsumerARN: `${String(input['StreamARN'])}/consumer/c:1`,
            ConsumerStatus: 'ACTIVE',
            ConsumerCreationTimestamp: new Date(0),
          },
        ],
      }),
      'Kinesis:GetResourcePolicy': (input) => ({ Policy: text(String(input['ResourceARN'])) }),
    },
    found: ['stream/s1', 'stream/s2', 'stream/s1/consumer/c:1', 'stream/s2/consumer/c:1'].map((name) => ({
      arn: arn('kinesis', name),
      kind: name.includes('consumer') ? 'consumer' : 'stream',
      policy: policyOf(arn('kinesis', name)),
    })),
    policies: { 'Kinesis:GetResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'kafka',
    answers: {
      'Kafka:ListClustersV2': paged(
        'ClusterInfoList',
        [{ ClusterArn: arn('kafka', 'cluster/c1/u'), Tags: { a: 'b' } }, { ClusterArn: arn('kafka', 'cluster/c2/u') }],
        'NextToken',
      ),
      'Kafka:GetClusterPolicy': (input) => ({ CurrentVersion: 'K', Policy: text(String(input['ClusterArn'])) }),
    },
    found: [
      {
        arn: arn('kafka', 'cluster/c1/u'),
        kind: 'cluster',
        policy: policyOf(arn('kafka', 'cluster/c1/u')),
        attributes: { tags: { a: 'b' } },
      },
      {
        arn: arn('kafka', 'cluster/c2/u'),
        kind: 'cluster',
        policy: policyOf(arn('kafka', 'cluster/c2/u')),
        attributes: { tags: {} },
      },
    ],
    policies: { 'Kafka:GetClusterPolicy': 'NotFoundException' },
  },
  {
    service: 'cloudtrail',
    answers: {
      'CloudTrail:ListEventDataStores': paged(
        'EventDataStores',
        [{ EventDataStoreArn: arn('cloudtrail', 'eventdatastore/e') }],
        'NextToken',
      ),
      'CloudTrail:ListChannels': paged('Channels', [{ ChannelArn: arn('cloudtrail', 'channel/c') }], 'NextToken'),
      'CloudTrail:ListDashboards': paged(
        'Dashboards',
        [{ DashboardArn: arn('cloudtrail', 'dashboard/d1') }, { DashboardArn: arn('cloudtrail', 'dashboard/d2') }],
        'NextToken',
      ),
      'CloudTrail:GetResourcePolicy': (input) => ({ ResourcePolicy: text(named(input, 'ResourceArn')) }),
    },
    found: [
      { arn: arn('cloudtrail', 'eventdatastore/e'), kind: 'event-data-store', policy: policyOf('e') },
      { arn: arn('cloudtrail', 'channel/c'), kind: 'channel', policy: policyOf('c') },
      { arn: arn('cloudtrail', 'dashboard/d1'), kind: 'dashboard', policy: policyOf('d1') },
      { arn: arn('cloudtrail', 'dashboard/d2'), kind: 'dashboard', policy: policyOf('d2') },
    ],
    policies: { 'CloudTrail:GetResourcePolicy': 'ResourcePolicyNotFoundException' },
  },
  {
    service: 'logs',
    answers: {
      'CloudWatchLogs:DescribeResourcePolicies': (input) =>
        input['policyScope'] === 'RESOURCE'
          ? {
              resourcePolicies: [
                { policyName: 'z', policyDocument: text('own'), resourceArn: `${arn('logs', 'log-group:g')}:*` },
              ],
            }
          : input['nextToken'] === undefined
            ? { resourcePolicies: [{ policyName: 'b', policyDocument: text('b') }], nextToken: '2' }
            : { resourcePolicies: [{ policyName: 'a', policyDocument: text('a') }] },
      'CloudWatchLogs:DescribeDestinations': paged('destinations', [
        { destinationName: 'd', arn: arn('logs', 'destination:d'), accessPolicy: text('d') },
        { destinationName: 'e', arn: arn('logs', 'destination:e') },
      ]),
      'CloudWatchLogs:DescribeDeliveryDestinations': paged('deliveryDestinations', [
        { name: 'dd', arn: arn('logs', 'delivery-destination:dd'), tags: { a: 'b' } },
      ]),
      'CloudWatchLogs:GetDeliveryDestinationPolicy': { policy: { deliveryDestinationPolicy: text('dd') } },
    },
    found: [
      { arn: arn('logs', 'log-group:*'), kind: 'log-group', policy: both('a', 'b') },
      { arn: arn('logs', 'log-group:g'), kind: 'log-group', policy: both('a', 'b', 'own') },
      { arn: arn('logs', 'destination:d'), kind: 'destination', policy: policyOf('d') },
      { arn: arn('logs', 'destination:e'), kind: 'destination', policy: null },
      {
        arn: arn('logs', 'delivery-destination:dd'),
        kind: 'delivery-destination',
        policy: policyOf('dd'),
        attributes: { tags: { a: 'b' } },
      },
    ],
    policies: { 'CloudWatchLogs:GetDeliveryDestinationPolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'rum',
    answers: {
      'RUM:ListAppMonitors': paged('AppMonitorSummaries', [{ Name: 'm1' }, { Name: 'm2' }], 'NextToken'),
      'RUM:GetResourcePolicy': (input) => ({ PolicyDocument: text(named(input, 'Name')) }),
    },
    found: [
      { arn: arn('rum', 'appmonitor/m1'), kind: 'app-monitor', policy: policyOf('m1') },
      { arn: arn('rum', 'appmonitor/m2'), kind: 'app-monitor', policy: policyOf('m2') },
    ],
    policies: { 'RUM:GetResourcePolicy': 'PolicyNotFoundException' },
  },
  {
    service: 'aps',
    answers: {
      'Amp:ListWorkspaces': paged('workspaces', [
        {
          workspaceId: 'ws-1',
          arn: arn('aps', 'workspace/ws-1'),
          status: { statusCode: 'ACTIVE' },
          createdAt: new Date(0),
          kmsKeyArn: arn('kms', 'key/k'),
          tags: {},
        },
        {
          workspaceId: 'ws-2',
          arn: arn('aps', 'workspace/ws-2'),
          status: { statusCode: 'ACTIVE' },
          createdAt: new Date(0),
        },
      ]),
      'Amp:DescribeResourcePolicy': (input) => ({
        policyDocument: text(named(input, 'workspaceId')),
        policyStatus: 'ACTIVE',
        revisionId: '1',
      }),
    },
    found: [
      {
        arn: arn('aps', 'workspace/ws-1'),
        kind: 'workspace',
        policy: policyOf('ws-1'),
        attributes: { kmsKeyArn: arn('kms', 'key/k'), tags: {} },
      },
      {
        arn: arn('aps', 'workspace/ws-2'),
        kind: 'workspace',
        policy: policyOf('ws-2'),
        attributes: { kmsKeyArn: null, tags: {} },
      },
    ],
    policies: { 'Amp:DescribeResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'secretsmanager',
    answers: {
      'SecretsManager:ListSecrets': paged(
        'SecretList',
        [
          { ARN: arn('secretsmanager', 'secret:a-123456'), KmsKeyId: 'alias/k', Tags: [{ Key: 'x', Value: 'y' }] },
          { ARN: arn('secretsmanager', 'secret:b-123456') },
        ],
        'NextToken',
      ),
      'SecretsManager:ListResourcePolicies': (input) => ({
        ResourcePolicies: (named(input, 'SecretId') === 'b-123456' ? ['default', 'AWS_RAM'] : ['default']).map(
          (PolicyName) => ({ PolicyName }),
        ),
      }),
      'SecretsManager:GetResourcePolicy': (input) => ({
        ResourcePolicy: text(input['PolicyName'] === 'AWS_RAM' ? 'z' : named(input, 'SecretId')),
      }),
    },
    found: [
      {
        arn: arn('secretsmanager', 'secret:a-123456'),
        kind: 'secret',
        policy: policyOf('a-123456'),
        attributes: { kmsKeyArn: arn('kms', 'alias/k'), tags: { x: 'y' } },
      },
      {
        arn: arn('secretsmanager', 'secret:b-123456'),
        kind: 'secret',
        policy: both('b-123456', 'z'),
        attributes: { kmsKeyArn: null, tags: {} },
      },
    ],
    policies: { 'SecretsManager:GetResourcePolicy': null },
  },
  {
    service: 'backup',
    answers: {
      'Backup:ListBackupVaults': paged(
        'BackupVaultList',
        [
          {
            BackupVaultName: 'v1',
            BackupVaultArn: arn('backup', 'backup-vault:v1'),
            EncryptionKeyArn: arn('kms', 'key/k'),
          },
          { BackupVaultName: 'v2', BackupVaultArn: arn('backup', 'backup-vault:v2') },
        ],
        'NextToken',
      ),
      'Backup:GetBackupVaultAccessPolicy': (input) => ({ Policy: text(named(input, 'BackupVaultName')) }),
    },
    found: [
      {
        arn: arn('backup', 'backup-vault:v1'),
        kind: 'backup-vault',
        policy: policyOf('v1'),
        attributes: { kmsKeyArn: arn('kms', 'key/k') },
      },
      { arn: arn('backup', 'backup-vault:v2'), kind: 'backup-vault', policy: policyOf('v2') },
    ],
    policies: { 'Backup:GetBackupVaultAccessPolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'elasticfilesystem',
    answers: {
      'EFS:DescribeFileSystems': paged(
        'FileSystems',
        ['fs-1', 'fs-2'].map((FileSystemId) => ({
          OwnerId: A,
          CreationToken: 't',
          FileSystemId,
          CreationTime: new Date(0),
          LifeCycleState: 'available',
          NumberOfMountTargets: 0,
          SizeInBytes: { Value: 0 },
          PerformanceMode: 'generalPurpose',
          Tags: [],
          KmsKeyId: arn('kms', 'key/k'),
        })),
        'Marker',
        'NextMarker',
      ),
      'EFS:DescribeFileSystemPolicy': (input) => ({ Policy: text(named(input, 'FileSystemId')) }),
    },
    found: ['fs-1', 'fs-2'].map((id) => ({
      arn: arn('elasticfilesystem', `file-system/${id}`),
      kind: 'file-system',
      policy: policyOf(id),
      attributes: { kmsKeyArn: arn('kms', 'key/k'), tags: {} },
    })),
    policies: { 'EFS:DescribeFileSystemPolicy': 'PolicyNotFound' },
  },
  {
    service: 'glacier',
    answers: {
      'Glacier:ListVaults': paged(
        'VaultList',
        [
          { VaultName: 'v1', VaultARN: arn('glacier', 'vaults/v1') },
          { VaultName: 'v2', VaultARN: arn('glacier', 'vaults/v2') },
        ],
        'marker',
        'Marker',
      ),
      'Glacier:GetVaultAccessPolicy': (input) => ({ policy: { Policy: text(named(input, 'vaultName')) } }),
      'Glacier:GetVaultLock': (input) =>
        input['vaultName'] === 'v1' ? { Policy: text('lock'), State: 'Locked' } : 'ResourceNotFoundException',
    },
    found: [
      { arn: arn('glacier', 'vaults/v1'), kind: 'vault', policy: both('v1', 'lock') },
      { arn: arn('glacier', 'vaults/v2'), kind: 'vault', policy: policyOf('v2') },
    ],
    policies: {
      'Glacier:GetVaultAccessPolicy': 'ResourceNotFoundException',
      'Glacier:GetVaultLock': 'ResourceNotFoundException',
    },
  },
  {
    service: 's3tables',
    answers: {
      'S3Tables:ListTableBuckets': paged(
        'tableBuckets',
        ['b1', 'b2'].map((name) => ({
          arn: arn('s3tables', `bucket/${name}`),
          name,
          ownerAccountId: A,
          createdAt: new Date(0),
        })),
        'continuationToken',
      ),
      'S3Tables:GetTableBucketPolicy': (input) =>
        named(input, 'tableBucketARN') === 'b1' ? { resourcePolicy: text('b1') } : 'NotFoundException',
      'S3Tables:ListTables': (input) => ({
        tables: [
          {
            namespace: ['n'],
            name: 't',
            type: 'customer',
            tableARN: `${String(input['tableBucketARN'])}/table/1`,
            createdAt: new Date(0),
            modifiedAt: new Date(0),
          },
        ],
      }),
      'S3Tables:GetTablePolicy': { resourcePolicy: text('t') },
    },
    found: [
      { arn: arn('s3tables', 'bucket/b1'), kind: 'table-bucket', policy: policyOf('b1') },
      { arn: arn('s3tables', 'bucket/b2'), kind: 'table-bucket', policy: null },
      { arn: arn('s3tables', 'bucket/b1/table/1'), kind: 'bucket-table', policy: both('b1', 't') },
      { arn: arn('s3tables', 'bucket/b2/table/1'), kind: 'bucket-table', policy: policyOf('t') },
    ],
    policies: { 'S3Tables:GetTableBucketPolicy': 'NotFoundException', 'S3Tables:GetTablePolicy': 'NotFoundException' },
  },
  {
    service: 's3vectors',
    answers: {
      'S3Vectors:ListVectorBuckets': paged(
        'vectorBuckets',
        ['v1', 'v2'].map((name) => ({
          vectorBucketName: name,
          vectorBucketArn: arn('s3vectors', `bucket/${name}`),
          creationTime: new Date(0),
        })),
      ),
      'S3Vectors:GetVectorBucketPolicy': (input) => ({ policy: text(named(input, 'vectorBucketArn')) }),
    },
    found: ['v1', 'v2'].map((name) => ({
      arn: arn('s3vectors', `bucket/${name}`),
      kind: 'vector-bucket',
      policy: policyOf(name),
    })),
    policies: { 'S3Vectors:GetVectorBucketPolicy': 'NotFoundException' },
  },
  {
    service: 'redshift',
    answers: {
      'Redshift:DescribeClusters': paged(
        'Clusters',
        [
          { ClusterNamespaceArn: arn('redshift', 'namespace:n1') },
          { ClusterNamespaceArn: arn('redshift', 'namespace:n2') },
        ],
        'Marker',
      ),
      'Redshift:GetResourcePolicy': (input) => ({
        ResourcePolicy: { Policy: text(named(input, 'ResourceArn')) },
      }),
    },
    found: ['n1', 'n2'].map((name) => ({
      arn: arn('redshift', `namespace:${name}`),
      kind: 'namespace',
      policy: policyOf(name),
    })),
    policies: { 'Redshift:GetResourcePolicy': 'ResourceNotFoundFault' },
  },
  {
    service: 'redshift-serverless',
    answers: {
      'RedshiftServerless:ListNamespaces': paged('namespaces', [
        { namespaceArn: arn('redshift-serverless', 'namespace/n') },
      ]),
      'RedshiftServerless:ListSnapshots': paged('snapshots', [
        { snapshotArn: arn('redshift-serverless', 'snapshot/s1'), kmsKeyId: 'k' },
        { snapshotArn: arn('redshift-serverless', 'snapshot/s2') },
      ]),
      'RedshiftServerless:GetResourcePolicy': (input) => ({
        resourcePolicy: { policy: text(named(input, 'resourceArn')) },
      }),
    },
    found: [
      { arn: arn('redshift-serverless', 'namespace/n'), kind: 'namespace', policy: policyOf('n') },
      {
        arn: arn('redshift-serverless', 'snapshot/s1'),
        kind: 'snapshot',
        policy: policyOf('s1'),
        attributes: { kmsKeyArn: arn('kms', 'key/k') },
      },
      { arn: arn('redshift-serverless', 'snapshot/s2'), kind: 'snapshot', policy: policyOf('s2') },
    ],
    policies: { 'RedshiftServerless:GetResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'dsql',
    answers: {
      'DSQL:ListClusters': paged(
        'clusters',
        ['c1', 'c2'].map((identifier) => ({ identifier, arn: arn('dsql', `cluster/${identifier}`) })),
      ),
      'DSQL:GetClusterPolicy': (input) => ({ policy: text(named(input, 'identifier')), policyVersion: '1' }),
    },
    found: ['c1', 'c2'].map((id) => ({ arn: arn('dsql', `cluster/${id}`), kind: 'cluster', policy: policyOf(id) })),
    policies: { 'DSQL:GetClusterPolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'lex',
    answers: {
      'LexModelsV2:ListBots': paged('botSummaries', [{ botId: 'B1' }, { botId: 'B2' }]),
      'LexModelsV2:ListBotAliases': (input) => ({ botAliasSummaries: [{ botAliasId: `${String(input['botId'])}A` }] }),
      'LexModelsV2:DescribeResourcePolicy': (input) => ({ policy: text(named(input, 'resourceArn')) }),
    },
    found: [
      { arn: arn('lex', 'bot/B1'), kind: 'bot', policy: policyOf('B1') },
      { arn: arn('lex', 'bot/B2'), kind: 'bot', policy: policyOf('B2') },
      { arn: arn('lex', 'bot-alias/B1/B1A'), kind: 'bot-alias', policy: policyOf('B1A') },
      { arn: arn('lex', 'bot-alias/B2/B2A'), kind: 'bot-alias', policy: policyOf('B2A') },
    ],
    policies: { 'LexModelsV2:DescribeResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'rekognition',
    answers: {
      'Rekognition:DescribeProjects': paged(
        'ProjectDescriptions',
        [{ ProjectArn: arn('rekognition', 'project/p1/1') }, { ProjectArn: arn('rekognition', 'project/p2/1') }],
        'NextToken',
      ),
      'Rekognition:ListProjectPolicies': (input) =>
        String(input['ProjectArn']).includes('p2')
          ? { ProjectPolicies: [] }
          : input['NextToken'] === undefined
            ? { ProjectPolicies: [{ PolicyName: 'a', PolicyDocument: text('a') }], NextToken: '2' }
            : { ProjectPolicies: [{ PolicyName: 'b', PolicyDocument: text('b') }] },
    },
    found: [
      { arn: arn('rekognition', 'project/p1/1'), kind: 'project', policy: both('a', 'b') },
      { arn: arn('rekognition', 'project/p2/1'), kind: 'project', policy: null },
    ],
    policies: { 'Rekognition:ListProjectPolicies': null },
  },
  {
    service: 'comprehend',
    answers: {
      'Comprehend:ListDocumentClassifiers': paged(
        'DocumentClassifierPropertiesList',
        [{ DocumentClassifierArn: arn('comprehend', 'document-classifier/c') }],
        'NextToken',
      ),
      'Comprehend:ListEntityRecognizers': paged(
        'EntityRecognizerPropertiesList',
        ['r1', 'r2'].map((name) => ({ EntityRecognizerArn: arn('comprehend', `entity-recognizer/${name}`) })),
        'NextToken',
      ),
      'Comprehend:DescribeResourcePolicy': (input) => ({ ResourcePolicy: text(named(input, 'ResourceArn')) }),
    },
    found: [
      { arn: arn('comprehend', 'document-classifier/c'), kind: 'document-classifier', policy: policyOf('c') },
      { arn: arn('comprehend', 'entity-recognizer/r1'), kind: 'entity-recognizer', policy: policyOf('r1') },
      { arn: arn('comprehend', 'entity-recognizer/r2'), kind: 'entity-recognizer', policy: policyOf('r2') },
    ],
    policies: { 'Comprehend:DescribeResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'bedrock-agentcore',
    answers: {
      'BedrockAgentCoreControl:ListAgentRuntimes': paged(
        'agentRuntimes',
        ['r1', 'r2'].map((id) => ({
          agentRuntimeArn: arn('bedrock-agentcore', `runtime/${id}`),
          agentRuntimeId: id,
          agentRuntimeVersion: '1',
          agentRuntimeName: id,
          description: '',
          lastUpdatedAt: new Date(0),
          status: 'READY',
        })),
      ),
      'BedrockAgentCoreControl:ListAgentRuntimeEndpoints': (input) => {
        const runtime = arn('bedrock-agentcore', `runtime/${String(input['agentRuntimeId'])}`)
        return {
          runtimeEndpoints: [
            {
              name: 'DEFAULT',
              agentRuntimeEndpointArn: `${runtime}/runtime-endpoint/${String(input['agentRuntimeId'])}e`,
              agentRuntimeArn: runtime,
              status: 'READY',
              id: 'e',
              createdAt: new Date(0),
              lastUpdatedAt: new Date(0),
            },
          ],
        }
      },
      'BedrockAgentCoreControl:ListGateways': paged('items', [
        {
          gatewayId: 'g',
          name: 'g',
          status: 'READY',
          createdAt: new Date(0),
          updatedAt: new Date(0),
          authorizerType: 'AWS_IAM',
        },
      ]),
      'BedrockAgentCoreControl:ListMemories': paged('memories', [
        { arn: arn('bedrock-agentcore', 'memory/m'), createdAt: new Date(0), updatedAt: new Date(0) },
      ]),
      'BedrockAgentCoreControl:GetResourcePolicy': (input) => ({ policy: text(named(input, 'resourceArn')) }),
    },
    found: [
      { arn: arn('bedrock-agentcore', 'runtime/r1'), kind: 'agent-runtime', policy: policyOf('r1') },
      { arn: arn('bedrock-agentcore', 'runtime/r2'), kind: 'agent-runtime', policy: policyOf('r2') },
      {
        arn: arn('bedrock-agentcore', 'runtime/r1/runtime-endpoint/r1e'),
        kind: 'agent-runtime-endpoint',
        policy: policyOf('r1e'),
      },
      {
        arn: arn('bedrock-agentcore', 'runtime/r2/runtime-endpoint/r2e'),
        kind: 'agent-runtime-endpoint',
        policy: policyOf('r2e'),
      },
      { arn: arn('bedrock-agentcore', 'gateway/g'), kind: 'gateway', policy: policyOf('g') },
      { arn: arn('bedrock-agentcore', 'memory/m'), kind: 'memory', policy: policyOf('m') },
    ],
    policies: { 'BedrockAgentCoreControl:GetResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'entityresolution',
    answers: {
      'EntityResolution:ListMatchingWorkflows': paged(
        'workflowSummaries',
        ['w1', 'w2'].map((name) => ({
          workflowName: name,
          workflowArn: arn('entityresolution', `matchingworkflow/${name}`),
          createdAt: new Date(0),
          updatedAt: new Date(0),
          resolutionType: 'RULE_MATCHING',
        })),
      ),
      'EntityResolution:ListIdMappingWorkflows': paged('workflowSummaries', [
        {
          workflowName: 'i',
          workflowArn: arn('entityresolution', 'idmappingworkflow/i'),
          createdAt: new Date(0),
          updatedAt: new Date(0),
        },
      ]),
      'EntityResolution:ListSchemaMappings': paged('schemaList', [
        {
          schemaName: 's',
          schemaArn: arn('entityresolution', 'schemamapping/s'),
          createdAt: new Date(0),
          updatedAt: new Date(0),
          hasWorkflows: false,
        },
      ]),
      'EntityResolution:ListIdNamespaces': paged('idNamespaceSummaries', [
        {
          idNamespaceName: 'n',
          idNamespaceArn: arn('entityresolution', 'idnamespace/n'),
          type: 'SOURCE',
          createdAt: new Date(0),
          updatedAt: new Date(0),
        },
      ]),
      'EntityResolution:GetPolicy': (input) => ({
        arn: String(input['arn']),
        token: 't',
        policy: text(named(input, 'arn')),
      }),
    },
    found: [
      { arn: arn('entityresolution', 'matchingworkflow/w1'), kind: 'matching-workflow', policy: policyOf('w1') },
      { arn: arn('entityresolution', 'matchingworkflow/w2'), kind: 'matching-workflow', policy: policyOf('w2') },
      { arn: arn('entityresolution', 'idmappingworkflow/i'), kind: 'id-mapping-workflow', policy: policyOf('i') },
      { arn: arn('entityresolution', 'schemamapping/s'), kind: 'schema-mapping', policy: policyOf('s') },
      { arn: arn('entityresolution', 'idnamespace/n'), kind: 'id-namespace', policy: policyOf('n') },
    ],
    policies: { 'EntityResolution:GetPolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'vpc-lattice',
    answers: {
      'VPCLattice:ListServices': paged('items', [
        { arn: arn('vpc-lattice', 'service/svc-1') },
        { arn: arn('vpc-lattice', 'service/svc-2') },
      ]),
      'VPCLattice:ListServiceNetworks': paged('items', [{ arn: arn('vpc-lattice', 'servicenetwork/sn-1') }]),
      'VPCLattice:ListResourceConfigurations': paged('items', [
        { arn: arn('vpc-lattice', 'resourceconfiguration/rcfg-1') },
      ]),
      'VPCLattice:GetAuthPolicy': (input) => ({
        policy: text(named(input, 'resourceIdentifier')),
        state: 'Active',
      }),
      'VPCLattice:GetResourcePolicy': (input) =>
        /svc-1|rcfg/.test(String(input['resourceArn'])) ? { policy: text('shared') } : 'ResourceNotFoundException',
    },
    found: [
      { arn: arn('vpc-lattice', 'service/svc-1'), kind: 'lattice-service', policy: both('svc-1', 'shared') },
      { arn: arn('vpc-lattice', 'service/svc-2'), kind: 'lattice-service', policy: policyOf('svc-2') },
      { arn: arn('vpc-lattice', 'servicenetwork/sn-1'), kind: 'service-network', policy: policyOf('sn-1') },
      {
        arn: arn('vpc-lattice', 'resourceconfiguration/rcfg-1'),
        kind: 'resource-configuration',
        policy: policyOf('shared'),
      },
    ],
    policies: {
      'VPCLattice:GetAuthPolicy': 'ResourceNotFoundException',
      'VPCLattice:GetResourcePolicy': 'ResourceNotFoundException',
    },
  },
  {
    service: 'network-firewall',
    answers: {
      'NetworkFirewall:ListFirewallPolicies': paged(
        'FirewallPolicies',
        [{ Name: 'p', Arn: arn('network-firewall', 'firewall-policy/p') }],
        'NextToken',
      ),
      'NetworkFirewall:ListFirewalls': paged(
        'Firewalls',
        [{ FirewallName: 'f', FirewallArn: arn('network-firewall', 'firewall/f') }],
        'NextToken',
      ),
      'NetworkFirewall:ListRuleGroups': paged(
        'RuleGroups',
        ['g1', 'g2'].map((Name) => ({ Name, Arn: arn('network-firewall', `stateful-rulegroup/${Name}`) })),
        'NextToken',
      ),
      'NetworkFirewall:DescribeResourcePolicy': (input) => ({ Policy: text(named(input, 'ResourceArn')) }),
    },
    found: [
      { arn: arn('network-firewall', 'firewall-policy/p'), kind: 'firewall-policy', policy: policyOf('p') },
      { arn: arn('network-firewall', 'firewall/f'), kind: 'firewall', policy: policyOf('f') },
      { arn: arn('network-firewall', 'stateful-rulegroup/g1'), kind: 'rule-group', policy: policyOf('g1') },
      { arn: arn('network-firewall', 'stateful-rulegroup/g2'), kind: 'rule-group', policy: policyOf('g2') },
    ],
    policies: { 'NetworkFirewall:DescribeResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'wafv2',
    answers: {
      'WAFV2:ListRuleGroups': (input) => {
        const scope = input['Scope'] === 'CLOUDFRONT' ? 'global' : 'regional'
        const name = `${scope === 'global' ? 'c' : 'r'}${String(input['NextMarker'] ?? 1)}`
        if (input['NextMarker'] === '3') return { RuleGroups: [], NextMarker: '3' }
        const after = scope === 'global' ? {} : { NextMarker: input['NextMarker'] === undefined ? '2' : '3' }
        return { RuleGroups: [{ Name: name, ARN: arn('wafv2', `${scope}/rulegroup/x/${name}`) }], ...after }
      },
      'WAFV2:GetPermissionPolicy': (input) => ({ Policy: text(named(input, 'ResourceArn')) }),
    },
    found: ['regional/rulegroup/x/r1', 'regional/rulegroup/x/r2', 'global/rulegroup/x/c1'].map((name) => ({
      arn: arn('wafv2', name),
      kind: 'rule-group',
      policy: policyOf(name.slice(-2)),
    })),
    policies: { 'WAFV2:GetPermissionPolicy': 'WAFNonexistentItemException' },
  },
  {
    service: 'ses',
    answers: {
      'SESv2:ListEmailIdentities': paged(
        'EmailIdentities',
        [{ IdentityName: 'example.com' }, { IdentityName: 'a@example.com' }],
        'NextToken',
      ),
      'SESv2:GetEmailIdentityPolicies': (input) =>
        input['EmailIdentity'] === 'example.com'
          ? { Policies: { z: text('z'), a: text('a') } }
          : { Policies: { only: text('only') } },
    },
    found: [
      { arn: arn('ses', 'identity/example.com'), kind: 'identity', policy: both('a', 'z') },
      { arn: arn('ses', 'identity/a@example.com'), kind: 'identity', policy: policyOf('only') },
    ],
    policies: { 'SESv2:GetEmailIdentityPolicies': 'NotFoundException' },
  },
  {
    service: 'ssm',
    answers: {
      'SSM:DescribeParameters': paged(
        'Parameters',
        [
          { Name: 'plain', ARN: arn('ssm', 'parameter/plain'), Tier: 'Standard' },
          { Name: '/a/b', ARN: arn('ssm', 'parameter/a/b'), Tier: 'Advanced', KeyId: 'alias/aws/ssm' },
        ],
        'NextToken',
      ),
      'SSM:GetResourcePolicies': paged(
        'Policies',
        [
          { PolicyId: '1', Policy: text('one') },
          { PolicyId: '2', Policy: text('two') },
        ],
        'NextToken',
      ),
    },
    found: [
      {
        arn: arn('ssm', 'parameter/a/b'),
        kind: 'parameter',
        policy: both('one', 'two'),
        attributes: { kmsKeyArn: arn('kms', 'alias/aws/ssm') },
      },
      { arn: arn('ssm', 'opsitemgroup/default'), kind: 'ops-item-group', policy: both('one', 'two') },
    ],
    policies: { 'SSM:GetResourcePolicies': 'ResourceNotFoundException' },
    sparse: true,
  },
  {
    service: 'sms-voice',
    answers: {
      'PinpointSMSVoiceV2:DescribePhoneNumbers': paged(
        'PhoneNumbers',
        [
          {
            PhoneNumberArn: arn('sms-voice', 'phone-number/n1'),
            PhoneNumber: '+1',
            Status: 'ACTIVE',
            IsoCountryCode: 'US',
            MessageType: 'TRANSACTIONAL',
            NumberCapabilities: ['SMS'],
            NumberType: 'LONG_CODE',
            MonthlyLeasingPrice: '1',
            TwoWayEnabled: false,
            SelfManagedOptOutsEnabled: false,
            OptOutListName: 'Default',
            DeletionProtectionEnabled: false,
            CreatedTimestamp: new Date(0),
          },
        ],
        'NextToken',
      ),
      'PinpointSMSVoiceV2:DescribePools': paged(
        'Pools',
        [
          {
            PoolArn: arn('sms-voice', 'pool/p1'),
            PoolId: 'p1',
            Status: 'ACTIVE',
            MessageType: 'TRANSACTIONAL',
            TwoWayEnabled: false,
            SelfManagedOptOutsEnabled: false,
            OptOutListName: 'Default',
            SharedRoutesEnabled: false,
            DeletionProtectionEnabled: false,
            CreatedTimestamp: new Date(0),
          },
        ],
        'NextToken',
      ),
      'PinpointSMSVoiceV2:DescribeSenderIds': paged(
        'SenderIds',
        [
          {
            SenderIdArn: arn('sms-voice', 'sender-id/ME/GB'),
            SenderId: 'ME',
            IsoCountryCode: 'GB',
            MessageTypes: ['TRANSACTIONAL'],
            MonthlyLeasingPrice: '1',
            DeletionProtectionEnabled: false,
            Registered: false,
          },
        ],
        'NextToken',
      ),
      'PinpointSMSVoiceV2:DescribeOptOutLists': paged(
        'OptOutLists',
        ['o1', 'o2'].map((name) => ({
          OptOutListArn: arn('sms-voice', `opt-out-list/${name}`),
          OptOutListName: name,
          CreatedTimestamp: new Date(0),
        })),
        'NextToken',
      ),
      'PinpointSMSVoiceV2:GetResourcePolicy': (input) => ({ Policy: text(named(input, 'ResourceArn')) }),
    },
    found: [
      { arn: arn('sms-voice', 'phone-number/n1'), kind: 'phone-number', policy: policyOf('n1') },
      { arn: arn('sms-voice', 'pool/p1'), kind: 'pool', policy: policyOf('p1') },
      { arn: arn('sms-voice', 'sender-id/ME/GB'), kind: 'sender-id', policy: policyOf('GB') },
      { arn: arn('sms-voice', 'opt-out-list/o1'), kind: 'opt-out-list', policy: policyOf('o1') },
      { arn: arn('sms-voice', 'opt-out-list/o2'), kind: 'opt-out-list', policy: policyOf('o2') },
    ],
    policies: { 'PinpointSMSVoiceV2:GetResourcePolicy': 'ResourceNotFoundException' },
  },
  {
    service: 'organizations',
    answers: {
      'Organizations:DescribeOrganization': {
        Organization: { Id: 'o-1', Arn: `arn:aws:organizations::${A}:organization/o-1`, MasterAccountId: A },
      },
      'Organizations:DescribeResourcePolicy': { ResourcePolicy: { Content: text('delegates') } },
    },
    found: [
      { arn: `arn:aws:organizations::${A}:organization/o-1`, kind: 'organization', policy: policyOf('delegates') },
    ],
    policies: { 'Organizations:DescribeResourcePolicy': 'ResourcePolicyNotFoundException' },
  },
  {
    service: 'dynamodb',
    answers: {
      'DynamoDB:ListTables': (input) =>
        input['ExclusiveStartTableName'] === undefined
          ? { TableNames: ['t1'], LastEvaluatedTableName: 't1' }
          : { TableNames: ['t2'] },
      'DynamoDB:DescribeTable': (input) =>
        input['TableName'] === 't1'
          ? {
              Table: {
                SSEDescription: { KMSMasterKeyArn: arn('kms', 'key/k') },
                LatestStreamArn: arn('dynamodb', 'table/t1/stream/s1'),
              },
            }
          : { Table: {} },
      'DynamoDB:GetResourcePolicy': (input) => ({ Policy: text(named(input, 'ResourceArn')) }),
    },
    found: [
      {
        arn: arn('dynamodb', 'table/t1'),
        kind: 'table',
        policy: policyOf('t1'),
        attributes: { kmsKeyArn: arn('kms', 'key/k') },
      },
      { arn: arn('dynamodb', 'table/t2'), kind: 'table', policy: policyOf('t2'), attributes: { kmsKeyArn: null } },
      { arn: arn('dynamodb', 'table/t1/stream/s1'), kind: 'stream', policy: policyOf('s1') },
    ],
    policies: { 'DynamoDB:GetResourcePolicy': 'PolicyNotFoundException' },
  },
  {
    service: 'glue',
    answers: {
      'Glue:GetResourcePolicy': { PolicyInJson: text('catalog') },
      // The list has that of the catalog again.
      'Glue:GetResourcePolicies': paged(
        'GetResourcePoliciesResponseList',
        [{ PolicyInJson: text('catalog') }, { PolicyInJson: text('table') }],
        'NextToken',
      ),
    },
    found: [{ arn: arn('glue', 'catalog'), kind: 'catalog', policy: both('catalog', 'table') }],
    policies: {
      'Glue:GetResourcePolicy': 'EntityNotFoundException',
      'Glue:GetResourcePolicies': { GetResourcePoliciesResponseList: [] },
    },
  },
  {
    service: 'lambda',
    answers: {
      'Lambda:ListFunctions': (input) => {
        const f = (name: string, Version: string, more = '') => ({
          FunctionName: name,
          FunctionArn: `${arn('lambda', `function:${name}`)}${more}`,
          Version,
          Role: `arn:aws:iam::${A}:role/r`,
        })
        if (input['FunctionVersion'] === 'ALL')
          return { Functions: [f('f1', '$LATEST', ':$LATEST'), f('f1', '1', ':1'), f('f2', '$LATEST', ':$LATEST')] }
        return input['Marker'] === undefined
          ? { Functions: [f('f1', '$LATEST')], NextMarker: '2' }
          : { Functions: [f('f2', '$LATEST')] }
      },
      'Lambda:ListAliases': (input) =>
        String(input['FunctionName']).endsWith('f1')
          ? { Aliases: [{ AliasArn: arn('lambda', 'function:f1:live'), Name: 'live', FunctionVersion: '1' }] }
          : { Aliases: [] },
      'Lambda:GetPolicy': (input) => ({ Policy: text(String(input['FunctionName'])) }),
      'Lambda:ListFunctionUrlConfigs': {
        FunctionUrlConfigs: [
          {
            FunctionUrl: 'https://x',
            FunctionArn: arn('lambda', 'function:f1'),
            CreationTime: 't',
            LastModifiedTime: 't',
            AuthType: 'AWS_IAM',
          },
        ],
      },
      'Lambda:ListTags': { Tags: { b: '2', a: '1' } },
      'Lambda:ListLayers': { Layers: [{ LayerName: 'l', LayerArn: arn('lambda', 'layer:l') }] },
      'Lambda:ListLayerVersions': paged(
        'LayerVersions',
        [
          { LayerVersionArn: arn('lambda', 'layer:l:2'), Version: 2 },
          { LayerVersionArn: arn('lambda', 'layer:l:1'), Version: 1 },
        ],
        'Marker',
        'NextMarker',
      ),
      'Lambda:GetLayerVersionPolicy': (input) =>
        input['VersionNumber'] === 2 ? { Policy: text('layer 2') } : 'ResourceNotFoundException',
    },
    found: [
      ...['f1', 'f2'].map((name) => ({
        arn: arn('lambda', `function:${name}`),
        kind: 'function',
        policy: policyOf(arn('lambda', `function:${name}`)),
        attributes: {
          functionUrls: [{ authType: 'AWS_IAM' }],
          kmsKeyArn: null,
          roleArn: `arn:aws:iam::${A}:role/r`,
          tags: { a: '1', b: '2' },
        },
      })),
      {
        arn: arn('lambda', 'function:f1:1'),
        kind: 'function-version',
        policy: policyOf(arn('lambda', 'function:f1:1')),
      },
      {
        arn: arn('lambda', 'function:f1:live'),
        kind: 'function-alias',
        policy: policyOf(arn('lambda', 'function:f1:live')),
      },
      { arn: arn('lambda', 'layer:l:2'), kind: 'layer-version', policy: policyOf('layer 2') },
    ],
    policies: {
      'Lambda:GetPolicy': 'ResourceNotFoundException',
      'Lambda:GetLayerVersionPolicy': 'ResourceNotFoundException',
    },
    sparse: true,
  },
  {
    service: 'ecr',
    answers: {
      'ECR:DescribeRepositories': paged('repositories', [
        {
          repositoryName: 'r1',
          repositoryArn: arn('ecr', 'repository/r1'),
          encryptionConfiguration: { encryptionType: 'KMS', kmsKey: arn('kms', 'key/k') },
        },
        { repositoryName: 'r2', repositoryArn: arn('ecr', 'repository/r2') },
      ]),
      'ECR:GetRepositoryPolicy': (input) => ({ policyText: text(named(input, 'repositoryName')) }),
      'ECR:ListTagsForResource': { tags: [{ Key: 'a', Value: 'b' }] },
      'ECR:GetRegistryPolicy': { policyText: text('registry') },
    },
    found: [
      {
        arn: arn('ecr', 'repository/r1'),
        kind: 'repository',
        policy: policyOf('r1'),
        attributes: { kmsKeyArn: arn('kms', 'key/k'), tags: { a: 'b' } },
      },
      {
        arn: arn('ecr', 'repository/r2'),
        kind: 'repository',
        policy: policyOf('r2'),
        attributes: { kmsKeyArn: null, tags: { a: 'b' } },
      },
      { arn: arn('ecr', 'registry'), kind: 'registry', policy: policyOf('registry') },
    ],
    policies: {
      'ECR:GetRepositoryPolicy': 'RepositoryPolicyNotFoundException',
      'ECR:GetRegistryPolicy': 'RegistryPolicyNotFoundException',
    },
    sparse: true,
  },
  {
    service: 's3-access-points',
    answers: {
      'S3Control:ListAccessPoints': paged(
        'AccessPointList',
        ['a', 'b'].map((Name) => ({ Name, NetworkOrigin: 'VPC', Bucket: 'logs' })),
        'NextToken',
      ),
      'S3Control:GetAccessPointPolicy': (input) => ({ Policy: text(named(input, 'Name')) }),
      'S3Control:GetAccessPoint': {
        Name: 'a',
        Bucket: 'logs',
        BucketAccountId: A,
        NetworkOrigin: 'VPC',
        VpcConfiguration: { VpcId: 'vpc-1' },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      },
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('s3', `accesspoint/${name}`),
      kind: 'access-point',
      policy: policyOf(name),
      attributes: {
        blockPublicAccess: { BlockPublicAcls: true },
        bucket: 'arn:aws:s3:::logs',
        bucketAccount: A,
        networkOrigin: 'VPC',
        vpcId: 'vpc-1',
      },
    })),
    policies: { 'S3Control:GetAccessPointPolicy': 'NoSuchAccessPointPolicy' },
  },
  {
    service: 's3-object-lambda',
    answers: {
      'S3Control:ListAccessPointsForObjectLambda': paged(
        'ObjectLambdaAccessPointList',
        ['a', 'b'].map((Name) => ({
          Name,
          ObjectLambdaAccessPointArn: arn('s3-object-lambda', `accesspoint/${Name}`),
        })),
        'NextToken',
      ),
      'S3Control:GetAccessPointPolicyForObjectLambda': (input) => ({ Policy: text(named(input, 'Name')) }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('s3-object-lambda', `accesspoint/${name}`),
      kind: 'object-lambda-access-point',
      policy: policyOf(name),
    })),
    policies: { 'S3Control:GetAccessPointPolicyForObjectLambda': 'NoSuchAccessPointPolicy' },
  },
  {
    service: 's3-access-grants',
    answers: {
      'S3Control:ListAccessGrantsInstances': paged(
        'AccessGrantsInstancesList',
        [{ AccessGrantsInstanceArn: arn('s3', 'access-grants/default') }],
        'NextToken',
      ),
      'S3Control:GetAccessGrantsInstanceResourcePolicy': { Policy: text('grants') },
    },
    found: [{ arn: arn('s3', 'access-grants/default'), kind: 'access-grants-instance', policy: policyOf('grants') }],
    policies: {
      'S3Control:GetAccessGrantsInstanceResourcePolicy': 'AccessGrantsInstanceResourcePolicyNotExists',
    },
  },
  {
    service: 's3express',
    answers: {
      'S3:ListDirectoryBuckets': paged(
        'Buckets',
        [{ Name: 'b1--use1-az4--x-s3' }, { Name: 'b2--use1-az4--x-s3' }],
        'ContinuationToken',
      ),
      'S3:GetBucketPolicy': (input) => ({ Policy: text(named(input, 'Bucket')) }),
      'S3:GetBucketEncryption': {
        ServerSideEncryptionConfiguration: {
          Rules: [
            { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn('kms', 'key/k') } },
          ],
        },
      },
      'S3Control:ListAccessPointsForDirectoryBuckets': paged(
        'AccessPointList',
        [
          {
            Name: 'p--use1-az4--xa-s3',
            NetworkOrigin: 'Internet',
            Bucket: 'b1--use1-az4--x-s3',
            AccessPointArn: arn('s3express', 'accesspoint/p--use1-az4--xa-s3'),
          },
        ],
        'NextToken',
      ),
      'S3Control:GetAccessPointPolicy': (input) => ({ Policy: text(named(input, 'Name')) }),
    },
    found: [
      ...['b1', 'b2'].map((name) => ({
        arn: arn('s3express', `bucket/${name}--use1-az4--x-s3`),
        kind: 'directory-bucket',
        policy: policyOf(`${name}--use1-az4--x-s3`),
        attributes: { kmsKeyArn: arn('kms', 'key/k') },
      })),
      {
        arn: arn('s3express', 'accesspoint/p--use1-az4--xa-s3'),
        kind: 'directory-access-point',
        policy: policyOf('p--use1-az4--xa-s3'),
      },
    ],
    policies: {
      'S3:GetBucketPolicy': 'NoSuchBucketPolicy',
      'S3Control:GetAccessPointPolicy': 'NoSuchAccessPointPolicy',
    },
  },
  {
    service: 'sqs',
    answers: {
      'SQS:ListQueues': paged('QueueUrls', ['https://q/1/a', 'https://q/1/b'], 'NextToken'),
      'SQS:GetQueueAttributes': (input) => ({
        Attributes: { QueueArn: arn('sqs', named(input, 'QueueUrl')), Policy: text(named(input, 'QueueUrl')) },
      }),
      'SQS:ListQueueTags': { Tags: { a: 'b' } },
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('sqs', name),
      kind: 'queue',
      policy: policyOf(name),
      attributes: { kmsKeyArn: null, tags: { a: 'b' } },
    })),
    policies: { 'SQS:GetQueueAttributes': null },
  },
  {
    service: 'sns',
    answers: {
      'SNS:ListTopics': paged('Topics', [{ TopicArn: arn('sns', 'a') }, { TopicArn: arn('sns', 'b') }], 'NextToken'),
      'SNS:GetTopicAttributes': (input) => ({
        Attributes: { Policy: text(named(input, 'TopicArn')), KmsMasterKeyId: 'alias/k' },
      }),
      'SNS:ListTagsForResource': { Tags: [{ Key: 'a', Value: 'b' }] },
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('sns', name),
      kind: 'topic',
      policy: policyOf(name),
      attributes: { kmsKeyArn: arn('kms', 'alias/k'), tags: { a: 'b' } },
    })),
    policies: { 'SNS:GetTopicAttributes': null },
  },
  {
    service: 'events',
    answers: {
      'EventBridge:ListEventBuses': paged(
        'EventBuses',
        [{ Arn: arn('events', 'event-bus/a'), Policy: text('a') }, { Arn: arn('events', 'event-bus/b') }],
        'NextToken',
      ),
      'EventBridge:ListTagsForResource': { Tags: [] },
    },
    found: [
      { arn: arn('events', 'event-bus/a'), kind: 'event-bus', policy: policyOf('a'), attributes: { tags: {} } },
      { arn: arn('events', 'event-bus/b'), kind: 'event-bus', policy: null },
    ],
    policies: {},
  },
  {
    service: 'es',
    answers: {
      'OpenSearch:ListDomainNames': {
        DomainNames: ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'].map((DomainName) => ({ DomainName })),
      },
      'OpenSearch:DescribeDomains': (input) => ({
        DomainStatusList: (input['DomainNames'] as string[]).map((name) => ({
          DomainId: name,
          DomainName: name,
          ARN: arn('es', `domain/${name}`),
          ClusterConfig: {},
          AccessPolicies: text(name),
          EncryptionAtRestOptions: { KmsKeyId: 'k' },
        })),
      }),
    },
    found: ['d1', 'd2', 'd3', 'd4', 'd5', 'd6'].map((name) => ({
      arn: arn('es', `domain/${name}`),
      kind: 'domain',
      policy: policyOf(name),
      attributes: { kmsKeyArn: arn('kms', 'key/k') },
    })),
    policies: {},
  },
  {
    service: 'apigateway',
    answers: {
      'APIGateway:GetRestApis': paged(
        'items',
        [
          { id: 'a', policy: text('a').replaceAll('"', '\\"'), endpointConfiguration: { types: ['PRIVATE'] } },
          { id: 'b', tags: { x: 'y' } },
        ],
        'position',
      ),
      'APIGateway:GetDomainNames': {
        items: [
          { domainName: 'x.example.com', domainNameId: 'abc', policy: text('domain') },
          { domainName: 'public.example.com' },
        ],
      },
      'APIGateway:GetResources': (input) => ({
        items: [
          {
            resourceMethods: {
              GET: { authorizationType: 'AWS_IAM' },
              POST: { authorizationType: input['restApiId'] === 'a' ? 'AWS_IAM' : 'NONE' },
              OPTIONS: { authorizationType: 'NONE' },
            },
          },
        ],
      }),
    },
    found: [
      {
        arn: arn('execute-api', 'a'),
        kind: 'api',
        policy: policyOf('a'),
        attributes: { authType: 'AWS_IAM', private: true, tags: {} },
      },
      { arn: arn('execute-api', 'b'), kind: 'api', policy: null, attributes: { tags: { x: 'y' } } },
      {
        arn: arn('execute-api', '/domainnames/x.example.com+abc'),
        kind: 'api-domain-name',
        policy: policyOf('domain'),
        attributes: { tags: {} },
      },
    ],
    policies: {},
  },
  {
    service: 'kms',
    answers: {
      'KMS:ListKeys': (input) =>
        input['Marker'] === undefined
          ? { Keys: [{ KeyArn: arn('kms', 'key/k1') }], Truncated: true, NextMarker: '2' }
          : { Keys: [{ KeyArn: arn('kms', 'key/k2') }], Truncated: false },
      'KMS:ListAliases': { Aliases: [{ AliasName: 'alias/app', TargetKeyId: 'k1' }] },
      'KMS:GetKeyPolicy': (input) => ({ Policy: text(named(input, 'KeyId')) }),
      'KMS:DescribeKey': (input) => ({ KeyMetadata: { KeyId: String(input['KeyId']), KeyManager: 'CUSTOMER' } }),
      'KMS:ListGrants': { Grants: [{ GrantId: 'g', GranteePrincipal: A, Operations: ['Decrypt'] }] },
      'KMS:ListResourceTags': { Tags: [{ TagKey: 'a', TagValue: 'b' }] },
    },
    found: ['k1', 'k2'].map((name) => ({
      arn: arn('kms', `key/${name}`),
      kind: 'key',
      policy: policyOf(name),
      attributes: {
        aliases: name === 'k1' ? ['alias/app'] : [],
        keyManager: 'CUSTOMER',
        kmsGrants: [{ GrantId: 'g', GranteePrincipal: A, Operations: ['Decrypt'] }],
        primaryKeyArn: null,
        tags: { a: 'b' },
      },
    })),
    policies: {},
  },
  {
    service: 's3',
    answers: {
      'S3:ListBuckets': paged(
        'Buckets',
        [
          { Name: 'a', BucketRegion: R },
          { Name: 'b', BucketRegion: R },
        ],
        'ContinuationToken',
      ),
      'S3:GetBucketPolicy': (input) => ({ Policy: text(named(input, 'Bucket')) }),
      'S3:GetPublicAccessBlock': { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      'S3:GetBucketOwnershipControls': { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
      'S3:GetBucketAbac': (input) => ({
        AbacStatus: { Status: named(input, 'Bucket') === 'a' ? 'Enabled' : 'Disabled' },
      }),
      'S3:GetBucketAcl': { Owner: { ID: 'o' }, Grants: [] },
      'S3:GetBucketEncryption': { ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: true }] } },
      'S3:GetBucketRequestPayment': { Payer: 'Requester' },
      'S3:GetBucketTagging': { TagSet: [{ Key: 'a', Value: 'b' }] },
    },
    found: ['a', 'b'].map((name) => ({
      arn: `arn:aws:s3:::${name}`,
      kind: 'bucket',
      policy: policyOf(name),
      attributes: {
        abac: name === 'a',
        acl: { Owner: { ID: 'o' }, Grants: [] },
        blockPublicAccess: { BlockPublicAcls: true },
        bucketKeyEnabled: true,
        objectOwnership: 'BucketOwnerEnforced',
        requesterPays: true,
        sseKmsKeyArn: null,
        tags: { a: 'b' },
      },
    })),
    policies: { 'S3:GetBucketPolicy': 'NoSuchBucketPolicy' },
  },
  {
    service: 's3-multi-region-access-points',
    answers: {
      'S3Control:ListMultiRegionAccessPoints': paged(
        'AccessPoints',
        ['a', 'b'].map((Name) => ({ Name, Alias: `${Name}.mrap`, Regions: [{ Bucket: 'y' }, { Bucket: 'x' }] })),
        'NextToken',
      ),
      'S3Control:GetMultiRegionAccessPointPolicy': (input) => ({
        Policy: { Established: { Policy: text(named(input, 'Name')) } },
      }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: `arn:aws:s3::${A}:accesspoint/${name}.mrap`,
      kind: 'access-point',
      policy: policyOf(name),
      attributes: { buckets: ['arn:aws:s3:::x', 'arn:aws:s3:::y'], networkOrigin: 'Internet' },
    })),
    policies: { 'S3Control:GetMultiRegionAccessPointPolicy': null },
  },
]
