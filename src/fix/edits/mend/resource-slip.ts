import { formatArn, isAccountId, parseArn } from '#iam/arn.ts'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { arnsOfAction } from '#iam/facts/arns-of-action.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { oneEditApart } from '#iam/nearest-name.ts'

import type { OwnAccounts } from './own-accounts.ts'

/** Mended value of a `Resource` that narrowly misses the request's, and why. */
export interface Mended {
  readonly text: string
  /** After the value that is wrong: `has a slash too many`. */
  readonly why: string
  /** Whether the old value is meant as well: the new value is put beside it. */
  readonly isBeside?: true
  /** The old value allows nothing, so that nobody loses by the change. */
  readonly takesNothing?: true
}

/**
 * The pattern of a `Resource` that was meant, where a slip keeps the one that is written from covering the ARN that was
 * asked: a segment of the head, slashes, what is below, letter case, or a thing that none of the actions is on. Undefined:
 * it is no slip, but another resource.
 *
 * @param pattern as the statement has it
 * @param arn ARN of the request
 * @param actions `Action` of the statement, as written
 * @param own accounts that a digit may be wrong of
 */
export function mendedResource(
  pattern: string,
  arn: string,
  actions: readonly string[],
  own: OwnAccounts,
): Mended | undefined {
  if (pattern.includes('${')) return undefined
  const got = parseArn(arn)
  if (got === undefined) return undefined
  const slips = [...headSlips(pattern, got, own), ...nameSlips(pattern, got)]
  const slip = slips.find(({ text }) => text !== pattern && covers(text, arn))
  if (slip !== undefined) return slip
  return isOfNone(pattern, got, actions) && /^[^*?$]+$/.test(arn)
    ? { text: arn, why: `is no resource of ${actions.join(', ')}` }
    : undefined
}

type Arn = NonNullable<ReturnType<typeof parseArn>>

/** Segment by segment, as AWS compares the parts of an ARN. */
function covers(pattern: string, arn: string): boolean {
  const [wanted, got] = [parseArn(pattern), parseArn(arn)]
  if (wanted === undefined || got === undefined) return false
  return (['partition', 'service', 'region', 'account', 'resource'] as const).every((part) =>
    globMatches(compileGlob(wanted[part]), got[part]),
  )
}

/** Partition, Region and account. */
function headSlips(pattern: string, got: Arn, own: OwnAccounts): readonly Mended[] {
  const wanted = parseArn(pattern)
  if (wanted === undefined) return lackingAccount(pattern, got)
  const other = (part: 'partition' | 'region' | 'account', why: string): Mended[] =>
    wanted[part] === got[part] ? [] : [{ text: formatArn({ ...wanted, [part]: got[part] }), why }]
  const { region, account } = wanted
  return [
    ...other('partition', `names partition ${wanted.partition}, and the account is in ${got.partition}`),
    ...(account === '' && isAccountId(got.account) ? other('account', 'lacks the account') : []),
    ...(own.has(got.account) && isNearAccount(account, got.account)
      ? other('account', `has an account that is off by a digit: ${got.account} was asked`)
      : []),
    ...(got.account === '' && got.region === '' && (account !== '' || region !== '')
      ? [
          {
            text: formatArn({ ...wanted, region: '', account: '' }),
            why: 'has a Region or an account, and such ARNs have none',
          },
        ]
      : []),
    ...(region === '' && got.region !== '' ? other('region', 'lacks the Region') : []),
    ...(region !== '' && !isRegion(region) && oneEditApart(region, got.region)
      ? other('region', `names ${region}, which is no Region`)
      : []),
  ]
}

const isRegion = (text: string): boolean => text.includes('*') || /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(text)

/** Whether one account id is another with a digit too many, too few, or wrong. */
export const isNearAccount = (written: string, meant: string): boolean =>
  isAccountId(meant) && /^\d{11,13}$/.test(written) && oneEditApart(written, meant)

/** Five parts in the place of six: `arn:aws:sns:us-east-1:topic`. */
function lackingAccount(pattern: string, got: Arn): readonly Mended[] {
  const parts = pattern.split(':')
  if (parts[0] !== 'arn' || parts.length < 5 || !isAccountId(got.account)) return []
  return [{ text: [...parts.slice(0, 4), got.account, ...parts.slice(4)].join(':'), why: 'lacks the account' }]
}

/** Slips in the resource part of an ARN, behind the account. */
function nameSlips(pattern: string, got: Arn): readonly Mended[] {
  const wanted = parseArn(pattern)
  if (wanted === undefined) return []
  const { resource } = wanted
  const renamed = (name: string, why: string): Mended => ({ text: formatArn({ ...wanted, resource: name }), why })
  const beside = (name: string, why: string): Mended => ({ ...renamed(name, why), isBeside: true })
  const isS3 = wanted.service === 's3'
  return [
    ...(resource.includes('//') ? [renamed(resource.replaceAll(/\/{2,}/g, '/'), 'has a slash too many')] : []),
    ...(resource.endsWith('/') ? [renamed(`${resource}*`, 'lacks the `*` at the end')] : []),
    ...(got.resource.startsWith(`${resource}/`)
      ? [beside(`${resource}/*`, isS3 ? 'is the bucket, not its objects' : 'does not cover what is below it')]
      : []),
    ...(got.resource.startsWith(`${resource}:log-stream:`)
      ? [beside(`${resource}:log-stream:*`, 'is the log group, not its streams')]
      : []),
    ...(got.resource.startsWith(`${resource}:`) ? [beside(`${resource}:*`, 'does not cover what is below it')] : []),
    ...(isS3 && !got.resource.includes('/') && resource.startsWith(`${got.resource}/`)
      ? [beside(got.resource, 'is of objects, and the action is on the bucket itself')]
      : []),
    ...(wanted.service === 'secretsmanager' && /^-[A-Za-z0-9]{6}$/.test(got.resource.slice(resource.length))
      ? [renamed(`${resource}-??????`, 'lacks the six characters that AWS puts behind the name of a secret')]
      : []),
    ...caseSlips(resource, got.resource).map((name) => renamed(name, 'has other capitals than the resource')),
  ]
}

/** Up to its first wildcard the name as the resource has it. */
function caseSlips(resource: string, resourceName: string): readonly string[] {
  const end = resource.search(/[*?]/)
  const fixed = end < 0 ? resource : resource.slice(0, end)
  if (fixed.toLowerCase() !== resourceName.slice(0, fixed.length).toLowerCase()) return []
  return [resourceName.slice(0, fixed.length) + resource.slice(fixed.length)]
}

/** Whether the pattern is of another service than what was asked, and no action of the statement is ever on such a thing. */
function isOfNone(pattern: string, got: Arn, actions: readonly string[]): boolean {
  const service = parseArn(pattern)?.service
  if (service === undefined || /[*?]/.test(service) || service === got.service) return false
  return actions.every((action) => {
    if (/[*?]/.test(action)) return false
    const forms = arnsOfAction(action, { partition: undefined, account: undefined })
    if (forms === undefined) return isWildcardOnlyAction(action) === true
    return forms.every((form) => parseArn(form)?.service !== service)
  })
}
