import { isMadeInEc2, operationsThatTag } from './tagging-calls.ts'

/**
 * Whether the call makes the resource, which has no tags yet then, and often no name (R-ADV-05): its ARN ends in a star, as services
 * print it that give names themselves, or the operation that was called makes what this action tags. The star of a resource that is
 * there is none of these, such as that of the launch template of `ec2:RunInstances`.
 *
 * @param action in full
 * @param called `CALL_FACTS.operation` of the request
 */
export function isMadeByCall(action: string, arn: string, called: unknown): boolean {
  const makers = operationsThatTag(action)
  if (makers.some(({ operation }) => operation === called)) return true
  if (!arn.endsWith('/*')) return false
  const [, , service, , , name = ''] = arn.split(':')
  const operation = action.slice(action.indexOf(':') + 1)
  return makers.length > 0 || service !== 'ec2' || isMadeInEc2(operation, name.slice(0, name.indexOf('/')))
}
