import type { CallerKind } from '#iam/caller.ts'
import { type KeyState, type Lookup, PRESENT, several, single } from '#iam/key-state.ts'

/** How a caller can give a request another value under a key. */
export interface SettableKey {
  /** Advice in words, with the key's name and value filled in by the caller of it. */
  readonly does: (key: string, value: string, kind: CallerKind) => string
  /** The keys that say otherwise then, and are taken out of the context. */
  readonly unsets?: readonly string[]
  /** Other keys that change with it: the list of tag keys holds a tag that is passed. */
  readonly also?: (key: string, lookup: Lookup, kind: CallerKind) => ReadonlyMap<string, KeyState>
  /** Who can; left out: everyone. */
  readonly only?: readonly CallerKind[]
  /** Calls for which it cannot be done, in lower case. */
  readonly notFor?: readonly string[]
  /** It is as it should be unless the evidence shows otherwise: an assumption then, and no fix. */
  readonly onlyIfKnown?: true
  /** Values to send where a policy asks for any and names none, the one that needs least besides first. */
  readonly usual?: readonly string[]
  /** How a value of another kind begins, which no request has under this key. */
  readonly neverBegins?: string
  /** AWS measures the value, so that the advice names none: whichever is allowed stands for it. */
  readonly isMeasured?: true
  /** Any value is sent that a person chooses, where a policy asks only that there be one. */
  readonly isFree?: true
  /** It has many values, and conditions limit all of them: none asks that one be there. */
  readonly onlyLimited?: true
  /** Calls in which alone it is a parameter, in lower case: of others it is what the resource has. */
  readonly onlyIn?: readonly string[]
}

/** A list that is known, with one name more; no case is told apart (R-CTX-01). */
function listing(list: string, name: string, lookup: Lookup): ReadonlyMap<string, KeyState> {
  const now = lookup(list)
  if (now.state !== 'values' && now.state !== 'absent') return new Map()
  const values = now.state === 'values' ? now.values : []
  const isThere = values.some((value) => value.toLowerCase() === name.toLowerCase())
  return isThere ? new Map() : new Map([[list, several([...values, name])]])
}

const afterSlash = (key: string): string => key.slice(key.indexOf('/') + 1)

/** MFA of a user is shown by credentials of GetSessionToken, which are temporary (R-CTX-03) and may not ask for more (R-EVAL-03). */
const MFA: Pick<SettableKey, 'also' | 'notFor'> = {
  also: (_, lookup, kind) =>
    kind === 'user' && lookup('aws:TokenIssueTime').state === 'absent'
      ? new Map([['aws:TokenIssueTime', PRESENT]])
      : new Map(),
  notFor: ['sts:getfederationtoken', 'sts:getsessiontoken'],
}

const parameter: SettableKey = { does: (key, value) => `send the request with ${key} ${value}` }
const header: SettableKey = { does: (key, value) => `send the header ${key.slice('s3:'.length)}: ${value}` }
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const HEADER_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ['s3:x-amz-server-side-encryption', ['AES256', 'aws:kms']],
  ['s3:x-amz-acl', ['bucket-owner-full-control']],
])
const NETWORK = [
  'aws:SourceIp',
  'aws:VpcSourceIp',
  'aws:SourceVpc',
  'aws:SourceVpcArn',
  'aws:VpceAccount',
  'aws:VpceOrgID',
]

/**
 * Keys that whoever makes the call can set: network path, authentication, what is passed along. Keys that follow from who
 * the caller or what the resource is are not here: no request can change them (R-FIX-01). Nor are those that a service sets:
 * `iam:PassedToService`, `aws:CalledVia`, `aws:ViaAWSService`, `aws:PrincipalArn`, `kms:ViaService` (R-ADV-07).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const KEYS: ReadonlyMap<string, SettableKey> = new Map<string, SettableKey>([
  [
    'aws:sourcevpce',
    {
      does: (_, value) => `send the request through VPC endpoint \`${value}\``,
      unsets: NETWORK,
      neverBegins: 'vpc-',
    },
  ],
  [
    'aws:sourcevpc',
    {
      does: (_, value) => `send the request from VPC \`${value}\`, through an endpoint in it`,
      unsets: NETWORK.slice(0, 2),
      neverBegins: 'vpce-',
    },
  ],
  [
    'aws:sourceip',
    {
      does: (_, value) => `send the request from an address in ${value}`,
      unsets: ['aws:SourceVpce', ...NETWORK.slice(1)],
    },
  ],
  ['aws:securetransport', { does: () => 'send the request over TLS', onlyIfKnown: true }],
  [
    'aws:multifactorauthpresent',
    { does: () => 'authenticate with MFA first', unsets: ['aws:MultiFactorAuthAge'], ...MFA },
  ],
  ['aws:multifactorauthage', { does: () => 'start a new session with MFA', isMeasured: true, ...MFA }],
  ['sts:externalid', { does: (_, value) => `pass the external id \`${value}\` that the trust policy asks for` }],
  ['sts:rolesessionname', { does: (_, value) => `name the session \`${value}\`` }],
  ['sts:sourceidentity', { does: (_, value) => `pass the source identity \`${value}\`` }],
  ['sts:durationseconds', { does: (_, value) => `ask for a session of ${value} seconds` }],
  [
    'iam:permissionsboundary',
    {
      does: (_, value) => `set the permissions boundary \`${value}\` in the call`,
      onlyIn: ['iam:createrole', 'iam:createuser', 'iam:putrolepermissionsboundary', 'iam:putuserpermissionsboundary'],
    },
  ],
  ['s3:prefix', { does: (_, value) => `list with the prefix \`${value}\`` }],
  ['aws:tagkeys', { does: (_, value) => `send only tags whose keys are ${value}`, onlyLimited: true }],
  ['ses:fromaddress', { does: (_, value) => `send it from the address ${value}` }],
  ['ses:fromdisplayname', { does: (_, value) => `send it with ${value} as the name of the sender` }],
  ['ses:recipients', { does: (_, value) => `send it to ${value} only`, onlyLimited: true }],
  [
    // S3 takes the id of a key with aws:kms only: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
    's3:x-amz-server-side-encryption-aws-kms-key-id',
    {
      does: (_, value) =>
        `encrypt with ${value === 'VALUE' ? 'a KMS key of your choice' : `KMS key ${value}`} (SSE-KMS)`,
      also: () => new Map([['s3:x-amz-server-side-encryption', single('aws:kms')]]),
      isFree: true,
    },
  ],
  ['s3:delimiter', parameter],
  ['s3:max-keys', parameter],
  ['s3:signatureversion', parameter],
  ['s3:authtype', parameter],
  ['s3:objectlockmode', parameter],
  ['ec2:instancetype', parameter],
  ['ec2:encrypted', parameter],
  ['ec2:volumetype', parameter],
  ['ec2:metadatahttptokens', parameter],
  ['ec2:metadatahttpendpoint', parameter],
  ['rds:storageencrypted', parameter],
  ['rds:databaseclass', parameter],
  ['elasticfilesystem:encrypted', parameter],
  ['kms:encryptionalgorithm', parameter],
  ['secretsmanager:versionstage', parameter],
])

const ENCRYPTION = 'kms:encryptioncontext:'

/** Undefined: the request cannot change it. */
export function settableKey(key: string): SettableKey | undefined {
  const folded = key.toLowerCase()
  const found = KEYS.get(folded)
  if (found !== undefined) return found
  if (folded.startsWith('aws:requesttag/'))
    return {
      does: (name, value) => `pass the tag ${afterSlash(name)}=${value}`,
      also: (name, lookup) => listing('aws:TagKeys', afterSlash(name), lookup),
    }
  if (folded.startsWith('aws:principaltag/'))
    return {
      does: (name, value) => `pass the session tag ${afterSlash(name)}=${value} when the role is assumed`,
      // The tags of a user are its own, whatever it sends.
      only: ['role-session'],
    }
  if (folded.startsWith('s3:x-amz-')) return { ...header, usual: HEADER_VALUES.get(folded) ?? [] }
  if (folded.startsWith(ENCRYPTION))
    return {
      does: (name, value) => `pass the encryption context ${name.slice(ENCRYPTION.length)}=${value}`,
      also: (name, lookup) => listing('kms:EncryptionContextKeys', name.slice(ENCRYPTION.length), lookup),
    }
  return undefined
}

/** Keys of the network and of the session: they say where a call comes from and how the caller signed in, not what it sends. */
const OF_CONNECTION = /^aws:(?:source|vpc|securetransport|multifactorauth|principaltag\/)/

/**
 * Whether the caller chooses the value by what the call sends: a tag, a header, a parameter, or the operation that tags what it makes.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export function isChosenByCall(key: string): boolean {
  const folded = key.toLowerCase()
  if (folded === 'aws:tagkeys' || folded === 'ec2:createaction') return true
  return settableKey(key) !== undefined && !OF_CONNECTION.test(folded)
}
