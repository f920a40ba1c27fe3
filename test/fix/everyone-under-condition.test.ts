/** A statement for everyone under a condition: what it is about is mended, and the condition stays (R-FIX-06). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosed, firstFix } from './diagnosed.ts'

const DOMAIN = 'arn:aws:es:us-east-1:123456789012:domain/shop'
const FROM_OFFICE = { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } }

function domain(Condition: object | undefined, Action: unknown = 'es:ESHttp*') {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action,
    Resource: DOMAIN,
    ...(Condition && { Condition }),
  }
  const AccessPolicies = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  return { DomainStatus: { DomainName: 'shop', ARN: DOMAIN, AccessPolicies } }
}

describe('an anonymous call of a search domain whose statement for everyone lacks `/*`', () => {
  const text = '{"Message":"User: anonymous is not authorized to perform: es:ESHttpGet on resource: shop"}'

  it('mends the Resource and keeps the condition', async () => {
    const { patch } = await firstFix(text, domain(FROM_OFFICE))
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/0/Resource', value: [DOMAIN, `${DOMAIN}/*`] }])
  })

  it('offers nothing where everyone is let in by no condition, or by one that is met from anywhere', async () => {
    const anywhere = [
      undefined,
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '0.0.0.0/1'] } },
      { IpAddressIfExists: { 'aws:SourceIp': '192.0.2.0/24' } },
      { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      { StringLike: { 'aws:PrincipalArn': '*' } },
      { Bool: { 'aws:SecureTransport': 'true' } },
    ]
    for (const condition of anywhere) {
      const { fixes } = await diagnosed(text, domain(condition))
      assert.deepEqual(fixes, [], JSON.stringify(condition))
    }
  })

  it('offers nothing where the statement allows every action of the service', async () => {
    assert.deepEqual((await diagnosed(text, domain(FROM_OFFICE, 'es:*'))).fixes, [])
  })
})

describe('a mount that the file system policy does not allow', () => {
  const text =
    "failed to invoke EFS utils commands to set up EFS volumes: stderr: b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'"
  const policy = (...actions: readonly string[]) => ({
    FileSystemId: 'fs-0123456789abcdef0',
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: actions.map((action) => `elasticfilesystem:${action}`),
          Condition: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
        },
      ],
    }),
  })

  // https://docs.aws.amazon.com/efs/latest/ug/create-file-system-policy.html: without ClientMount a policy prevents anonymous access.
  it('names ClientMount, and opens the file system to everyone only for who chooses it', async () => {
    const { fixes } = await diagnosed(text, policy('ClientWrite', 'ClientRootAccess'))
    assert.deepEqual(
      fixes.map(({ id, onDemand }) => [id, onDemand !== undefined]),
      [['mend-file-system.exact', true]],
    )
    assert.deepEqual(fixes[0]?.changes[0]?.patch, [
      { op: 'add', path: '/Statement/0/Action/-', value: 'elasticfilesystem:ClientMount' },
    ])
  })
})
