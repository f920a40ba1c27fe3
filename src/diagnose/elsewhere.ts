import { formatArn, isAccountId, parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'

/**
 * A request moved to another account: the principal is the one of that name there, and so are resources that lay in the
 * principal's own account. Tags belong to the one they were said of; those there are the snapshot's to know (R-PRIN-06).
 * Bucket names are global, so a bucket stays the bucket it is.
 */
export function inAccount(request: Request, account: string): Request {
  const own = parseArn(request.principal)?.account
  if (own === undefined || !isAccountId(own) || own === account) return request
  const move = (text: string): string => moved(text, own, account)
  const {
    resource,
    principalDetails: details,
    resourceAccount: owner,
    principalTags: _tags,
    ...rest
  } = withoutKeys(request, movesResource(request, own) ? isOfEither : isOfPrincipal)
  const isBucket = [resource].flat().some((arn) => arn?.includes(':s3:::'))
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
  'kms:calleraccount',
])

const isOfPrincipal = (key: string): boolean => OWN_KEYS.has(key) || key.startsWith('aws:principaltag/')

/** Keys that follow from the resource, where another one of that name takes its place. */
const RESOURCE_KEYS: ReadonlySet<string> = new Set(['aws:resourceaccount', 'aws:resourceorgid', 'aws:resourceorgpaths'])

const isOfEither = (key: string): boolean =>
  isOfPrincipal(key) || RESOURCE_KEYS.has(key) || key.includes(':resourcetag/')

const movesResource = ({ resource }: Request, own: string): boolean =>
  [resource].flat().some((arn) => parseArn(arn ?? '')?.account === own)

function withoutKeys(request: Request, isGone: (key: string) => boolean): Request {
  const { context, ...rest } = request
  if (context === undefined) return request
  return {
    ...rest,
    context: Object.fromEntries(Object.entries(context).filter(([key]) => !isGone(key.toLowerCase()))),
  }
}

/** A request as another principal makes it: what was said of the first one is left out. */
export function byPrincipal(request: Request, principal: string): Request {
  const { principalDetails: _details, principalTags: _tags, ...rest } = withoutKeys(request, isOfPrincipal)
  return { ...rest, principal }
}
