import type { CallerKind } from '#iam/caller.ts'

/** How a caller can give a request another value under a key. */
export interface SettableKey {
  /** What to do, with the key's name and value filled in by the caller of it. */
  readonly does: (key: string, value: string, kind: CallerKind) => string
  /** The keys that say otherwise then, and are taken out of the context. */
  readonly unsets?: readonly string[]
  /** Who can; left out: everyone. */
  readonly only?: readonly CallerKind[]
}

const parameter: SettableKey = { does: (key, value) => `send the request with ${key} ${value}` }
const header: SettableKey = { does: (key, value) => `send the header ${key.slice('s3:'.length)}: ${value}` }
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
 * the caller or what the resource is are not here: no request can change them (R-FIX-01).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const KEYS: ReadonlyMap<string, SettableKey> = new Map<string, SettableKey>([
  ['aws:sourcevpce', { does: (_, value) => `send the request through VPC endpoint \`${value}\``, unsets: NETWORK }],
  [
    'aws:sourcevpc',
    {
      does: (_, value) => `send the request from VPC \`${value}\`, through an endpoint in it`,
      unsets: NETWORK.slice(0, 2),
    },
  ],
  ['aws:sourceip', { does: (_, value) => `send the request from an address in ${value}` }],
  ['aws:securetransport', { does: () => 'send the request over TLS' }],
  ['aws:multifactorauthpresent', { does: () => 'authenticate with MFA first', unsets: ['aws:MultiFactorAuthAge'] }],
  ['aws:multifactorauthage', { does: () => 'authenticate with MFA again' }],
  ['sts:externalid', { does: (_, value) => `pass the external id \`${value}\` that the trust policy asks for` }],
  ['sts:rolesessionname', { does: (_, value) => `name the session \`${value}\`` }],
  ['sts:sourceidentity', { does: (_, value) => `pass the source identity \`${value}\`` }],
  ['sts:durationseconds', { does: (_, value) => `ask for a session of ${value} seconds` }],
  ['iam:permissionsboundary', { does: (_, value) => `set the permissions boundary \`${value}\` in the call` }],
  ['iam:passedtoservice', parameter],
  ['s3:prefix', { does: (_, value) => `list with the prefix \`${value}\`` }],
  ['s3:delimiter', parameter],
  ['s3:max-keys', parameter],
  ['s3:signatureversion', parameter],
  ['s3:authtype', parameter],
  ['s3:tlsversion', parameter],
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

/** Undefined: the request cannot change it. */
export function settableKey(key: string): SettableKey | undefined {
  const folded = key.toLowerCase()
  const found = KEYS.get(folded)
  if (found !== undefined) return found
  if (folded.startsWith('aws:requesttag/'))
    return { does: (name, value) => `pass the tag ${name.slice(name.indexOf('/') + 1)}=${value}` }
  if (folded.startsWith('aws:principaltag/'))
    return {
      does: (name, value, kind) =>
        kind === 'user'
          ? `make the call as a user that is tagged ${name.slice(name.indexOf('/') + 1)}=${value}`
          : `pass the session tag ${name.slice(name.indexOf('/') + 1)}=${value} when the role is assumed`,
      only: ['role-session', 'user'],
    }
  if (folded.startsWith('s3:x-amz-')) return header
  if (folded.startsWith('kms:encryptioncontext:'))
    return {
      does: (name, value) => `pass the encryption context ${name.slice('kms:encryptioncontext:'.length)}=${value}`,
    }
  return undefined
}
