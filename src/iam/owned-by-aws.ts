import { parseArn } from './arn.ts'

/**
 * Whether AWS owns a resource, which is in a Region and in no account, such as the document `AWS-StartSSHSession` or a foundation model.
 * Nobody else can tag it. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-using.html
 */
export function isOwnedByAws(resource: string): boolean {
  const arn = parseArn(resource)
  return arn !== undefined && arn.account === '' && arn.region !== '' && ['ssm', 'bedrock'].includes(arn.service)
}
