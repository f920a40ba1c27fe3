/** Who has which global key (R-CTX-03), key by key as the page of global condition keys says it. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CallerKind } from '#iam/caller.ts'
import { type Availability, availability } from './availability.ts'

const KINDS = [
  'anonymous',
  'root',
  'user',
  'role-session',
  'federated-session',
  'service',
  'identity-provider',
  'unknown',
] as const satisfies readonly CallerKind[]

/** By letter: has it (y), has it not (-), may have it (?). */
const SAYS: Readonly<Record<string, Availability>> = { y: 'present', '-': 'absent', '?': 'maybe' }

// In the order of KINDS: unsigned, root, user, role session, federated session, service, identity provider, not known.
// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [says: string, why: string, keys: string])[] = [
  ['yyyyyyyy', 'in every request',                                  'aws:CurrentTime aws:EpochTime aws:RequestedRegion aws:SecureTransport aws:ViaAWSService'],
  ['yyyyyyyy', 'in every request, unsigned ones too (R-PRIN-01)',   'aws:PrincipalAccount aws:PrincipalType aws:userid'],
  ['yyyyy?yy', 'in every request of a client',                      'aws:UserAgent'],
  ['?????-??', 'of the network, which a service’s call has not',    'aws:SourceIp aws:SourceVpce aws:SourceVpc aws:VpcSourceIp aws:SourceVpcArn aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths'],
  ['-----?-?', 'of services that call by themselves',               'aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:SourceAccount aws:SourceArn aws:SourceOrgID aws:SourceOrgPaths'],
  ['-????--?', 'of a principal for whom a service calls',           'aws:CalledVia aws:CalledViaFirst aws:CalledViaLast'],
  ['-??-?--?', 'of long-lived users and their sessions (R-STS-06)', 'aws:MultiFactorAuthPresent aws:MultiFactorAuthAge'],
  ['-??yy--?', 'of temporary credentials',                          'aws:TokenIssueTime'],
  ['---?--??', 'of a session from an identity provider',            'aws:FederatedProvider'],
  ['---?---?', 'of a session that was given a source identity',     'aws:SourceIdentity'],
  ['--???-??', 'of a principal that has tags',                      'aws:PrincipalTag aws:PrincipalTag/team aws:PrincipalTag/a/b'],
  ['-????-??', 'of a principal of an organization',                 'aws:PrincipalOrgID aws:PrincipalOrgPaths'],
  ['--y----?', 'of users',                                          'aws:username'],
  ['-yyyy--y', 'of principals that have an ARN',                    'aws:PrincipalArn'],
  ['-yyyyy?y', 'of signed requests',                                'aws:PrincipalIsAWSService'],
  ['---?---?', 'of a role that an instance or a function works with', 'ec2:SourceInstanceArn aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4 ec2:RoleDelivery lambda:SourceFunctionArn'],
  ['-?-----?', 'of root, when a session of it was assumed',         'aws:AssumedRoot'],
]

describe('who has a key (R-CTX-03)', () => {
  for (const [says, why, keys] of ROWS)
    for (const key of keys.split(' '))
      it(`${key}: ${why}`, () =>
        assert.deepEqual(
          KINDS.map((kind) => availability(key.toLowerCase(), kind)),
          [...says].map((letter) => SAYS[letter]),
        ))

  it('is not said of a key of a service, of a tag of the request, and of one that nobody knows', () => {
    for (const key of ['s3:prefix', 'aws:requesttag/team', 'aws:nosuchkey', '/aws:userid'])
      assert.equal(availability(key, 'user'), undefined, key)
  })
})
