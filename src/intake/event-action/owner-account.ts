import { field } from '../cloudtrail/loose-record.ts'
import { readAccount } from '../cloudtrail/account-id.ts'
import type { EventResources } from './event-resources.ts'

/**
 * The call's own parameter that says whose resource is meant, where it may be another account's (R-CT-31, R-XACC-01), by
 * the service of the action. Each is of the caller's account where it is not given.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html, `registryId`
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
 * https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_GetAuthorizationToken.html, `domainOwner`
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html, `catalogId`
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeBackupVault.html
 *
 * S3's `expectedBucketOwner` is none: it says whom the caller takes for the owner, and the call is refused if it is another.
 */
const OWNER_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['ecr', 'registryId'],
  ['ecr-public', 'registryId'],
  ['sqs', 'queueOwnerAWSAccountId'],
  ['codeartifact', 'domainOwner'],
  ['glue', 'catalogId'],
  ['backup', 'backupVaultAccountId'],
])

/** The event, with the owner of what its call names in place of the caller's account where the parameters say so. */
export function withOwner(service: string, event: EventResources): EventResources {
  const parameter = OWNER_PARAMETERS.get(service)
  const value = parameter === undefined ? undefined : field(event.parameters, parameter)
  // A catalogue within another account's is `444455556666:name`.
  const account = readAccount(typeof value === 'string' ? value.split(':')[0] : value).id
  return account === null || account.length !== 12 ? event : { ...event, account }
}
