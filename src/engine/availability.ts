import type { CallerKind } from '#iam/caller.ts'

/**
 * Which global condition keys a request of a class surely has, surely lacks, or may have (R-CTX-03, docs/rules.md, Principals).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export type Availability = 'present' | 'absent' | 'maybe'

type Row = Readonly<Partial<Record<CallerKind, Availability>>> & { readonly otherwise: Availability }

const always: Row = { otherwise: 'present' }
const onlyService: Row = { service: 'maybe', unknown: 'maybe', otherwise: 'absent' }
/** Direct calls of a service carry no network keys (R-CTX-11). */
const network: Row = { service: 'absent', otherwise: 'maybe' }
const onlyRoleSession: Row = { 'role-session': 'maybe', unknown: 'maybe', otherwise: 'absent' }
/** Credentials of a role carry no MFA information (R-STS-06); those of a service and the unsigned have none. */
const mfa: Row = {
  'role-session': 'absent',
  service: 'absent',
  anonymous: 'absent',
  'identity-provider': 'absent',
  otherwise: 'maybe',
}
const neverAnonymous: Row = {
  anonymous: 'absent',
  service: 'absent',
  'identity-provider': 'absent',
  otherwise: 'maybe',
}

/** Lower-case key → who has it. A key that stands for many (`aws:principaltag/…`) is listed by its part before the slash. */
const KEYS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['aws:currenttime', always],
  ['aws:epochtime', always],
  ['aws:requestedregion', always],
  ['aws:securetransport', always],
  ['aws:useragent', { service: 'maybe', otherwise: 'present' }],
  ['aws:viaawsservice', always],
  ['aws:sourceip', network],
  ['aws:sourcevpce', network],
  ['aws:sourcevpc', network],
  ['aws:vpcsourceip', network],
  ['aws:sourcevpcarn', network],
  ['aws:vpceaccount', network],
  ['aws:vpceorgid', network],
  ['aws:vpceorgpaths', network],
  ['aws:principalservicename', onlyService],
  ['aws:principalservicenameslist', onlyService],
  ['aws:sourceaccount', onlyService],
  ['aws:sourcearn', onlyService],
  ['aws:sourceorgid', onlyService],
  ['aws:sourceorgpaths', onlyService],
  ['aws:calledvia', neverAnonymous],
  ['aws:calledviafirst', neverAnonymous],
  ['aws:calledvialast', neverAnonymous],
  ['aws:multifactorauthpresent', mfa],
  ['aws:multifactorauthage', mfa],
  [
    'aws:tokenissuetime',
    {
      'role-session': 'present',
      'federated-session': 'present',
      anonymous: 'absent',
      service: 'absent',
      'identity-provider': 'absent',
      otherwise: 'maybe',
    },
  ],
  ['aws:federatedprovider', { 'identity-provider': 'maybe', ...onlyRoleSession }],
  ['aws:sourceidentity', onlyRoleSession],
  ['aws:principaltag', { ...neverAnonymous, root: 'absent', 'identity-provider': 'maybe' }],
  ['aws:principalorgid', { ...neverAnonymous, 'identity-provider': 'maybe' }],
  ['aws:principalorgpaths', { ...neverAnonymous, 'identity-provider': 'maybe' }],
  ['aws:username', { user: 'present', unknown: 'maybe', otherwise: 'absent' }],
  ['aws:principalarn', { service: 'absent', anonymous: 'absent', 'identity-provider': 'absent', otherwise: 'present' }],
  // In every request, also where no page says with which value (R-PRIN-01).
  ['aws:principalaccount', always],
  ['aws:principaltype', always],
  ['aws:userid', always],
  ['aws:principalisawsservice', { anonymous: 'absent', 'identity-provider': 'maybe', otherwise: 'present' }],
  ['ec2:sourceinstancearn', onlyRoleSession],
  ['aws:ec2instancesourcevpc', onlyRoleSession],
  ['aws:ec2instancesourceprivateipv4', onlyRoleSession],
  ['ec2:roledelivery', onlyRoleSession],
  ['lambda:sourcefunctionarn', onlyRoleSession],
  ['aws:assumedroot', { root: 'maybe', unknown: 'maybe', otherwise: 'absent' }],
])

/** Undefined for a key the table does not hold. `key` is in lower case. */
export function availability(key: string, kind: CallerKind): Availability | undefined {
  const slash = key.indexOf('/')
  const row = KEYS.get(slash < 0 ? key : key.slice(0, slash))
  return row === undefined ? undefined : (row[kind] ?? row.otherwise)
}
