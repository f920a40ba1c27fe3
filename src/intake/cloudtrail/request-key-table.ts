import { CALL_FACTS } from '#iam/call-facts.ts'

/**
 * Request parameters that are condition keys of the service: parameter → key. Only those whose value is the key's value as
 * it stands. From each service's page of the Service Authorization Reference and its API reference.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
// biome-ignore format: a table is read by its columns
export const PARAMETER_KEYS: ReadonlyMap<string, readonly (readonly [parameter: string, key: string])[]> = new Map([
  ['s3', [
    ['prefix', 's3:prefix'],
    ['delimiter', 's3:delimiter'],
    ['max-keys', 's3:max-keys'],
    ['versionId', 's3:VersionId'],
    ['x-amz-acl', 's3:x-amz-acl'],
    ['x-amz-copy-source', 's3:x-amz-copy-source'],
    ['x-amz-metadata-directive', 's3:x-amz-metadata-directive'],
    ['x-amz-storage-class', 's3:x-amz-storage-class'],
    ['x-amz-content-sha256', 's3:x-amz-content-sha256'],
    ['x-amz-website-redirect-location', 's3:x-amz-website-redirect-location'],
    ['x-amz-server-side-encryption', 's3:x-amz-server-side-encryption'],
    ['x-amz-server-side-encryption-aws-kms-key-id', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
    ['x-amz-server-side-encryption-customer-algorithm', 's3:x-amz-server-side-encryption-customer-algorithm'],
    ['x-amz-grant-read', 's3:x-amz-grant-read'],
    ['x-amz-grant-write', 's3:x-amz-grant-write'],
    ['x-amz-grant-read-acp', 's3:x-amz-grant-read-acp'],
    ['x-amz-grant-write-acp', 's3:x-amz-grant-write-acp'],
    ['x-amz-grant-full-control', 's3:x-amz-grant-full-control'],
    ['x-amz-object-lock-mode', 's3:object-lock-mode'],
    ['x-amz-object-lock-legal-hold', 's3:object-lock-legal-hold'],
    ['x-amz-object-lock-retain-until-date', 's3:object-lock-retain-until-date'],
    ['x-amz-object-ownership', 's3:x-amz-object-ownership'],
  ]],
  ['s3express', [['x-amz-create-session-mode', 's3express:SessionMode']]], // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
  ['sts', [
    ['externalId', 'sts:ExternalId'],
    ['roleSessionName', 'sts:RoleSessionName'],
    ['sourceIdentity', 'sts:SourceIdentity'],
    ['durationSeconds', 'sts:DurationSeconds'],
  ]],
  ['kms', [
    ['encryptionAlgorithm', 'kms:EncryptionAlgorithm'],
    ['signingAlgorithm', 'kms:SigningAlgorithm'],
    ['granteePrincipal', 'kms:GranteePrincipal'],
  ]],
  ['iam', [
    ['policyArn', 'iam:PolicyARN'],
    ['permissionsBoundary', 'iam:PermissionsBoundary'],
    ['aWSServiceName', 'iam:AWSServiceName'],
    ['organizationsPolicyId', 'iam:OrganizationsPolicyId'],
  ]],
  ['sns', [
    ['protocol', 'sns:Protocol'],
    ['endpoint', 'sns:Endpoint'],
  ]],
  ['secretsmanager', [
    ['versionId', 'secretsmanager:VersionId'],
    ['versionStage', 'secretsmanager:VersionStage'],
    ['rotationLambdaARN', 'secretsmanager:RotationLambdaARN'],
    ['kmsKeyId', 'secretsmanager:KmsKeyId'],
  ]],
  ['cloudformation', [
    ['roleARN', 'cloudformation:RoleArn'],
    ['templateURL', 'cloudformation:TemplateUrl'],
  ]],
  ['ssm', [['tier', CALL_FACTS.tier]]], // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
  ['organizations', [['servicePrincipal', 'organizations:ServicePrincipal']]],
  ['codebuild', [['serviceRole', 'codebuild:serviceRole']]],
])

/** Condition keys by service of parameters inside of others, whose values are those of a multi-valued key. */
// biome-ignore format: a table is read by its columns
export const LISTED_KEYS: ReadonlyMap<string, readonly (readonly [path: readonly string[], key: string])[]> = new Map([
  ['lambda', [
    [['layers'], 'lambda:Layer'],
    [['vpcConfig', 'subnetIds'], 'lambda:SubnetIds'],
    [['vpcConfig', 'securityGroupIds'], 'lambda:SecurityGroupIds'],
  ]],
  ['events', [[['targets', 'arn'], 'events:TargetArn']]],
  ['backup', [[['destinationBackupVaultArn'], 'backup:CopyTargets']]],
])

/**
 * S3's additional event data → condition keys, with the words of each.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export const ADDITIONAL_DATA_KEYS: readonly (readonly [
  name: string,
  key: string,
  values: ReadonlyMap<string, string>,
])[] = [
  [
    'AuthenticationMethod',
    's3:authType',
    new Map([
      ['AuthHeader', 'REST-HEADER'],
      ['QueryString', 'REST-QUERY-STRING'],
      ['HtmlForm', 'POST'],
    ]),
  ],
  [
    'SignatureVersion',
    's3:signatureversion',
    new Map([
      ['SigV4', 'AWS4-HMAC-SHA256'],
      ['SigV2', 'AWS'],
    ]),
  ],
]
