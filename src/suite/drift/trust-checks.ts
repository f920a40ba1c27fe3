import { parseArn } from '#iam/arn.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import type { RuleId } from './rules.ts'
import { type ConditionForm, lineText, type StatementForm } from './trust-form.ts'

/** Something about one statement alone, whatever others have. */
export interface TrustFinding {
  readonly rule: RuleId
  readonly message: string
  readonly statement: number
  /** Less grave than elsewhere. */
  readonly isMild: boolean
}

export interface TrustPlace {
  /** Kind of what the policy is attached to: `trust`, `bucket`, `key` … */
  readonly kind: string
  readonly account: string
  /** Accounts of the organization or, where it is not known, of the snapshot. */
  readonly known: ReadonlySet<string>
}

/** Findings of what an Allow of a trust policy, or of another policy of a resource, leaves open. */
export function trustFindings(form: StatementForm, place: TrustPlace): readonly TrustFinding[] {
  if (form.effect !== 'Allow') return []
  const found: TrustFinding[] = []
  const add = (rule: RuleId, message: string): void =>
    void found.push({ rule, message, statement: form.index, isMild: place.kind === 'trust' })
  if (form.principals.some((principal) => principal.startsWith('not ')))
    add('not-principal', 'everybody but those named is trusted')
  if (form.principals.includes('*') && !isLimited(form)) add('any-principal', 'everybody is trusted, of every account')
  for (const one of form.principals) {
    const name = one.slice(one.indexOf(' ') + 1)
    if (one.startsWith('AWS ') && name.includes('*'))
      add('wildcard-principal', `\`${name}\` matches nobody: a wildcard within a principal is a character (R-PM-02)`)
  }
  if (place.kind === 'trust') roleFindings(form, place, add)
  deputyFindings(form, place, add)
  return found
}

type Add = (rule: RuleId, message: string) => void

/** What tests a key: neither whether it is there, nor that it is anything but something, nor a wildcard alone. */
const isTest = ({ operator, values }: ConditionForm): boolean =>
  operator !== 'null' && !operator.includes('not') && !values.some((value) => EVERYTHING.has(value))

const EVERYTHING: ReadonlySet<string> = new Set(['*', '0.0.0.0/0', '::/0'])

const hasKey = (form: StatementForm, ...keys: readonly string[]): boolean =>
  form.conditions.some((line) => keys.includes(line.key) && isTest(line) && !line.operator.endsWith('ifexists'))

/** Keys that every request has (R-CTX-03): `IfExists` lets nobody else in (R-COND-02). */
const ALWAYS: ReadonlySet<string> = new Set(['aws:principalaccount', 'aws:principaltype', 'aws:userid'])

/** Keys that say who calls, or through what. */
const isLimited = (form: StatementForm): boolean =>
  form.conditions.some(
    (line) =>
      isTest(line) &&
      (!line.operator.endsWith('ifexists') || ALWAYS.has(line.key)) &&
      (line.key.startsWith('aws:principal') ||
        line.key.startsWith('aws:source') ||
        line.key === 'aws:userid' ||
        line.key === 'kms:calleraccount' ||
        line.key === 's3:dataaccesspointaccount' ||
        line.key === 'lambda:functionurlauthtype'),
  )

/** Whether the statement is about an action, by its name or by a pattern (R-ACT-01, R-ACT-04). */
function isAbout({ actions }: StatementForm, action: string): boolean {
  const matches = (text: string): boolean => globMatches(compileGlob(text), action)
  const left = actions.flatMap((action) => (action.startsWith('not ') ? [action.slice('not '.length)] : []))
  return left.length > 0 ? !left.some(matches) : actions.some(matches)
}

function roleFindings(form: StatementForm, place: TrustPlace, add: Add): void {
  for (const one of form.principals) {
    const [type = '', name = ''] = split(one)
    if (type === 'Federated' && !isOidc(name) && isAbout(form, 'sts:assumerolewithsaml') && !hasKey(form, 'saml:aud'))
      add('saml-without-audience', `\`${name}\` is trusted whatever \`SAML:aud\` is`)
    if (type === 'Federated' && !isSaml(name) && isAbout(form, 'sts:assumerolewithwebidentity'))
      oidcFindings(form, name, add)
    if (type === 'AWS') thirdParty(form, name, place, add)
  }
}

const isSaml = (name: string): boolean => name.includes(':saml-provider/')
const isOidc = (name: string): boolean => name.includes(':oidc-provider/') || !name.startsWith('arn:')

const split = (text: string): readonly [string, string] => {
  const space = text.indexOf(' ')
  return space < 0 ? ['', text] : [text.slice(0, space), text.slice(space + 1)]
}

/** The name that prefixes the provider's condition keys: the ARN behind `oidc-provider/`, or the name itself. */
function providerOf(name: string): string {
  const at = name.indexOf('oidc-provider/')
  return (at < 0 ? name : name.slice(at + 'oidc-provider/'.length)).toLowerCase()
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html */
function oidcFindings(form: StatementForm, name: string, add: Add): void {
  const provider = providerOf(name)
  const subjects = form.conditions.filter(({ key, operator }) => key === `${provider}:sub` && operator !== 'null')
  // Cognito tells identity pools apart by audience, and Amazon and Facebook have keys of their own.
  const hasOther = form.conditions.some(
    (line) => line.key.startsWith(`${provider}:`) && !line.key.endsWith(':aud') && line.operator !== 'null',
  )
  if (subjects.length === 0 && !hasOther && provider !== 'cognito-identity.amazonaws.com')
    add(
      'oidc-without-subject',
      `whoever has a token of \`${provider}\` may assume the role: \`${provider}:sub\` is not tested`,
    )
  for (const line of subjects)
    for (const value of line.values)
      if (isBroadSubject(line.operator, value))
        add('oidc-broad-subject', `\`${lineText(line)}\` lets in more than one repository or account`)
  if (!hasKey(form, `${provider}:aud`, `${provider}:app_id`, `${provider}:azp`))
    add('oidc-without-audience', `\`${provider}:aud\` is not tested`)
}

/** Nothing, or no whole name of what the token is for, stands before the first wildcard: `*`, `repo:*`, `repo:acme/*`. */
function isBroadSubject(operator: string, value: string): boolean {
  if (operator.includes('not')) return true
  if (!operator.includes('like')) return false
  const wild = value.search(/[*?]/)
  if (wild < 0) return false
  const fixed = value.slice(0, wild)
  const afterType = fixed.slice(fixed.indexOf(':') + 1)
  const colon = afterType.indexOf(':')
  return !fixed.includes(':') || colon < 0
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html */
function thirdParty(form: StatementForm, name: string, { account, known }: TrustPlace, add: Add): void {
  const other = parseArn(name)?.account ?? ''
  if (
    other === '' ||
    other === account ||
    other === '{account}' ||
    known.has(other) ||
    hasKey(form, 'sts:externalid', 'aws:principalorgid', 'aws:principalorgpaths')
  )
    return
  add('third-party', `account ${other} is not in the organization, and no \`sts:ExternalId\` is asked for`)
}

const SOURCE_KEYS = [
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'kms:viaservice',
  'lambda:sourcefunctionarn',
] as const

/**
 * Services that assume a role for what runs in the role's own account, and whose own pages show trust without a source:
 * who may hand them the role is settled by iam:PassRole.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
const OWN_ACCOUNT_ONLY = new Set(['Service ec2.amazonaws.com', 'Service lambda.amazonaws.com'])

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention */
function deputyFindings(form: StatementForm, { kind }: TrustPlace, add: Add): void {
  const services = form.principals.filter(
    (principal) => principal.startsWith('Service ') && !(kind === 'trust' && OWN_ACCOUNT_ONLY.has(principal)),
  )
  if (services.length === 0) return
  const sources = form.conditions.filter(({ key }) => SOURCE_KEYS.some((one) => one === key))
  // CloudWatch Logs and others name the resource in the encryption context instead.
  const hasContext = form.conditions.some(({ key }) => key.startsWith('kms:encryptioncontext:'))
  if (!hasKey(form, ...SOURCE_KEYS) && !hasContext) {
    const names = services.map((service) => `\`${service.slice('Service '.length)}\``).join(', ')
    add(
      'confused-deputy',
      `${names} may act here for whoever asks it to: neither \`aws:SourceAccount\` nor \`aws:SourceArn\` is tested`,
    )
  }
  for (const line of sources)
    for (const value of line.values)
      if (isBroadSource(line.key, value)) add('broad-source', `\`${lineText(line)}\` holds for any account`)
}

/** A source ARN without an account, or an account that is a wildcard; a bucket's ARN has none to name. */
function isBroadSource(key: string, value: string): boolean {
  if (key === 'aws:sourceaccount') return value.includes('*')
  if (key !== 'aws:sourcearn') return false
  if (value === '*') return true
  const arn = parseArn(value)
  return arn === undefined ? value.includes('*') : arn.account.includes('*') || arn.service.includes('*')
}
