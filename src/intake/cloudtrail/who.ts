import type { PrincipalType } from '#iam/request.ts'
import type { Note } from '../note.ts'
import { principalFields } from '../principal-fields.ts'
import { accountOfArn, partitionOf, readAccount } from './account-id.ts'
import { field, type JsonObject, textField } from './loose-record.ts'
import { federatedCaller } from './federated-caller.ts'
import { identityType } from './identity-type.ts'

export interface Caller {
  readonly principal: string | null
  readonly principalType: PrincipalType | null
  readonly roleArn: string | null
  readonly accountId: string | null
  readonly sessionName: string | null
  /** The parent user of a federated-user session, where the record has it (R-PRIN-10). */
  readonly federatedBy?: string
  readonly notes: readonly Note[]
}

/**
 * The caller of a record, by `userIdentity.type` (R-CT-01, R-CT-07, R-CT-08, R-CT-09a).
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export function callerOf(record: JsonObject): Caller {
  const identity = field(record, 'userIdentity')
  const type = identityType(identity)
  const arn = textField(identity, 'arn') ?? null
  const account = accountOf(record, type, arn)
  const base = { arn, account: account.id, identity, record }
  const who = BY_TYPE.get(type)?.(base) ?? fromArn(base)
  const notes = [...account.notes, ...(who.notes ?? [])]
  const { principal, principalType, roleArn = null, sessionName = null, federatedBy } = who
  const caller = { principal, principalType, roleArn, accountId: account.id, sessionName, notes }
  return federatedBy === undefined ? caller : { ...caller, federatedBy }
}

interface Base {
  readonly arn: string | null
  readonly account: string | null
  readonly identity: unknown
  readonly record: JsonObject
}

interface Who {
  readonly principal: string | null
  readonly principalType: PrincipalType | null
  readonly roleArn?: string | null
  readonly sessionName?: string | null
  readonly federatedBy?: string
  readonly notes?: readonly Note[]
}

const BY_TYPE: ReadonlyMap<string, (base: Base) => Who> = new Map<string, (base: Base) => Who>([
  ['root', rootUser],
  ['iamuser', iamUser],
  ['assumedrole', assumedRole],
  ['role', ({ arn }): Who => ({ principal: arn, principalType: 'role', roleArn: arn })],
  ['federateduser', federatedUser],
  ['awsaccount', otherAccount],
  ['awsservice', awsService],
  ['identitycenteruser', identityCenterUser],
  ['samluser', ({ record }): Who => federatedCaller(record, 'saml')],
  ['webidentityuser', ({ record }): Who => federatedCaller(record, 'web-identity')],
  ['directory', ({ arn }): Who => ({ principal: arn, principalType: 'unknown' })],
])

function rootUser({ arn, account, record }: Base): Who {
  if (arn !== null) return { principal: arn, principalType: 'root' }
  const principal = account === null ? null : `arn:${partition(record)}:iam::${account}:root`
  return { principal, principalType: 'root' }
}

function iamUser({ arn, account, identity, record }: Base): Who {
  if (arn !== null) return { principal: arn, principalType: 'user' }
  const name = textField(identity, 'userName')
  if (name === undefined || account === null) return { principal: null, principalType: 'user' }
  return {
    principal: `arn:${partition(record)}:iam::${account}:user/${name}`,
    principalType: 'user',
    notes: [pathUnknown('user', name)],
  }
}

/**
 * The issuer's ARN has the role's path, the session's has not (R-PRIN-03). Without an issuer the role is named after
 * the session and its path stays open (R-CT-08, R-PRIN-04).
 */
function assumedRole({ arn, account, identity, record }: Base): Who {
  const issuer = textField(identity, 'sessionContext', 'sessionIssuer', 'arn') ?? null
  const session = arn ?? sessionArn(identity, issuer, account, record)
  const sessionName = session === null ? sessionFromId(identity) : principalFields(session).sessionName
  if (issuer !== null) return { principal: session, principalType: 'assumed-role', roleArn: issuer, sessionName }
  const roleArn = principalFields(session).roleArn
  const note = roleArn === null ? [] : [pathUnknown('role', roleArn.slice(roleArn.indexOf('/') + 1))]
  return { principal: session, principalType: 'assumed-role', roleArn, sessionName, notes: note }
}

/** `principalId` is `AROA…:session`: with the issuer's name it gives the session ARN that a trimmed record lacks. */
function sessionArn(identity: unknown, issuer: string | null, account: string | null, record: JsonObject) {
  const session = sessionFromId(identity)
  const name = textField(identity, 'sessionContext', 'sessionIssuer', 'userName') ?? issuer?.split('/').at(-1)
  const owner = accountOfArn(issuer) ?? account
  if (session === null || name === undefined || owner === null) return null
  return `arn:${partition(record)}:sts::${owner}:assumed-role/${name}/${session}`
}

function sessionFromId(identity: unknown): string | null {
  const id = textField(identity, 'principalId')
  const colon = id?.indexOf(':') ?? -1
  return id === undefined || colon < 0 || colon === id.length - 1 ? null : id.slice(colon + 1)
}

function federatedUser({ arn, identity }: Base): Who {
  const parent = textField(identity, 'sessionContext', 'sessionIssuer', 'arn')
  return {
    principal: arn,
    principalType: 'federated-user',
    ...(parent === undefined ? {} : { federatedBy: parent }),
  }
}

/** The owner's copy of a cross-account call names only account and unique id (R-CT-10); S3 writes anonymous callers so. */
function otherAccount({ arn, identity }: Base): Who {
  const account = textField(identity, 'accountId')
  const id = textField(identity, 'principalId')
  if (account === 'ANONYMOUS_PRINCIPAL' || id?.toLowerCase() === 'anonymous') {
    return { principal: 'anonymous', principalType: 'anonymous' }
  }
  return { principal: arn, principalType: kindOfPrincipalId(id), sessionName: sessionFromId(identity) }
}

/**
 * Kind of principal that a unique id tells by its prefix (R-PRIN-08).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
function kindOfPrincipalId(id: string | undefined): PrincipalType {
  if (id?.startsWith('AROA') === true) return 'assumed-role'
  if (id?.startsWith('AIDA') === true) return 'user'
  return 'unknown'
}

function awsService({ identity }: Base): Who {
  const service = textField(identity, 'invokedBy') ?? null
  return { principal: service === 'AWS Internal' ? null : service, principalType: 'service' }
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-cloudtrail-use-cases.html */
function identityCenterUser({ arn, identity, record }: Base): Who {
  const user = textField(identity, 'onBehalfOf', 'userId')
  const derived = user === undefined ? null : `arn:${partition(record)}:identitystore:::user/${user}`
  return { principal: arn ?? derived, principalType: 'identity-center-user' }
}

/** Trimmed records without a type, and types that came after this was written. */
function fromArn({ arn, identity }: Base): Who {
  const { principalType, roleArn, sessionName } = principalFields(arn)
  const issuer = textField(identity, 'sessionContext', 'sessionIssuer', 'arn')
  const role = principalType === 'assumed-role' && issuer !== undefined ? issuer : roleArn
  return {
    principal: arn,
    principalType: principalType ?? (identity === undefined ? null : 'unknown'),
    roleArn: role,
    sessionName,
  }
}

/** Callers whose own account the record may not say (R-CT-07). */
const ACCOUNT_FROM_COPY = new Set(['webidentityuser', 'samluser', 'unknown', ''])

function accountOf(record: JsonObject, type: string, arn: string | null) {
  const stated = readAccount(field(record, 'userIdentity', 'accountId'))
  const notes: Note[] = stated.note === undefined ? [] : [stated.note]
  if (stated.id !== null) return { id: stated.id, notes }
  const inArn = accountOfArn(arn)
  if (inArn !== null) return { id: inArn, notes: [] }
  if (!ACCOUNT_FROM_COPY.has(type)) return { id: null, notes }
  const recipient = readAccount(field(record, 'recipientAccountId'))
  if (recipient.id === null) return { id: null, notes }
  const text = 'The record does not say the account of the caller; it is that of the account in whose trail it lies.'
  return { id: recipient.id, notes: [...notes, { code: 'account-derived' as const, text }] }
}

const partition = (record: JsonObject): string =>
  partitionOf(
    textField(record, 'userIdentity', 'arn') ??
      textField(record, 'userIdentity', 'sessionContext', 'sessionIssuer', 'arn'),
    textField(record, 'awsRegion'),
  )

const pathUnknown = (kind: 'role' | 'user', name: string): Note => ({
  code: 'path-unknown' as const,
  text: `The ${kind} \`${name}\` may have a path that the record does not show.`,
})
