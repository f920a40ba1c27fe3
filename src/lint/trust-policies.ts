import { parseArn } from '#iam/arn.ts'
import { covers } from './actions.ts'
import { type Check, documentCheck, type Found, NONE, statementCheck, when } from './check.ts'
import { has, hasWildcard, type PolicyView, type PrincipalItem, type StatementView } from './view.ts'
import { shown } from './shown.ts'

/** Trust policies of roles (R-GRAM-10, docs/rules.md, STS). */
export const TRUST_CHECKS: readonly Check[] = [
  ofTrust('error', 'Role trust policy syntax error notprincipal', 'R-GRAM-10', ({ raw }) =>
    when(has(raw, 'NotPrincipal'), '/NotPrincipal', 'a trust policy has no NotPrincipal'),
  ),
  ofTrust('error', 'Role trust policy syntax error resource', 'R-GRAM-10', ({ raw }) =>
    ['Resource', 'NotResource'].flatMap((name) =>
      when(has(raw, name), `/${name}`, 'a trust policy speaks of its role and has no Resource'),
    ),
  ),
  ofTrust('error', 'Role trust policy unsupported wildcard in principal', 'R-PM-01', ({ raw }) =>
    when(raw['Principal'] === '*', '/Principal', 'a trust policy names who may assume the role'),
  ),
  ofTrust('error', 'Invalid federated principal syntax in role trust policy', 'R-GRAM-10', ({ principals }) =>
    principals.flatMap(({ key, text, pointer }) =>
      when(
        key === 'Federated' && !hasWildcard(text) && providerKind(text) === undefined,
        pointer,
        `${shown(text)} is neither a domain name nor the ARN of a provider`,
      ),
    ),
  ),
  ofTrust('error', 'Mismatched action for principal', 'R-GRAM-10', mismatched),
  documentCheck('error', 'Missing action for roles anywhere trust policy', 'R-STS-08', (policy) =>
    policy.place === 'trust' ? missingRolesAnywhere(policy) : NONE,
  ),
  ofTrust('security', 'Missing condition key for oidc principal', 'R-STS-10', ({ allows, principals, lines }) =>
    principals.flatMap((item) => {
      const name = allows ? oidcName(item) : undefined
      const tested = lines.some(({ folded }) => name !== undefined && folded.startsWith(`${name.toLowerCase()}:`))
      return when(
        name !== undefined && !tested,
        item.pointer,
        `anybody with a token of ${shown(name)} may assume the role`,
      )
    }),
  ),
  ofTrust('security', 'Missing github repo condition key', 'R-STS-10', ({ allows, principals, lines }) =>
    principals.flatMap((item) =>
      when(
        allows && oidcName(item) === GITHUB && !lines.some(({ folded }) => folded === `${GITHUB}:sub`),
        item.pointer,
        `workflows of any repository may assume the role: test \`${GITHUB}:sub\``,
      ),
    ),
  ),
  ofTrust('warning', 'Specific github repo and branch recommended', 'R-STS-10', ({ allows, lines }) =>
    lines.flatMap(({ folded, values }) =>
      folded !== `${GITHUB}:sub` || !allows
        ? NONE
        : values.flatMap(({ text, pointer }) =>
            when(hasWildcard(text), pointer, `${shown(text)} also covers repositories or branches not meant`),
          ),
    ),
  ),
  ofTrust('suggestion', 'Redundant principal in role trust policy', 'R-PM-04', ({ principals }) => {
    const roles = new Set(principals.map(({ text }) => roleNamed(text, 'iam')))
    return principals.flatMap(({ text, pointer }) => {
      const role = roleNamed(text, 'sts')
      return when(role !== undefined && roles.has(role), pointer, `the role of ${shown(text)} is named too`)
    })
  }),
]

const GITHUB = 'token.actions.githubusercontent.com'

function ofTrust(
  severity: Check['severity'],
  id: string,
  rule: string,
  check: (statement: StatementView) => readonly Found[],
): Check {
  return statementCheck(severity, id, rule, (statement, { place }) => (place === 'trust' ? check(statement) : NONE))
}

type ProviderKind = 'saml' | 'oidc'

/** The providers AWS knows by domain name speak OpenID Connect or the like. */
function providerKind(text: string): ProviderKind | undefined {
  const arn = parseArn(text)
  if (arn === undefined)
    return /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}(?:\/\S{0,200})?$/i.test(text) ? 'oidc' : undefined
  if (arn.service !== 'iam') return undefined
  if (arn.resource.startsWith('saml-provider/')) return 'saml'
  return arn.resource.startsWith('oidc-provider/') ? 'oidc' : undefined
}

/** The prefix of the provider's condition keys. */
function oidcName({ key, text }: PrincipalItem): string | undefined {
  if (key !== 'Federated' || providerKind(text) !== 'oidc') return undefined
  return parseArn(text)?.resource.slice('oidc-provider/'.length) ?? text
}

const FITTING: Readonly<Record<string, ProviderKind | 'signed' | undefined>> = {
  'sts:assumerole': 'signed',
  'sts:assumerolewithsaml': 'saml',
  'sts:assumerolewithwebidentity': 'oidc',
}

/** Each of the three calls that assume a role needs a principal that can make it, and each principal a call. */
function mismatched({ raw, actions, actionElement, principals }: StatementView): readonly Found[] {
  if (actionElement !== 'Action' || principals.length === 0 || has(raw, 'NotPrincipal')) return NONE
  if (actions.length === 0 || actions.some(({ text }) => hasWildcard(text))) return NONE
  const kinds = principals.map((item) => ({ item, kind: kindOf(item) }))
  const wanted = actions.map((item) => ({ item, kind: fitting(item.text) })).filter(({ kind }) => kind !== undefined)
  const lonelyActions = wanted.filter(({ kind }) => !kinds.some((one) => one.kind === kind || one.kind === 'any'))
  const lonelyPrincipals = kinds.filter(
    ({ kind }) => wanted.length > 0 && kind !== undefined && kind !== 'any' && !wanted.some((one) => one.kind === kind),
  )
  return [
    ...lonelyActions.map(
      ({ item }): Found => [item.pointer, `no principal of the statement can call ${shown(item.text)}`],
    ),
    ...lonelyPrincipals.map(
      ({ item }): Found => [item.pointer, `${shown(item.text)} cannot make the call that is named`],
    ),
  ]
}

const fitting = (action: string): ProviderKind | 'signed' | undefined => {
  const name = action.toLowerCase()
  return Object.hasOwn(FITTING, name) ? FITTING[name] : undefined
}

/** Undefined: not known what the entry is. */
function kindOf({ key, text }: PrincipalItem): ProviderKind | 'signed' | 'any' | undefined {
  if (text === '*') return 'any'
  return key === 'Federated' ? providerKind(text) : 'signed'
}

const ROLES_ANYWHERE = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'] as const

function missingRolesAnywhere({ statements }: PolicyView): readonly Found[] {
  const own = statements.filter(
    ({ allows, actionElement, principals }) =>
      allows && actionElement === 'Action' && principals.some(({ text }) => text === 'rolesanywhere.amazonaws.com'),
  )
  const [first] = own
  if (first === undefined) return NONE
  const missing = ROLES_ANYWHERE.filter(
    (name) => !own.some(({ actions }) => actions.some(({ text }) => covers(text, name))),
  )
  return when(
    missing.length > 0,
    `${first.pointer}/Action`,
    `IAM Roles Anywhere also calls ${missing.map(shown).join(' and ')}`,
  )
}

/** Account and name of a role that an ARN names: as the role itself, or through one of its sessions. */
function roleNamed(text: string, service: 'iam' | 'sts'): string | undefined {
  const arn = parseArn(text)
  if (arn === undefined || arn.service !== service) return undefined
  const path = arn.resource.split('/')
  if (path[0] !== (service === 'iam' ? 'role' : 'assumed-role')) return undefined
  return `${arn.account}/${(service === 'iam' ? path.at(-1) : path[1]) ?? ''}`
}
