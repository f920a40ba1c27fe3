import { parseArn } from '#iam/arn.ts'

/**
 * Family of a resource: the part of its ARN that resources of a kind and place have in common, so that a role that fails on
 * a thousand objects makes one series: an object's bucket, a stream's log group, all instances of an account. Names that
 * people give (roles, tables, queues)
 * and keys of KMS stay; ids that AWS draws become `*`.
 */
export function resourceFamily(resource: string | null): string | null {
  if (resource === null || resource === '*') return resource
  const arn = parseArn(resource)
  if (arn === undefined) return resource.slice(0, MAX_LENGTH)
  const start = `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:`
  return (start + familyIn(arn.service, arn.resource)).slice(0, MAX_LENGTH)
}

const MAX_LENGTH = 1024

/** Whether only one resource has this family: nothing was cut off. `*` is the resource of a call that has no other. */
export const isOneResource = (family: string): boolean =>
  family === '*' || (family !== '' && family.length < MAX_LENGTH && !family.includes('*'))

function familyIn(service: string, resource: string): string {
  if (service === 's3' && !resource.startsWith('accesspoint/')) return bucketOf(resource)
  if (service === 'kms') return resource
  if (service === 'logs') return parts(resource, ':', 2)
  const bySlash = resource.includes('/')
  const kept = parts(resource, bySlash ? '/' : ':', keptParts(service, resource))
  const cut = kept.lastIndexOf(bySlash ? '/' : ':')
  const name = kept.slice(cut + 1)
  return isDrawn(name) ? `${kept.slice(0, cut + 1)}*` : kept
}

function bucketOf(resource: string): string {
  const slash = resource.indexOf('/')
  return slash < 0 ? resource : `${resource.slice(0, slash)}/*`
}

/** IAM's names stand behind a path; an API of API Gateway behind an empty segment. */
function keptParts(service: string, resource: string): number {
  if (service === 'iam') return Number.POSITIVE_INFINITY
  return resource.startsWith('/') || service === 's3' ? 3 : 2
}

function parts(text: string, separator: string, count: number): string {
  const all = text.split(separator)
  return all.length <= count ? text : `${all.slice(0, count).join(separator)}${separator}*`
}

/** `i-0abc…`, `vol-…`, a UUID or a long number: AWS drew it. */
function isDrawn(name: string): boolean {
  const dash = name.indexOf('-')
  const tail = dash > 0 && dash <= 8 ? name.slice(dash + 1) : name
  return isHex(tail, 8) || isUuid(name)
}

const isHex = (text: string, least: number): boolean =>
  text.length >= least && /\d/.test(text) && [...text].every((c) => '0123456789abcdef'.includes(c))

const isUuid = (text: string): boolean =>
  text.length === 36 && text.split('-').length === 5 && isHex(text.replaceAll('-', ''), 32)
