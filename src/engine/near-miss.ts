import { isResourceTagKey, NO_TAGS_YET } from '#iam/tag-keys.ts'
import { parseArn } from '#iam/arn.ts'
import type { Caller } from '#iam/caller.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import type { ConditionLine } from '#iam/condition/condition.ts'
import { isNeverSent } from '#iam/facts/keys-of-actions.ts'
import type { KeyState } from '#iam/key-state.ts'
import { isAccountKey } from '#iam/masked-account.ts'
import { memoizeLast, memoizeText } from '#iam/memoize.ts'
import type { Statement } from '#iam/policy.ts'
import { isStandIn } from './representatives.ts'
import { hasUnknownName } from '#iam/unknown-name.ts'
import { subjectHint } from './subject-hint.ts'

/** Names what a statement narrowly misses, so that a person sees the one character that is wrong (`failedOn[].hint`). */
export function resourceHint(statement: Statement, patterns: readonly string[], resource: string): string | undefined {
  if (statement.resourceElement !== 'Resource') return undefined
  for (const pattern of patterns) {
    const hint = nearResource(pattern, resource)
    if (hint !== undefined) return hint
  }
  return undefined
}

/** ARNs of policies come back with every request, that of the request with every statement. */
const ofPolicy = memoizeText((text) => {
  const arn = parseArn(text)
  return { arn, plain: compileGlob(arn?.resource ?? ''), folded: compileGlob(arn?.resource.toLowerCase() ?? '') }
})
const ofRequest = memoizeLast((text) => {
  const arn = parseArn(text)
  return { arn, folded: arn?.resource.toLowerCase() ?? '' }
})

function nearResource(pattern: string, resource: string): string | undefined {
  const { arn: wanted, plain, folded } = ofPolicy(pattern)
  const { arn: got, folded: gotFolded } = ofRequest(resource)
  if (wanted === undefined || got === undefined || wanted.service !== got.service) return undefined
  if (wanted.resource === got.resource || pattern === resource) return segmentHint(wanted, got)
  if (globMatches(plain, got.resource)) return isHeadOf(wanted, got) ? INSIDE_TYPE : undefined
  if (globMatches(folded, gotFolded)) return 'letter case: resource names are compared with case'
  if (isAccessPoint(wanted) !== isAccessPoint(got))
    return isAccessPoint(wanted)
      ? 'another resource: the statement names an access point, the call went to a bucket'
      : 'another resource: the statement names a bucket, the call went through an access point'
  if (wanted.service === 's3') {
    const hint = bucketHint(wanted.resource, got.resource)
    if (hint !== undefined) return hint
  }
  if (got.resource.startsWith(`${wanted.resource}/`))
    return `trailing \`/*\` missing: \`${pattern}\` does not cover what is below it`
  return pathHint(wanted.resource, got.resource)
}

type Named = NonNullable<ReturnType<typeof parseArn>>

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-access-points.html */
const isAccessPoint = ({ service, account, resource }: Named): boolean =>
  service === 's3' && account !== '' && resource.startsWith('accesspoint/')

/** All of it would match: what is in the way is where the wildcard stands (R-RES-11). */
const INSIDE_TYPE = 'wildcard inside the resource type: AWS documents none there; write the type in full'

const isHeadOf = (wanted: Named, got: Named): boolean =>
  (['partition', 'region', 'account'] as const).every((part) => globMatches(compileGlob(wanted[part]), got[part]))

/** Same resource, another segment of the ARN. */
function segmentHint(wanted: Named, got: Named): string | undefined {
  if (wanted.account !== got.account)
    return `other account: the statement names \`${wanted.account}\`, the resource is in \`${got.account}\``
  if (wanted.region !== got.region)
    return `other Region: the statement names \`${wanted.region}\`, the resource is in \`${got.region}\``
  if (wanted.partition !== got.partition)
    return `other partition: the statement names \`${wanted.partition}\`, the resource is in \`${got.partition}\``
  return undefined
}

function bucketHint(wanted: string, got: string): string | undefined {
  const bucket = upToSlash(got)
  if (!wanted.includes('/') && wanted === bucket && got.includes('/'))
    return `bucket ARN for object ARN: \`arn:aws:s3:::${wanted}\` covers the bucket, not its objects; those are \`arn:aws:s3:::${wanted}/*\` (trailing \`/*\` missing)`
  if (!got.includes('/') && wanted.startsWith(`${got}/`))
    return `object ARN for bucket ARN: the action is on the bucket itself, \`arn:aws:s3:::${got}\``
  const wantedBucket = upToSlash(wanted)
  if (wantedBucket !== bucket && wantedBucket.toLowerCase() === bucket.toLowerCase())
    return 'letter case: bucket names are compared with case'
  if (wantedBucket === bucket && wanted.includes('/')) return pathHint(wanted, got)
  return wantedBucket !== bucket && !wantedBucket.includes('*')
    ? `other bucket: the statement names \`${wantedBucket}\``
    : undefined
}

/** Both are below a common part, then they part ways. */
function pathHint(wanted: string, got: string): string | undefined {
  if (!wanted.includes('/') || upToSlash(wanted) !== upToSlash(got) || hasUnknownName(got)) return undefined
  const end = commonParts(wanted, got)
  return `path prefix: after \`${wanted.slice(0, end)}/\` the statement has \`${wanted.slice(end + 1)}\`, the resource \`${got.slice(end + 1)}\``
}

/** Where the last of the parts ends that both begin with; parts stand between slashes, and the first is the same. */
function commonParts(a: string, b: string): number {
  const longest = Math.min(a.length, b.length)
  let end = 0
  for (let i = 0; i <= longest; i++) {
    const aEnds = i === a.length || a[i] === '/'
    const bEnds = i === b.length || b[i] === '/'
    if (aEnds && bEnds) end = i
    if (aEnds !== bEnds || a[i] !== b[i]) break
  }
  return end
}

const upToSlash = (text: string): string => {
  const slash = text.indexOf('/')
  return slash < 0 ? text : text.slice(0, slash)
}
const fromSlash = (text: string): string => text.slice(text.lastIndexOf('/') + 1)

export function actionHint(statement: Statement, action: string): string | undefined {
  if (statement.actionElement !== 'Action') return undefined
  const name = action.slice(action.indexOf(':') + 1).toLowerCase()
  const broken = statement.actionSource.find((action) => action.includes(',') || action.includes(' '))
  if (broken !== undefined) return `\`${broken}\` is one text: several actions must be a list`
  const otherService = statement.actionSource.find((action) => action.toLowerCase().endsWith(`:${name}`))
  return otherService === undefined ? undefined : `other service prefix: \`${otherService}\``
}

export function principalHint(statement: Statement, caller: Caller): string | undefined {
  if (statement.principalElement !== 'Principal') return undefined
  const roleName = caller.roleArn === undefined ? undefined : fromSlash(caller.roleArn)
  for (const { type, value } of statement.principal?.entries ?? []) {
    const hint = type === 'AWS' ? nearPrincipal(value, caller, roleName) : undefined
    if (hint !== undefined) return hint
  }
  return undefined
}

function nearPrincipal(value: string, caller: Caller, roleName: string | undefined): string | undefined {
  const { arn } = ofPolicy(value)
  if (value !== '*' && value.includes('*')) return `\`${value}\`: a wildcard inside a principal matches nobody`
  if (arn === undefined) return undefined
  const last = fromSlash(arn.resource)
  const own = roleName ?? fromSlash(caller.arn)
  if (arn.account !== caller.account)
    return last === own
      ? `other account: the statement names \`${arn.account}\`, the caller is in \`${caller.account ?? 'none'}\``
      : undefined
  if (arn.service === 'sts' && arn.resource.split('/')[1] === roleName)
    return `other session of the role: the statement names \`${last}\``
  if (last === own)
    return `path: the statement names \`${arn.resource}\`, the role is \`${caller.roleArn ?? caller.arn}\``
  return last.toLowerCase() === own.toLowerCase() ? 'letter case: principal names are compared with case' : undefined
}

/**
 * What a condition narrowly misses.
 *
 * @param action in full; what AWS never sends with it is said where no value of the key is known
 * @param isMade whether the call makes the resource
 */
export function conditionHint(
  line: ConditionLine,
  expected: readonly string[],
  state: KeyState,
  action: string,
  isMade = false,
): string | undefined {
  if (line.use === undefined) return `\`${line.operator}\` is no condition operator`
  const isSeen = state.state === 'values' && !isStandIn(state.values[0])
  if (!isSeen && !line.use.operator.negated && isNeverSent(action, line.key))
    return `AWS does not send ${line.key} with ${action}`
  if (state.state === 'absent' && isResourceTagKey(line.key) && isMade) return NO_TAGS_YET
  if (state.state === 'absent')
    return line.use.operator.negated || isResourceTagKey(line.key) ? undefined : 'the request does not carry this key'
  if (state.state !== 'values') return undefined
  const value = state.values[0] ?? ''
  if (line.use.operator.family !== 'string') return undefined
  if (line.use.operator.relation === 'equals' && expected.some((pattern) => pattern.includes('*')))
    return isAccountKey(line.key) && expected.includes('*')
      ? `\`${line.operator}\` compares \`*\` as a character, and no account has that id; write the id of the account`
      : `\`${line.operator}\` compares \`*\` as a character; wildcards need \`StringLike\``
  const sameButCase = expected.find(
    (candidate) => candidate !== value && candidate.toLowerCase() === value.toLowerCase(),
  )
  if (line.use.operator.negated) return undefined
  if (sameButCase !== undefined) return 'letter case: the values differ only in case'
  return line.key.toLowerCase().endsWith(':sub') ? subjectHint(expected, value) : undefined
}
