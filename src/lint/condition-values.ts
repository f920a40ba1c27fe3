import { type Address, isPrivateRange, readRange } from '#iam/condition/compare.ts'
import { isRegion } from '#iam/facts/regions.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { ofLines } from './condition-operators.ts'
import { hasVariable, hasWildcard, type Line, type LineValue, type StatementView } from './view.ts'
import { shown } from './shown.ts'

/** The values of a Condition: what surely cannot match, or matches more than it seems. */
export const VALUE_CHECKS: readonly Check[] = [
  // A global inference profile of Bedrock sends `unspecified` (R-OTH-22).
  ofKey('error', 'Invalid Region', 'R-COND-10', 'aws:requestedregion', ({ text }) =>
    isRegion(text) || text === 'unspecified' ? undefined : `${shown(text)} is no Region`,
  ),
  ofKey('error', 'Invalid vpc format', 'R-COND-10', 'aws:sourcevpc', ({ text }) =>
    /^vpc-(?:[0-9a-z]{8}|[0-9a-z]{17})$/.test(text) ? undefined : `${shown(text)} is no id of a VPC`,
  ),
  ofKey('error', 'Invalid vpce format', 'R-COND-10', 'aws:sourcevpce', ({ text }) =>
    /^vpce-(?:[0-9a-z]{8}|[0-9a-z]{17})$/.test(text) ? undefined : `${shown(text)} is no id of a VPC endpoint`,
  ),
  statementCheck('error', 'Invalid kms key value', 'R-COND-10', ({ lines }) =>
    lines.flatMap(({ folded, use, values }) =>
      folded !== 's3:x-amz-server-side-encryption-aws-kms-key-id' || !COMPARED.has(use?.operator.family ?? '')
        ? NONE
        : values.flatMap(({ text, pointer }) =>
            when(!hasVariable(text) && !mayBeKeyArn(text), pointer, `${shown(text)} is no ARN of a KMS key`),
          ),
    ),
  ),
  statementCheck('warning', 'account-id-number', 'R-GRAM-05', ({ lines }) =>
    lines.flatMap(({ folded, values }) =>
      !HOLD_ACCOUNTS.has(folded)
        ? NONE
        : values.flatMap(({ value, pointer }) =>
            when(
              typeof value === 'number',
              pointer,
              `${shown(value)} is a number, which has no leading zeros: quote the id`,
            ),
          ),
    ),
  ),
  ofLines('warning', 'Wildcard without like operator', 'R-COND-10', ({ use, values }) => {
    if (use?.operator.family !== 'string' || use.operator.relation === 'like') return undefined
    const odd = values.find(({ text }) => hasWildcard(withoutVariables(text)))
    return odd === undefined ? undefined : `${shown(odd.text)} is compared letter by letter, the wildcard too`
  }),
  ofLines('error', 'Private IP address', 'R-COND-05', (line) =>
    privateOf(line, false) === 'all'
      ? `${shown(line.key)} is never a private address, so this never matches`
      : undefined,
  ),
  ofLines('error', 'Private NotIpAddress', 'R-COND-05', (line) =>
    privateOf(line, true) === 'all'
      ? `${shown(line.key)} is never a private address, so this always matches`
      : undefined,
  ),
  ofLines('suggestion', 'Private IP address subset', 'R-COND-05', (line) =>
    privateOf(line, false) === 'some' ? `the private ranges never match ${shown(line.key)}` : undefined,
  ),
  ofLines('suggestion', 'Private NotIpAddress subset', 'R-COND-05', (line) =>
    privateOf(line, true) === 'some' ? `the private ranges exclude nothing from ${shown(line.key)}` : undefined,
  ),
  statementCheck('suggestion', 'Improve IP range', 'R-COND-14', ({ lines }) =>
    lines.flatMap(({ use, values }) =>
      use?.operator.family !== 'ip'
        ? NONE
        : values.flatMap(({ text, pointer }) =>
            when(hasHostBits(text), pointer, `${shown(text)} has bits behind the mask, which do not count`),
          ),
    ),
  ),
  statementCheck('security', 'S3 prefix in negative context', 'R-COND-01', s3PrefixExcluded),
  ofWildcardAlone('suggestion', 'Equivalent to null false', ({ operator, setOperator, ifExists }) =>
    !operator.negated && setOperator === undefined && !ifExists ? 'only asks whether the key is there' : undefined,
  ),
  ofWildcardAlone('suggestion', 'Equivalent to null true', ({ operator, setOperator }) =>
    operator.negated && setOperator === undefined ? 'only asks whether the key is absent' : undefined,
  ),
  ofWildcardAlone('suggestion', 'Redundant key due to wildcard in condition', ({ operator, setOperator, ifExists }) =>
    !operator.negated && (setOperator === 'ForAllValues' || (ifExists && setOperator === undefined))
      ? 'is always true'
      : undefined,
  ),
  ofWildcardAlone(
    'suggestion',
    'Redundant statement due to wildcard in condition',
    ({ operator, setOperator, ifExists }) =>
      operator.negated && setOperator === 'ForAnyValue' && !ifExists ? 'is never true' : undefined,
  ),
]

const COMPARED: ReadonlySet<string> = new Set(['string', 'arn'])

const HOLD_ACCOUNTS: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:resourceaccount',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:vpceaccount',
  's3:resourceaccount',
  's3:dataaccesspointaccount',
  'kms:calleraccount',
])

/** A check of the values of one key that are compared as text, wildcards and variables left out. */
function ofKey(
  severity: Check['severity'],
  id: string,
  rule: string,
  key: string,
  problem: (value: LineValue) => string | undefined,
): Check {
  return statementCheck(severity, id, rule, ({ lines }) =>
    lines.flatMap(({ folded, use, values }) =>
      folded !== key || use?.operator.family !== 'string'
        ? NONE
        : values.flatMap((value): readonly Found[] => {
            const message = hasWildcard(value.text) || hasVariable(value.text) ? undefined : problem(value)
            return message === undefined ? NONE : [[value.pointer, message]]
          }),
    ),
  )
}

/** A check of lines whose only value is a lone `*` under a Like operator. */
function ofWildcardAlone(
  severity: Check['severity'],
  id: string,
  problem: (use: NonNullable<Line['use']>) => string | undefined,
): Check {
  return ofLines(severity, id, 'R-COND-02', ({ operator, key, use, values }) => {
    const alone = values.length === 1 && values[0]?.text === '*'
    if (use === undefined || use.operator.relation !== 'like' || use.operator.family !== 'string' || !alone)
      return undefined
    const message = problem(use)
    return message === undefined ? undefined : `\`${operator}\` of ${shown(key)} with \`*\` ${message}`
  })
}

/** The text with `${…}` left out; a variable's own characters are no wildcards. */
function withoutVariables(text: string): string {
  let rest = ''
  let from = 0
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', from)) {
    const close = text.indexOf('}', open)
    if (close < 0) break
    rest += text.slice(from, open)
    from = close + 1
  }
  return rest + text.slice(from)
}

function mayBeKeyArn(text: string): boolean {
  if (text.startsWith('*')) return true
  const parts = text.split(':')
  return parts[0] === 'arn' && (hasWildcard(text) || (parts[2] === 'kms' && (parts[5] ?? '').startsWith('key/')))
}

/** Whether the values of aws:SourceIp are private ranges; the key only ever holds public addresses. */
function privateOf({ folded, use, values }: Line, negated: boolean): 'all' | 'some' | 'none' {
  if (folded !== 'aws:sourceip' || use?.operator.family !== 'ip' || use.operator.negated !== negated) return 'none'
  const inside = values.filter(({ text }) => isPrivateRange(text)).length
  if (inside === 0) return 'none'
  return inside === values.length ? 'all' : 'some'
}

function hasHostBits(text: string): boolean {
  const range = text.includes('/') ? readRange(text.trim()) : undefined
  return range !== undefined && bitsBehind(range[0], range[1])
}

const bitsBehind = (address: Address, bits: number): boolean =>
  address.toByteArray().some((byte, i) => {
    const kept = Math.min(8, Math.max(0, bits - i * 8))
    return (byte & (0xff >> kept)) !== 0
  })

/** A caller who asks for a shorter prefix lists the same objects and slips past. */
function s3PrefixExcluded({ lines, allows, denies }: StatementView): readonly Found[] {
  return lines.flatMap(({ folded, use, pointer }) => {
    if (folded !== 's3:prefix' || use?.operator.family !== 'string') return NONE
    const evaded = (denies && !use.operator.negated) || (allows && use.operator.negated)
    return when(evaded, pointer, 'a request with a shorter `s3:prefix` lists the same objects and is not caught')
  })
}
