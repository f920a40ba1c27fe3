import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { formatArn, parseArn } from '#iam/arn.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'

/**
 * The pattern for a resource of which the evidence masks or leaves out the name, as the caller's own statements write such
 * patterns: one of theirs that covers it; else a `*` where they have one, for what is not known. A placeholder that they
 * never leave open stays, to be written in.
 *
 * @param resource ARN with placeholders
 * @param placeholders the words that stand for what is not known
 */
export function asPolicySays(resource: string, placeholders: readonly string[], input: EvaluationInput): string {
  const parsed = parseArn(resource)
  const isOpen = (text: string): boolean => placeholders.includes(text)
  if (parsed === undefined || !resource.split(/[:/]/).some(isOpen)) return resource
  // Whose role is assumed or passed is not left open.
  const isOfAccount = parsed.service === 'iam' || parsed.service === 'sts'
  const own = ownPatterns(input, parsed.service)
  const [covering] = own
    .filter(
      (pattern) =>
        /[*?]/.test(pattern.resource) && !(isOfAccount && pattern.account === '*') && covers(pattern, parsed),
    )
    .toSorted((a, b) => b.resource.length - a.resource.length)
  if (covering !== undefined && parsed.resource.split(/[:/]/).some(isOpen)) return formatArn(covering)
  const head = (part: 'region' | 'account'): string =>
    isOpen(parsed[part]) && !(part === 'account' && isOfAccount) && own.some((pattern) => pattern[part] === '*')
      ? '*'
      : parsed[part]
  const start = startOfName(parsed.resource.split(/([:/])/), isOpen)
  const isS3 = parsed.service === 's3'
  // A bucket is not left open: what is left of the name would be all that anybody has in S3 (R-ADV-05). Its objects are.
  const isBucket = (i: number): boolean => isS3 && i === 0
  const hasNames = own.some(
    ({ resource: pattern }) =>
      pattern.includes('*') && (isS3 || start.startsWith(startOfName(pattern.split(/([*?])/), isWildcard))),
  )
  const name = parsed.resource
    .split(/([:/])/)
    .map((word, i) => (isOpen(word) && hasNames && !isOfAccount && !isBucket(i) ? '*' : word))
    .join('')
  return formatArn({ ...parsed, region: head('region'), account: head('account'), resource: name })
}

const isWildcard = (text: string): boolean => text === '*' || text === '?'

/**
 * What of a name stands before the first part that is open, without its type: a policy for `parameter/app/*` leaves names in that
 * folder open, and no others (R-ADV-05).
 */
function startOfName(parts: readonly string[], isOpen: (part: string) => boolean): string {
  const at = parts.findIndex(isOpen)
  const text = (at < 0 ? parts : parts.slice(0, at)).join('')
  return text.slice(text.search(/[:/]/) + 1)
}

type Arn = NonNullable<ReturnType<typeof parseArn>>

/** Resources of the Allow statements of the caller's own policies that are of one service. */
function ownPatterns({ policies }: EvaluationInput, service: string): readonly Arn[] {
  return (policies.identityPolicies ?? [])
    .flatMap(({ document }) => document.statements)
    .filter(({ effect, resourceElement }) => effect === 'Allow' && resourceElement === 'Resource')
    .flatMap(({ resources = [] }) => resources)
    .flatMap(({ source }) => {
      const arn = source.includes('${') ? undefined : parseArn(source)
      return arn?.service === service ? [arn] : []
    })
}

const covers = (pattern: Arn, arn: Arn): boolean =>
  (['partition', 'region', 'account', 'resource'] as const).every((part) =>
    globMatches(compileGlob(pattern[part]), arn[part]),
  )
