/**
 * Outputs of the AWS CLI that have a policy, or facts around one, as the reference page of each command prints them: command →
 * output → what it is read as. `policy`, `settings`: of which resource. `caller`: a policy or list of the caller. `not used`: the
 * warning says why, and what to give instead.
 */

const ACCOUNT = '111122223333'
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy-role`
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-56ef-78ab-90cd-1234567890ef`
const arn = (service: string, rest: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${rest}`
const allow = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] })
const READ = allow({ Action: 's3:GetObject', Resource: '*' })
const TRUST = allow({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })
/** A resource policy as text. */
const policy = (Action: string, Resource: string): string =>
  JSON.stringify(allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action, Resource }))
const BUCKET = 'arn:aws:s3:::prod-artifacts'
const role = {
  RoleName: 'deploy-role',
  RoleId: 'AROAEXAMPLEEXAMPLEEX',
  Path: '/',
  Arn: ROLE,
  AssumeRolePolicyDocument: TRUST,
}

export interface OutputSample {
  readonly command: string
  readonly output: unknown
  /** `policy ARN`, `policy of KIND`, `settings ARN NAMES`, `settings of KIND NAMES`, `caller`, `session`, `evidence`, `not used: WORDS`. */
  readonly readAs: string
}

const row = (command: string, output: unknown, readAs: string): OutputSample => ({ command, output, readAs })

const IAM: readonly OutputSample[] = [
  row('iam get-role-policy', { RoleName: 'deploy-role', PolicyName: 'own', PolicyDocument: READ }, 'caller'),
  row('iam get-user-policy', { UserName: 'ada', PolicyName: 'own', PolicyDocument: READ }, 'caller'),
  row('iam get-group-policy', { GroupName: 'builders', PolicyName: 'own', PolicyDocument: READ }, 'caller'),
  row('iam get-policy', { Policy: { PolicyName: 'p', Arn: `arn:aws:iam::${ACCOUNT}:policy/p` } }, 'caller'),
  row(
    'iam get-policy-version',
    { PolicyVersion: { Document: READ, VersionId: 'v1', IsDefaultVersion: true } },
    'caller',
  ),
  row('iam get-role', { Role: role }, 'caller'),
  row('iam get-user', { User: { UserName: 'ada', Path: '/', Arn: `arn:aws:iam::${ACCOUNT}:user/ada` } }, 'caller'),
  row('iam list-attached-role-policies', { AttachedPolicies: [] }, 'caller'),
  row('iam list-role-policies', { PolicyNames: ['own'] }, 'caller'),
  row('iam list-groups-for-user', { Groups: [{ GroupName: 'builders' }] }, 'caller'),
  row(
    'iam get-account-authorization-details',
    {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [{ ...role, RolePolicyList: [], AttachedManagedPolicies: [] }],
      Policies: [],
    },
    'account',
  ),
  row(
    'iam get-instance-profile',
    { InstanceProfile: { InstanceProfileName: 'p', Arn: `arn:aws:iam::${ACCOUNT}:instance-profile/p`, Roles: [role] } },
    `policy ${ROLE}`,
  ),
  row('iam list-roles', { Roles: [role] }, `policy ${ROLE}`),
  row(
    'iam list-policies',
    { Policies: [{ PolicyName: 'p', Arn: `arn:aws:iam::${ACCOUNT}:policy/p` }] },
    'not used: without their text',
  ),
  row(
    'iam list-policy-versions',
    { Versions: [{ VersionId: 'v2', IsDefaultVersion: true }] },
    'not used: without their text',
  ),
  row(
    'iam list-entities-for-policy',
    { PolicyGroups: [], PolicyUsers: [], PolicyRoles: [{ RoleName: 'deploy-role', RoleId: 'x' }] },
    'not used: no text of it',
  ),
  row(
    'iam get-group',
    { Group: { GroupName: 'builders' }, Users: [{ UserName: 'ada' }] },
    'not used: none of its policies',
  ),
  row(
    'iam list-role-tags',
    { Tags: [{ Key: 'team', Value: 'web' }], IsTruncated: false },
    'not used: does not say of what',
  ),
  row(
    'iam simulate-principal-policy',
    { EvaluationResults: [{ EvalActionName: 's3:GetObject', EvalResourceName: '*', EvalDecision: 'implicitDeny' }] },
    'not used: implicitDeny',
  ),
  row(
    'iam get-delegation-request',
    { DelegationRequest: { PermissionPolicy: JSON.stringify(READ) } },
    'not used: not in force',
  ),
  row(
    'sts get-caller-identity',
    { UserId: 'AROAEXAMPLEEXAMPLEEX:ci', Account: ACCOUNT, Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci` },
    `called by arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci`,
  ),
  row(
    'accessanalyzer get-generated-policy',
    { generatedPolicyResult: { generatedPolicies: [{ policy: JSON.stringify(READ) }] } },
    'not used: not in force',
  ),
  row('sso-admin get-inline-policy-for-permission-set', { InlinePolicy: JSON.stringify(READ) }, 'caller'),
  row(
    'sso-admin list-managed-policies-in-permission-set',
    { AttachedManagedPolicies: [{ Name: 'ReadOnlyAccess', Arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
    'caller',
  ),
  row(
    'sso-admin get-permissions-boundary-for-permission-set',
    { PermissionsBoundary: { ManagedPolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
    'caller',
  ),
  row(
    'transfer describe-user',
    {
      ServerId: 's-1',
      User: { Arn: arn('transfer', 'user/s-1/u'), Role: ROLE, UserName: 'u', Policy: JSON.stringify(READ) },
    },
    'session',
  ),
  row(
    'rolesanywhere get-profile',
    {
      profile: { profileArn: arn('rolesanywhere', 'profile/p'), roleArns: [ROLE], sessionPolicy: JSON.stringify(READ) },
    },
    'session',
  ),
  row(
    'glue get-job-run',
    { JobRun: { Id: 'jr_1', JobName: 'etl', ExecutionRoleSessionPolicy: JSON.stringify(READ) } },
    'session',
  ),
]

const ORGANIZATIONS: readonly OutputSample[] = [
  row(
    'organizations describe-policy',
    {
      Policy: {
        PolicySummary: { Id: 'p-1', Name: 'guard', Type: 'SERVICE_CONTROL_POLICY' },
        Content: JSON.stringify(READ),
      },
    },
    'scp',
  ),
  row(
    'organizations list-policies-for-target',
    { Policies: [{ Id: 'p-abcd1234', Name: 'guard', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false }] },
    'not used: p-abcd1234',
  ),
  row(
    'organizations describe-effective-policy',
    { EffectivePolicy: { PolicyContent: '{"tags":{}}', PolicyType: 'TAG_POLICY' } },
    'not used: deny no call',
  ),
  row(
    'organizations list-parents',
    { Parents: [{ Id: 'ou-1', Type: 'ORGANIZATIONAL_UNIT' }] },
    'not used: has no policy',
  ),
  row(
    'organizations describe-organization',
    { Organization: { Id: 'o-a1b2c3d4e5', MasterAccountId: ACCOUNT } },
    'not used: aws:PrincipalOrgID=o-a1b2c3d4e5',
  ),
  row(
    'organizations describe-account',
    { Account: { Id: ACCOUNT, Arn: `arn:aws:organizations::${ACCOUNT}:account/o-1/${ACCOUNT}` } },
    'not used: has no policy',
  ),
  row(
    'organizations list-roots',
    { Roots: [{ Id: 'r-1', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }] },
    'not used: has no policy',
  ),
]

const S3: readonly OutputSample[] = [
  row('s3api get-bucket-policy', { Policy: policy('s3:GetObject', `${BUCKET}/*`) }, `policy ${BUCKET}`),
  row(
    's3api get-bucket-policy-status',
    { PolicyStatus: { IsPublic: false } },
    'not used: whether the policy is public',
  ),
  row('s3api get-bucket-acl', { Owner: { ID: 'owner' }, Grants: [] }, 'settings of bucket acl'),
  row(
    's3api get-bucket-ownership-controls',
    { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    'settings of bucket objectOwnership',
  ),
  row(
    's3api get-public-access-block',
    { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
    'settings of bucket blockPublicAccess',
  ),
  row(
    's3api get-bucket-encryption',
    {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } }],
      },
    },
    'settings of bucket sseKmsKeyArn',
  ),
  row('s3api get-bucket-abac', { AbacStatus: { Status: 'Enabled' } }, 'settings of bucket abac'),
  row('s3api get-bucket-tagging', { TagSet: [{ Key: 'team', Value: 'web' }] }, 'settings of bucket tags'),
  row('s3api get-bucket-request-payment', { Payer: 'Requester' }, 'settings of bucket requesterPays'),
  row(
    's3api head-object',
    { ETag: '"e"', ContentLength: 3, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY },
    `settings ${KEY}`,
  ),
  row('s3api get-object-attributes', { ETag: 'e', ObjectSize: 3, StorageClass: 'STANDARD' }, 'not used: has no policy'),
  row(
    's3control get-access-point',
    {
      Name: 'ap',
      Bucket: 'prod-artifacts',
      NetworkOrigin: 'VPC',
      VpcConfiguration: { VpcId: 'vpc-1' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
      AccessPointArn: arn('s3', 'accesspoint/ap'),
    },
    `settings ${arn('s3', 'accesspoint/ap')} blockPublicAccess,bucket,networkOrigin,vpcId`,
  ),
  row(
    's3control get-access-point-policy',
    { Policy: policy('s3:GetObject', arn('s3', 'accesspoint/ap/object/*')) },
    `policy ${arn('s3', 'accesspoint/ap')}`,
  ),
  row(
    's3control get-multi-region-access-point-policy',
    {
      Policy: {
        Established: { Policy: policy('s3:GetObject', `arn:aws:s3::${ACCOUNT}:accesspoint/m1.mrap/object/*`) },
        Proposed: { Policy: policy('s3:*', `arn:aws:s3::${ACCOUNT}:accesspoint/m1.mrap/object/*`) },
      },
    },
    `policy arn:aws:s3::${ACCOUNT}:accesspoint/m1.mrap`,
  ),
  row(
    's3tables get-table-bucket-policy',
    { resourcePolicy: policy('s3tables:*', arn('s3tables', 'bucket/t')) },
    `policy ${arn('s3tables', 'bucket/t')}`,
  ),
]

const KMS_AND_SECRETS: readonly OutputSample[] = [
  row('kms get-key-policy', { Policy: policy('kms:*', '*'), PolicyName: 'default' }, 'policy of key'),
  row(
    'kms describe-key',
    { KeyMetadata: { Arn: KEY, KeyId: '1234abcd-56ef-78ab-90cd-1234567890ef', KeyManager: 'CUSTOMER' } },
    `settings ${KEY} keyManager`,
  ),
  row(
    'kms list-grants',
    { Grants: [{ KeyId: KEY, GrantId: 'g', GranteePrincipal: ROLE, Operations: ['Decrypt'] }] },
    `settings ${KEY} kmsGrants`,
  ),
  row(
    'kms list-aliases',
    {
      Aliases: [
        {
          AliasName: 'alias/app',
          AliasArn: arn('kms', 'alias/app'),
          TargetKeyId: '1234abcd-56ef-78ab-90cd-1234567890ef',
        },
      ],
    },
    `settings ${KEY} aliases`,
  ),
  row(
    'kms list-resource-tags',
    { Tags: [{ TagKey: 'team', TagValue: 'web' }], Truncated: false },
    'settings of key tags',
  ),
  row(
    'secretsmanager get-resource-policy',
    { ARN: arn('secretsmanager', 'secret:db-AbCdEf'), Name: 'db', ResourcePolicy: policy('secretsmanager:*', '*') },
    `policy ${arn('secretsmanager', 'secret:db-AbCdEf')}`,
  ),
  row(
    'secretsmanager describe-secret',
    {
      ARN: arn('secretsmanager', 'secret:db-AbCdEf'),
      Name: 'db',
      KmsKeyId: KEY,
      Tags: [{ Key: 'team', Value: 'web' }],
    },
    `settings ${arn('secretsmanager', 'secret:db-AbCdEf')} kmsKeyArn,tags`,
  ),
  row(
    'ssm get-resource-policies',
    { Policies: [{ PolicyId: 'p', PolicyHash: 'h', Policy: policy('ssm:GetParameter', arn('ssm', 'parameter/db')) }] },
    `policy ${arn('ssm', 'parameter/db')}`,
  ),
  row(
    'ssm describe-parameters',
    { Parameters: [{ Name: 'db', ARN: arn('ssm', 'parameter/db'), Type: 'SecureString', KeyId: KEY }] },
    `settings ${arn('ssm', 'parameter/db')} kmsKeyArn`,
  ),
  row(
    'acm-pca get-policy',
    { Policy: policy('acm-pca:IssueCertificate', arn('acm-pca', 'certificate-authority/c')) },
    `policy ${arn('acm-pca', 'certificate-authority/c')}`,
  ),
]

const MESSAGING: readonly OutputSample[] = [
  row(
    'sqs get-queue-attributes',
    { Attributes: { QueueArn: arn('sqs', 'q'), Policy: policy('sqs:*', arn('sqs', 'q')) } },
    `policy ${arn('sqs', 'q')}`,
  ),
  row(
    'sns get-topic-attributes',
    { Attributes: { TopicArn: arn('sns', 't'), Policy: policy('sns:Publish', arn('sns', 't')) } },
    `policy ${arn('sns', 't')}`,
  ),
  row(
    'events describe-event-bus',
    {
      Name: 'central',
      Arn: arn('events', 'event-bus/central'),
      Policy: policy('events:PutEvents', arn('events', 'event-bus/central')),
    },
    `policy ${arn('events', 'event-bus/central')}`,
  ),
  row(
    'events list-event-buses',
    {
      EventBuses: [
        {
          Name: 'c',
          Arn: arn('events', 'event-bus/c'),
          Policy: policy('events:PutEvents', arn('events', 'event-bus/c')),
        },
      ],
    },
    `policy ${arn('events', 'event-bus/c')}`,
  ),
  row(
    'schemas get-resource-policy',
    { Policy: policy('schemas:*', arn('schemas', 'registry/r')), RevisionId: '1' },
    `policy ${arn('schemas', 'registry/r')}`,
  ),
  row(
    'ses get-identity-policies',
    { Policies: { own: policy('ses:SendEmail', arn('ses', 'identity/example.com')) } },
    `policy ${arn('ses', 'identity/example.com')}`,
  ),
  row(
    'kinesis get-resource-policy',
    { Policy: policy('kinesis:PutRecord', arn('kinesis', 'stream/s')) },
    `policy ${arn('kinesis', 'stream/s')}`,
  ),
  row(
    'kinesis describe-stream',
    {
      StreamDescription: { StreamName: 's', StreamARN: arn('kinesis', 'stream/s'), EncryptionType: 'KMS', KeyId: KEY },
    },
    `settings ${arn('kinesis', 'stream/s')} kmsKeyArn`,
  ),
  row(
    'kafka get-cluster-policy',
    { CurrentVersion: '1', Policy: policy('kafka:*', arn('kafka', 'cluster/c/1')) },
    `policy ${arn('kafka', 'cluster/c/1')}`,
  ),
  row(
    'iot get-policy',
    {
      policyName: 'device',
      policyArn: arn('iot', 'policy/device'),
      policyDocument: JSON.stringify(allow({ Action: 'iot:Connect', Resource: '*' })),
      defaultVersionId: '1',
    },
    'not used: device certificate',
  ),
]

const COMPUTE: readonly OutputSample[] = [
  row(
    'lambda get-policy',
    { Policy: policy('lambda:InvokeFunction', arn('lambda', 'function:report')), RevisionId: '1' },
    `policy ${arn('lambda', 'function:report')}`,
  ),
  row(
    'lambda get-layer-version-policy',
    { Policy: policy('lambda:GetLayerVersion', arn('lambda', 'layer:l:1')), RevisionId: '1' },
    `policy ${arn('lambda', 'layer:l:1')}`,
  ),
  row(
    'lambda get-function',
    {
      Configuration: {
        FunctionName: 'report',
        FunctionArn: arn('lambda', 'function:report'),
        Role: ROLE,
        KMSKeyArn: KEY,
      },
      Code: { RepositoryType: 'S3' },
      Tags: { team: 'web' },
    },
    `settings ${arn('lambda', 'function:report')} kmsKeyArn`,
  ),
  row(
    'lambda get-function-configuration',
    { FunctionName: 'report', FunctionArn: arn('lambda', 'function:report'), Role: ROLE, KMSKeyArn: KEY },
    `settings ${arn('lambda', 'function:report')} kmsKeyArn`,
  ),
  row(
    'lambda get-function-url-config',
    { FunctionUrl: 'https://x', FunctionArn: arn('lambda', 'function:report'), AuthType: 'AWS_IAM' },
    'not used: it describes',
  ),
  row(
    'ecr get-repository-policy',
    { registryId: ACCOUNT, repositoryName: 'app', policyText: policy('ecr:*', '*') },
    'policy of repository app',
  ),
  row(
    'ecr get-registry-policy',
    { registryId: ACCOUNT, policyText: policy('ecr:ReplicateImage', arn('ecr', 'repository/*')) },
    'policy of registry registry',
  ),
  row(
    'ecr describe-repositories',
    {
      repositories: [
        {
          repositoryArn: arn('ecr', 'repository/app'),
          repositoryName: 'app',
          encryptionConfiguration: { encryptionType: 'KMS', kmsKey: KEY },
        },
      ],
    },
    `settings ${arn('ecr', 'repository/app')} kmsKeyArn`,
  ),
  row(
    'ec2 describe-vpc-endpoints',
    { VpcEndpoints: [{ VpcEndpointId: 'vpce-1', VpcEndpointType: 'Interface', PolicyDocument: JSON.stringify(READ) }] },
    'endpoint',
  ),
  row(
    'ec2 describe-instances',
    {
      Reservations: [
        {
          OwnerId: ACCOUNT,
          Instances: [{ InstanceId: 'i-0abc1234def567890', ImageId: 'ami-1', Tags: [{ Key: 'team', Value: 'web' }] }],
        },
      ],
    },
    'settings of resource i-0abc1234def567890 tags',
  ),
  row(
    'ec2 describe-volumes',
    { Volumes: [{ VolumeId: 'vol-0abc1234def567890', Encrypted: true, KmsKeyId: KEY }] },
    'settings of resource vol-0abc1234def567890 kmsKeyArn',
  ),
  row(
    'ec2 describe-snapshots',
    { Snapshots: [{ SnapshotId: 'snap-0abc1234def567890', KmsKeyId: KEY, Tags: [{ Key: 'team', Value: 'web' }] }] },
    'settings of resource snap-0abc1234def567890 kmsKeyArn,tags',
  ),
  row(
    'ec2 describe-images',
    { Images: [{ ImageId: 'ami-0abc1234def567890', OwnerId: ACCOUNT, Tags: [{ Key: 'team', Value: 'web' }] }] },
    'settings of resource ami-0abc1234def567890 tags',
  ),
  row(
    'ec2 describe-tags',
    { Tags: [{ Key: 'team', ResourceId: 'i-0abc1234def567890', ResourceType: 'instance', Value: 'web' }] },
    'settings of resource i-0abc1234def567890 tags',
  ),
  row('ec2 get-ebs-default-kms-key-id', { KmsKeyId: KEY }, `settings ${KEY}`),
  row(
    'eks describe-access-entry',
    { accessEntry: { clusterName: 'c', principalArn: ROLE, accessEntryArn: arn('eks', 'access-entry/c/role/x') } },
    'not used: no IAM policy',
  ),
  row(
    'vpc-lattice get-auth-policy',
    { policy: policy('vpc-lattice-svcs:Invoke', arn('vpc-lattice', 'service/svc-1')), state: 'Active' },
    `policy ${arn('vpc-lattice', 'service/svc-1')}`,
  ),
  row(
    'resourcegroupstaggingapi get-resources',
    {
      ResourceTagMappingList: [
        { ResourceARN: arn('ec2', 'instance/i-0abc1234def567890'), Tags: [{ Key: 'team', Value: 'web' }] },
      ],
    },
    `settings ${arn('ec2', 'instance/i-0abc1234def567890')} tags`,
  ),
]

const DATA: readonly OutputSample[] = [
  row(
    'dynamodb get-resource-policy',
    { Policy: policy('dynamodb:GetItem', arn('dynamodb', 'table/t')), RevisionId: '1' },
    `policy ${arn('dynamodb', 'table/t')}`,
  ),
  row(
    'dynamodb describe-table',
    {
      Table: {
        TableName: 't',
        TableArn: arn('dynamodb', 'table/t'),
        SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY },
      },
    },
    `settings ${arn('dynamodb', 'table/t')} kmsKeyArn`,
  ),
  row(
    'glue get-resource-policy',
    { PolicyInJson: policy('glue:GetTable', arn('glue', 'catalog')), PolicyHash: 'h' },
    `policy ${arn('glue', 'catalog')}`,
  ),
  row(
    'logs describe-resource-policies',
    {
      resourcePolicies: [
        { policyName: 'a', policyDocument: policy('logs:PutLogEvents', arn('logs', 'log-group:*')) },
        { policyName: 'b', policyDocument: policy('logs:CreateLogStream', arn('logs', 'log-group:*')) },
      ],
    },
    'policy of resource',
  ),
  row(
    'logs describe-log-groups',
    { logGroups: [{ logGroupName: 'g', arn: arn('logs', 'log-group:g:*'), kmsKeyId: KEY }] },
    `settings ${arn('logs', 'log-group:g')} kmsKeyArn`,
  ),
  row(
    'efs describe-file-system-policy',
    { FileSystemId: 'fs-1', Policy: policy('elasticfilesystem:ClientMount', '*') },
    'policy of file-system fs-1',
  ),
  row(
    'efs describe-file-systems',
    {
      FileSystems: [
        { FileSystemId: 'fs-1', FileSystemArn: arn('elasticfilesystem', 'file-system/fs-1'), KmsKeyId: KEY },
      ],
    },
    `settings ${arn('elasticfilesystem', 'file-system/fs-1')} kmsKeyArn`,
  ),
  row(
    'backup get-backup-vault-access-policy',
    {
      BackupVaultName: 'v',
      BackupVaultArn: arn('backup', 'backup-vault:v'),
      Policy: policy('backup:CopyIntoBackupVault', '*'),
    },
    `policy ${arn('backup', 'backup-vault:v')}`,
  ),
  row(
    'backup describe-backup-vault',
    { BackupVaultName: 'v', BackupVaultArn: arn('backup', 'backup-vault:v'), EncryptionKeyArn: KEY },
    `settings ${arn('backup', 'backup-vault:v')} kmsKeyArn`,
  ),
  row(
    'opensearch describe-domain',
    {
      DomainStatus: {
        DomainName: 'd',
        ARN: arn('es', 'domain/d'),
        AccessPolicies: policy('es:*', arn('es', 'domain/d/*')),
      },
    },
    `policy ${arn('es', 'domain/d')}`,
  ),
  row(
    'es describe-elasticsearch-domain',
    { DomainStatus: { DomainName: 'd', ARN: arn('es', 'domain/d'), AccessPolicies: '' } },
    `policy ${arn('es', 'domain/d')}`,
  ),
  row(
    'rds describe-db-instances',
    {
      DBInstances: [
        {
          DBInstanceIdentifier: 'd',
          DBInstanceArn: arn('rds', 'db:d'),
          KmsKeyId: KEY,
          TagList: [{ Key: 'team', Value: 'web' }],
        },
      ],
    },
    `settings ${arn('rds', 'db:d')} kmsKeyArn,tags`,
  ),
  row(
    'glacier get-vault-access-policy',
    { policy: { Policy: policy('glacier:UploadArchive', arn('glacier', 'vaults/v')) } },
    `policy ${arn('glacier', 'vaults/v')}`,
  ),
  row(
    'mediastore get-container-policy',
    { Policy: policy('mediastore:GetObject', arn('mediastore', 'container/c')) },
    `policy ${arn('mediastore', 'container/c')}`,
  ),
  row(
    'lakeformation list-permissions',
    { PrincipalResourcePermissions: [{ Principal: { DataLakePrincipalIdentifier: ROLE }, Permissions: ['DESCRIBE'] }] },
    'not used: Lake Formation',
  ),
  row('athena get-work-group', { WorkGroup: { Name: 'primary' } }, 'not used: WorkGroup'),
]

const DEVELOPERS: readonly OutputSample[] = [
  row(
    'apigateway get-rest-api',
    {
      id: 'abcde12345',
      name: 'pets',
      endpointConfiguration: { types: ['PRIVATE'] },
      policy: policy('execute-api:Invoke', '*').replaceAll('"', '\\"'),
    },
    'policy of api abcde12345',
  ),
  row(
    'apigateway get-rest-apis',
    { items: [{ id: 'abcde12345', name: 'pets', endpointConfiguration: { types: ['EDGE'] } }] },
    'policy of api abcde12345',
  ),
  row(
    'codeartifact get-domain-permissions-policy',
    {
      policy: { resourceArn: arn('codeartifact', 'domain/d'), revision: '1', document: policy('codeartifact:*', '*') },
    },
    `policy ${arn('codeartifact', 'domain/d')}`,
  ),
  row(
    'codeartifact get-repository-permissions-policy',
    {
      policy: {
        resourceArn: arn('codeartifact', 'repository/d/r'),
        revision: '1',
        document: policy('codeartifact:ReadFromRepository', '*'),
      },
    },
    `policy ${arn('codeartifact', 'repository/d/r')}`,
  ),
  row(
    'codebuild batch-get-projects',
    { projects: [{ name: 'p', arn: arn('codebuild', 'project/p'), serviceRole: ROLE, encryptionKey: KEY }] },
    `settings ${arn('codebuild', 'project/p')} kmsKeyArn`,
  ),
  row(
    'codebuild get-resource-policy',
    { policy: policy('codebuild:BatchGetProjects', arn('codebuild', 'project/p')) },
    `policy ${arn('codebuild', 'project/p')}`,
  ),
  row(
    'ram get-resource-policies',
    { policies: [policy('ec2:CreateNetworkInterface', arn('ec2', 'subnet/subnet-1'))] },
    `policy ${arn('ec2', 'subnet/subnet-1')}`,
  ),
  row(
    'ram get-resource-shares',
    { resourceShares: [{ resourceShareArn: arn('ram', 'resource-share/s'), name: 's' }] },
    'not used: has no policy',
  ),
  row(
    'cloudtrail describe-trails',
    {
      trailList: [
        {
          Name: 't',
          S3BucketName: 'logs',
          SnsTopicARN: arn('sns', 't'),
          TrailARN: arn('cloudtrail', 'trail/t'),
          KmsKeyId: KEY,
        },
      ],
    },
    `settings ${arn('cloudtrail', 'trail/t')} kmsKeyArn`,
  ),
  row(
    'cloudtrail lookup-events',
    {
      Events: [
        {
          EventId: 'e',
          EventName: 'DescribeInstances',
          CloudTrailEvent: JSON.stringify({
            eventVersion: '1.08',
            userIdentity: {
              type: 'AssumedRole',
              arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci`,
              accountId: ACCOUNT,
            },
            eventTime: '2026-04-27T10:03:00Z',
            eventSource: 'ec2.amazonaws.com',
            eventName: 'DescribeInstances',
            awsRegion: 'us-east-1',
            errorCode: 'Client.UnauthorizedOperation',
            errorMessage: 'You are not authorized to perform this operation.',
          }),
        },
      ],
    },
    'evidence',
  ),
  row(
    'cloudformation get-stack-policy',
    { StackPolicyBody: JSON.stringify(allow({ Principal: '*', Action: 'Update:*', Resource: '*' })) },
    'not used: stack policy',
  ),
  row('verifiedpermissions get-policy', { policyStoreId: 's', policyId: 'p', policyType: 'STATIC' }, 'not used: Cedar'),
  row(
    'ecr get-lifecycle-policy',
    { registryId: ACCOUNT, repositoryName: 'app', lifecyclePolicyText: '{"rules":[]}' },
    'not used: lifecycle policy',
  ),
  row(
    'networkmanager get-core-network-policy',
    { CoreNetworkPolicy: { CoreNetworkId: 'c', PolicyDocument: '{"version":"2021.12"}' } },
    'not used: core network',
  ),
]

export const OUTPUT_SAMPLES: readonly OutputSample[] = [
  ...IAM,
  ...ORGANIZATIONS,
  ...S3,
  ...KMS_AND_SECRETS,
  ...MESSAGING,
  ...COMPUTE,
  ...DATA,
  ...DEVELOPERS,
]
