import { mayAllHaveMore, unread } from '../draft.ts'
import { type Imported, importedFrom, type NotImported } from '../imported.ts'
import type { ImportOptions } from '../options.ts'
import { mayOrganizationHaveMore } from '../organization-draft.ts'
import { unusedParameter } from '../unused-parameters.ts'
import { readAttachments } from './attachments.ts'
import { readBuckets } from './buckets.ts'
import { readFunctions } from './functions.ts'
import { IDENTITY_TYPES, readIdentities } from './identities.ts'
import { readKeys } from './keys.ts'
import { LOG_POLICY_TYPE, readLogPolicies } from './log-policies.ts'
import { MULTI_REGION_TYPES, readMultiRegionAccessPoints } from './multi-region.ts'
import { readAccessPoints, readEndpoints } from './network.ts'
import { readOrganization } from './organizations.ts'
import { locationsOf } from './resource-locations.ts'
import { readTerraform } from './plan.ts'
import { readPrincipals } from './principals.ts'
import { POLICY_HOLDER_TYPES, readResourcePolicies } from './resource-policies.ts'
import type { Source } from './source.ts'
import { readTables, TABLE_TYPES } from './tables.ts'

/** A snapshot of what is in force after a plan, or as a state has it; `value` is the output of `terraform show -json`. */
export function importTerraform(value: unknown, options: ImportOptions = {}): Imported | NotImported {
  const file = readTerraform(value)
  if (typeof file === 'string')
    return {
      problem: `this is no output of \`terraform show -json\`: ${file}`,
      hint: 'terraform plan -out plan.bin && terraform show -json plan.bin > plan.json',
    }
  const parameters = options.parameters ?? new Map<string, string>()
  const isOf = (name: string) => file.resources.some(({ address }) => name.startsWith(`${address}.`))
  const unused = unusedParameter(parameters.keys(), [], isOf)
  if (unused !== undefined)
    return { ...unused, hint: 'give ADDRESS.ATTRIBUTE=VALUE, such as `aws_s3_bucket.data.bucket=NAME`' }
  return importedFrom('terraform', `a Terraform ${file.kind}`, options, (draft) => {
    const source: Source = { file, draft, options, placeOf: locationsOf(file, options) }
    readAttachments(source, readPrincipals(source))
    readBuckets(source)
    readKeys(source)
    readResourcePolicies(source)
    readTables(source)
    readIdentities(source)
    readLogPolicies(source)
    readFunctions(source)
    readEndpoints(source)
    readAccessPoints(source)
    readMultiRegionAccessPoints(source)
    readOrganization(source)
    tellOthers(source)
    if (file.isPartial) leaveOpen(source)
    return { collectedAt: file.timestamp }
  })
}

/** Attributes that resources of their own set, which an incomplete plan may leave out. */
const SET_APART = [
  'acl',
  'aliases',
  'blockPublicAccess',
  'bucketKeyEnabled',
  'kmsGrants',
  'objectOwnership',
  'requesterPays',
  'sseKmsKeyArn',
]

/**
 * A plan that failed, that was made for some targets, or that puts something off: what is not in it may bear on all that is.
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
function leaveOpen({ draft }: Source): void {
  unread(draft, 'the plan', 'it is not complete: what it leaves out may bear on all that is in it')
  for (const account of draft.accounts.values()) {
    mayAllHaveMore(account, 'what the plan, which is not complete, leaves out')
    for (const { attributes } of account.resources.values()) for (const name of SET_APART) attributes.delete(name)
  }
  mayOrganizationHaveMore(draft)
}

/** Types that are read, and types that bear on no policy of those. */
const READ = new Set([
  ...POLICY_HOLDER_TYPES,
  ...IDENTITY_TYPES,
  ...MULTI_REGION_TYPES,
  ...TABLE_TYPES,
  LOG_POLICY_TYPE,
  'aws_s3_directory_bucket',
  'aws_iam_policy',
  'aws_iam_policy_attachment',
  'aws_iam_instance_profile',
  'aws_iam_group_membership',
  'aws_iam_user_group_membership',
  ...['role', 'user', 'group'].flatMap((kind) => [
    `aws_iam_${kind}`,
    `aws_iam_${kind}_policy`,
    `aws_iam_${kind}_policy_attachment`,
    `aws_iam_${kind}_policies_exclusive`,
    `aws_iam_${kind}_policy_attachments_exclusive`,
  ]),
  'aws_kms_key',
  'aws_kms_replica_key',
  'aws_kms_external_key',
  'aws_kms_key_policy',
  'aws_kms_alias',
  'aws_kms_grant',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_vpc_endpoint',
  'aws_vpc_endpoint_policy',
  'aws_s3_access_point',
  'aws_s3control_access_point_policy',
  'aws_s3_account_public_access_block',
  'aws_organizations_organization',
  'aws_organizations_organizational_unit',
  'aws_organizations_account',
  'aws_organizations_policy',
  'aws_organizations_policy_attachment',
  'aws_s3_bucket',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_request_payment_configuration',
])

/** Only these families bear on access; the rest of an infrastructure is no loss. */
const BEARS = [
  'awscc_iam_',
  'awscc_s3_',
  'awscc_kms_',
  'aws_iam_',
  'aws_s3_',
  'aws_s3control_',
  'aws_kms_',
  'aws_organizations_',
  'aws_lambda_permission',
  'aws_lambda_layer_version_permission',
  'aws_signer_signing_profile_permission',
  'aws_cloudwatch_event_permission',
  'aws_ram_',
]

/** Settings of a bucket, and credentials: they decide nothing that the engine judges. */
const SILENT = [
  'aws_iam_access_key',
  'aws_iam_user_login_profile',
  'aws_iam_user_ssh_key',
  'aws_iam_account_password_policy',
  'aws_iam_account_alias',
  'aws_iam_openid_connect_provider',
  'aws_iam_saml_provider',
  'aws_iam_server_certificate',
  'aws_iam_signing_certificate',
  'aws_iam_virtual_mfa_device',
  'aws_s3_object',
  'aws_s3_bucket_object',
  'aws_s3_bucket_versioning',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_cors_configuration',
  'aws_s3_bucket_website_configuration',
  'aws_s3_bucket_metric',
  'aws_s3_bucket_inventory',
  'aws_s3_bucket_analytics_configuration',
  'aws_s3_bucket_intelligent_tiering_configuration',
  'aws_s3_bucket_accelerate_configuration',
  'aws_s3_bucket_object_lock_configuration',
  'aws_s3_bucket_replication_configuration',
  'aws_kms_ciphertext',
]

/** A text that is a policy document, whatever the attribute is called. */
const isPolicy = (value: unknown): boolean =>
  typeof value === 'string' && value.trimStart().startsWith('{') && value.includes('"Statement"')

function tellOthers({ file, draft }: Source): void {
  for (const { type, address, isData, values } of file.resources) {
    if (isData || READ.has(type) || SILENT.includes(type)) continue
    const bears =
      BEARS.some((start) => type.startsWith(start)) || type.endsWith('_policy') || Object.values(values).some(isPolicy)
    if (bears) unread(draft, address, `resources of type ${type} are not read`)
  }
}
