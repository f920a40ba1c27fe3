import { parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import type { ResourcePattern } from '#iam/resource.ts'

/** The partition of ARNs; undefined: none of them says. */
export function partitionOf(arns: readonly (string | undefined)[]): string | undefined {
  for (const arn of arns) {
    const partition = arn === undefined ? undefined : parseArn(arn)?.partition
    if (partition?.startsWith('aws') === true && !partition.includes('*')) return partition
  }
  return undefined
}

/** The partition that a request is made in: nothing reaches from one into another. */
export const partitionAsked = ({ principal, resource }: Pick<Request, 'principal' | 'resource'>): string =>
  partitionOf([typeof resource === 'string' ? resource : resource?.[0], principal]) ?? 'aws'

/** The partition that resource patterns are written for: `aws` where one of them names it, or none names any. */
export function partitionWritten(patterns: readonly ResourcePattern[]): string {
  let found: string | undefined
  for (const pattern of patterns) {
    const glob = pattern.kind === 'arn' ? pattern.head[1] : undefined
    if (glob?.kind !== 'text' || !glob.text.startsWith('aws')) continue
    if (glob.text === 'aws') return glob.text
    found ??= glob.text
  }
  return found ?? 'aws'
}
