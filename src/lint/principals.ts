import { isAccountId, parseArn } from '#iam/arn.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import {
  has,
  hasVariable,
  hasWildcard,
  isObject,
  type PolicyView,
  type PrincipalItem,
  type StatementView,
  takesPrincipal,
  tests,
} from './view.ts'
import { shown } from './shown.ts'

/** `Principal` and `NotPrincipal` (docs/rules.md). */
export const PRINCIPAL_CHECKS: readonly Check[] = [
  statementCheck('error', 'Unsupported principal', 'R-GRAM-09', ({ raw, principalElement }, { place }) =>
    when(
      (place === 'identity' || place === 'boundary' || place === 'session') && has(raw, principalElement),
      `/${principalElement}`,
      `a policy of this type has no ${principalElement}`,
    ),
  ),
  statementCheck('error', 'Invalid principal format', 'R-PM-02', malformed),
  statementCheck('error', 'Invalid principal key', 'R-PM-02', ({ principals }) =>
    principals.flatMap(({ key, pointer }) =>
      when(!KEYS.has(key), pointer, `${shown(key)} is none of ${[...KEYS].map(shown).join(', ')}`),
    ),
  ),
  statementCheck('error', 'Unsupported wildcard in principal', 'R-PM-02', ({ principals }) =>
    principals.flatMap(({ key, text, pointer }) =>
      when(
        hasWildcard(text) && !(key === 'AWS' && text === '*'),
        pointer,
        `${shown(text)} matches nobody: a principal is named in full`,
      ),
    ),
  ),
  statementCheck('warning', 'account-id-number', 'R-PM-03', ({ principals }) =>
    principals.flatMap(({ value, pointer }) =>
      when(typeof value === 'number', pointer, `${shown(value)} is a number, which has no leading zeros: quote the id`),
    ),
  ),
  statementCheck('error', 'Invalid service principal format', 'R-PM-08', ({ principals, lines }) => [
    ...principals.flatMap(({ key, text, pointer }) =>
      when(key === 'Service' && !hasWildcard(text) && !isServicePrincipal(text), pointer, notAService(text)),
    ),
    ...lines.flatMap((line) =>
      HOLD_SERVICES.has(line.folded) && line.use?.operator.family === 'string'
        ? line.values.flatMap(({ text, pointer }) =>
            when(!hasWildcard(text) && !hasVariable(text) && !isServicePrincipal(text), pointer, notAService(text)),
          )
        : NONE,
    ),
  ]),
  statementCheck('error', 'Federated principal not supported', 'R-GRAM-10', ({ principals }, policy) =>
    principals.flatMap(({ key, text, pointer }) =>
      when(
        key === 'Federated' && takesPrincipal(policy) && policy.place !== 'trust',
        pointer,
        `only a trust policy names an identity provider such as ${shown(text)}`,
      ),
    ),
  ),
  statementCheck('error', 'Unsupported condition key for service principal', 'R-PRIN-01', keysNoServiceHas),
  statementCheck('warning', 'Invalid role reference', 'R-PM-06', (statement) => uniqueIds(statement, 'AROA', 'role')),
  statementCheck('warning', 'Invalid user reference', 'R-PM-06', (statement) => uniqueIds(statement, 'AIDA', 'user')),
  statementCheck('security', 'Allow with NotPrincipal', 'R-PM-11', ({ raw, allows }) =>
    when(
      allows && has(raw, 'NotPrincipal'),
      '/NotPrincipal',
      'it grants everybody who is not listed, without credentials too',
    ),
  ),
  statementCheck('security', 'Restrict access to service principal', 'R-SVC-02', (statement, policy) => {
    const service = statement.allows ? statement.principals.find(({ key }) => key === 'Service') : undefined
    if (service === undefined || !isResourcePolicy(policy) || statement.principalElement !== 'Principal') return NONE
    return when(
      !SOURCE_KEYS.some((key) => tests(statement, key)),
      service.pointer,
      `whoever makes ${shown(service.text)} act is let in: test \`aws:SourceArn\` or \`aws:SourceAccount\``,
    )
  }),
]

const KEYS: ReadonlySet<string> = new Set(['AWS', 'CanonicalUser', 'Federated', 'Service'])

export const SOURCE_KEYS: readonly string[] = [
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
]

/** Keys whose values are names of services. */
const HOLD_SERVICES: ReadonlySet<string> = new Set([
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'iam:passedtoservice',
  'iam:awsservicename',
  'kms:viaservice',
])

/** `s3.amazonaws.com`, `states.eu-west-1.amazonaws.com`, and those of other partitions. */
const isServicePrincipal = (text: string): boolean =>
  text.length < 254 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}$/.test(text)

const notAService = (text: string): string => `${shown(text)} is no service principal, such as \`s3.amazonaws.com\``

const isResourcePolicy = ({ place }: PolicyView): boolean => place === 'resource'

function malformed({ raw, principalElement, principals }: StatementView, policy: PolicyView): readonly Found[] {
  if (!has(raw, principalElement) || !takesPrincipal(policy)) return NONE
  const value = raw[principalElement]
  if (!isObject(value))
    return when(
      value !== '*',
      `/${principalElement}`,
      `${shown(value)} names nobody: \`*\` or a map such as \`{"AWS": …}\` is meant`,
    )
  return principals.flatMap(({ key, text, value: entry, pointer }) => {
    if (typeof entry !== 'string' && typeof entry !== 'number')
      return [[pointer, `${shown(entry)} is not a text`]] as const
    const named = key !== 'AWS' || hasWildcard(text) || hasVariable(text) || isAwsPrincipal(text)
    return when(!named, pointer, `${shown(text)} is neither an account, a user, a role nor a session`)
  })
}

/** Groups are never principals (R-PM-07). `cloudfront` stands for the account of CloudFront's own users. */
function isAwsPrincipal(text: string): boolean {
  if (isAccountId(text) || /^A[A-Z0-9]{15,127}$/.test(text)) return true
  const arn = parseArn(text)
  if (arn === undefined || arn.region !== '') return false
  if (!isAccountId(arn.account)) return arn.service === 'iam' && arn.account === 'cloudfront'
  const kinds = arn.service === 'iam' ? ['user/', 'role/'] : ['assumed-role/', 'federated-user/']
  if (arn.service !== 'iam' && arn.service !== 'sts') return false
  return arn.resource === 'root' || kinds.some((kind) => arn.resource.startsWith(kind))
}

/** Keys that only accounts' principals have; with nothing but services in Principal they are never there. */
const OF_ACCOUNTS: readonly string[] = [
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principaltag/',
  'aws:username',
]

function keysNoServiceHas(
  { principals, principalElement, lines }: StatementView,
  policy: PolicyView,
): readonly Found[] {
  if (!takesPrincipal(policy) || principalElement !== 'Principal' || principals.length === 0) return NONE
  if (!principals.every(({ key }: PrincipalItem) => key === 'Service')) return NONE
  return lines.flatMap(({ key, folded, use, pointer }) => {
    const asks = use !== undefined && use.operator.family !== 'null' && !use.ifExists
    const never = OF_ACCOUNTS.some((one) => (one.endsWith('/') ? folded.startsWith(one) : folded === one))
    return when(asks && never, pointer, `a service principal has no ${shown(key)}`)
  })
}

function uniqueIds({ principals }: StatementView, prefix: string, what: string): readonly Found[] {
  return principals.flatMap(({ key, text, pointer }) =>
    when(
      key === 'AWS' && text.startsWith(prefix) && !text.includes(':'),
      pointer,
      `${shown(text)} is the id of a ${what}; one of the same name made anew has another`,
    ),
  )
}
