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
  const { resource, principalDetails: details, resourceAccount: owner, ...rest } = withoutOwnKeys(request)
  const isBucket = [resource].flat().some((one) => one?.includes(':s3:::'))
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

/** Keys that follow from who asks (R-CTX-03): what was said of the one here does not hold of the other. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltype',
  'aws:userid',
  'aws:username',
])

function withoutOwnKeys(request: Request): Request {
  const { context, ...rest } = request
  if (context === undefined) return request
  return {
    ...rest,
    context: Object.fromEntries(Object.entries(context).filter(([key]) => !OWN_KEYS.has(key.toLowerCase()))),
  }
}

/** The same request made by another principal. */
export function byPrincipal(request: Request, principal: string): Request {
  const { principalDetails: _details, principalTags: _tags, ...rest } = withoutOwnKeys(request)
  return { ...rest, principal }
}
