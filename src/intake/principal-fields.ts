import { isAccountId, parseArn } from '#iam/arn.ts'
import type { PrincipalType } from '#iam/request.ts'
import { memoizeRecent } from './memoize-recent.ts'
import { isDots } from './text/values.ts'

export interface PrincipalFields {
  readonly principalType: PrincipalType | null
  /** Of the caller; only from digits, so a mask gives null (R-MSG-15e). */
  readonly accountId: string | null
  readonly sessionName: string | null
  /** The role of a session without its path, which the session's ARN does not carry (R-PRIN-03). */
  readonly roleArn: string | null
  /** The account field is a mask or a placeholder. */
  readonly masked: boolean
}

const NOTHING: PrincipalFields = {
  principalType: null,
  accountId: null,
  sessionName: null,
  roleArn: null,
  masked: false,
}

/**
 * Fields of a printed principal: its type, role, account and session name, as far as it says them (R-MSG-22).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function principalFields(principal: string | null): PrincipalFields {
  return principal === null ? NOTHING : said(principal)
}

/** `arn:aws:sts::assumed-role/app/s`: the account was taken out, and a colon with it. */
const WITHOUT_ACCOUNT = /^(arn:[a-z-]{3,20}:(?:iam|sts))::?(?=(?:user|role|assumed-role|federated-user)\/)/

/** The sessions of a large trail take turns. */
const SESSIONS = 4000

const said = memoizeRecent((principal: string): PrincipalFields => {
  const whole = principal.replace(/^\{[a-z-]{3,20}\}(?=iam:|sts:)/, 'arn:aws:').replace(WITHOUT_ACCOUNT, '$1:::')
  const arn = parseArn(whole)
  if (arn === undefined)
    return { ...NOTHING, principalType: typeOfName(principal), accountId: isAccountId(principal) ? principal : null }
  const accountId = /^\d{1,20}$/.test(arn.account) ? arn.account : null
  const [kind = '', name = '', ...rest] = arn.resource.split('/')
  const session = rest.join('/')
  const role = `arn:${arn.partition}:iam::${arn.account}:role/${name}`
  const isSession = kind === 'assumed-role'
  return {
    principalType: typeOfResource(kind, arn.service),
    accountId,
    sessionName: isSession && session !== '' && !isDots(session) ? session : null,
    roleArn: kind === 'role' ? principal : isSession && name !== '' && !isDots(name) ? role : null,
    masked: accountId === null && arn.account !== '' && arn.account !== 'aws',
  }
}, SESSIONS)

const BY_RESOURCE = new Map<string, PrincipalType>([
  ['assumed-role', 'assumed-role'],
  ['federated-user', 'federated-user'],
  ['user', 'user'],
  ['root', 'root'],
  ['role', 'role'],
  ['oidc-provider', 'web-identity'],
  ['saml-provider', 'saml'],
])

const typeOfResource = (kind: string, service: string): PrincipalType =>
  (service === 'iam' || service === 'sts' || service === '' ? BY_RESOURCE.get(kind) : undefined) ?? 'unknown'

/** `…:assumed-role/app/s`: the head of the ARN was left out. */
const WITHOUT_HEAD = /^(?:\.{3}|…):?(?=(?:user|role|assumed-role)\/)/

function typeOfName(printed: string): PrincipalType {
  const name = printed.replace(WITHOUT_HEAD, '')
  if (/^anonymous\b/i.test(name)) return 'anonymous'
  if (/^[a-z0-9.-]{1,60}\.amazonaws\.com(?:\.cn)?$/.test(name)) return 'service'
  // A service by its console's name; other words in brackets stand for a name that was taken out.
  if (/^\[(?:Amazon|AWS)[A-Z][A-Za-z0-9]{1,60}\]$/.test(name)) return 'service'
  if (/^user\/\S/.test(name)) return 'user'
  if (/^role\/\S/.test(name)) return 'role'
  if (/^assumed-role\/\S/.test(name)) return 'assumed-role'
  return 'unknown'
}
