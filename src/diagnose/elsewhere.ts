import { formatArn, isAccountId, parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'

/**
 * The same request in another account: the principal is the one of that name there, and so are resources that lay in the
 * principal's own account. Bucket names are global, so a bucket stays the bucket it is.
 */
export function inAccount(request: Request, account: string): Request {
  const own = parseArn(request.principal)?.account
  if (own === undefined || !isAccountId(own) || own === account) return request
  const move = (text: string): string => moved(text, own, account)
  const { resource, principalDetails: details, resourceAccount: owner, ...rest } = request
  const isBucket = typeof resource === 'string' && resource.includes(':s3:::')
  return {
    ...rest,
    principal: move(request.principal),
    ...(details === undefined ? {} : { principalDetails: withoutIds(details, move) }),
    resource: typeof resource === 'string' ? move(resource) : (resource?.map(move) ?? null),
    ...(owner === undefined ? {} : { resourceAccount: owner === own && !isBucket ? account : owner }),
  }
}

function moved(text: string, from: string, to: string): string {
  const arn = parseArn(text)
  return arn !== undefined && arn.account === from ? formatArn({ ...arn, account: to }) : text
}

/** Unique ids belong to the entity here; the one there has its own. */
function withoutIds(details: NonNullable<Request['principalDetails']>, move: (text: string) => string) {
  const { userId: _id, roleArn, ...rest } = details
  return { ...rest, ...(roleArn === undefined ? {} : { roleArn: move(roleArn) }) }
}

/** The same request made by another principal. */
export function byPrincipal(request: Request, principal: string): Request {
  const { principalDetails: _details, principalTags: _tags, ...rest } = request
  return { ...rest, principal }
}
