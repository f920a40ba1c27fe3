/** A scope of a fix is called by the pattern in its diff: distinct, narrowest first, and none where no policy changes. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scopeChoices } from '#answer/scope-words.ts'

type Fix = Parameters<typeof scopeChoices>[1]

const adds = (id: string, statement: object): Fix => ({
  id,
  scope: id.split('.')[1] ?? '',
  changes: [{ kind: 'edit-policy', patch: [{ op: 'add', path: '/Statement/-', value: statement }] }],
})
const allows = (id: string, resource: string | readonly string[], more: object = {}): Fix =>
  adds(id, { Effect: 'Allow', Action: 's3:PutObject', Resource: resource, ...more })
const labels = (...fixes: readonly Fix[]): readonly string[] => {
  const [first] = fixes
  return first === undefined ? [] : scopeChoices(fixes, first).map(({ label }) => label)
}

describe('the scopes of a fix', () => {
  it('are called by the end of the pattern that each writes', () => {
    const s3 = 'arn:aws:s3:::prod-artifacts'
    assert.deepEqual(
      labels(
        allows('identity-policy.exact', `${s3}/releases/app.zip`),
        allows('identity-policy.prefix', `${s3}/releases/*`),
        allows('identity-policy.resource', `${s3}/*`),
      ),
      ['app.zip', 'releases/*', 'prod-artifacts/*'],
    )
  })

  it('are called by the complete pattern of a folder, however deep it is', () => {
    const day = 'arn:aws:s3:::logs/2026/03/16'
    assert.deepEqual(
      labels(
        allows('a.exact', `${day}/a.log`),
        allows('a.prefix', `${day}/*`),
        allows('a.resource', 'arn:aws:s3:::logs/*'),
      ),
      ['a.log', '2026/03/16/*', 'logs/*'],
    )
  })

  it('are told by the policy in which they differ, and not by a key policy that is for its own key', () => {
    const key = { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*' }
    const both = (id: string, resource: string): Fix => {
      const fix = allows(id, resource)
      return { ...fix, changes: [...fix.changes, ...adds(id, key).changes] }
    }
    assert.deepEqual(
      labels(both('i+key-policy.exact', 'arn:aws:s3:::b/a/k'), both('i+key-policy.resource', 'arn:aws:s3:::b/*')),
      ['k', 'b/*'],
    )
  })

  it('are ordered by what they include, whatever their names are', () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:checkout'
    const fixes = [
      allows('identity-policy.exact', `${secret}/database-7Hq2Lm`),
      allows('identity-policy.prefix', `${secret}/*`),
      allows('identity-policy.resource', `${secret}/database-??????`),
    ]
    assert.deepEqual(labels(...fixes), ['database-7Hq2Lm', 'secret:checkout/database-??????', 'secret:checkout/*'])
  })

  it('are called by the value of a condition where the resource is the same', () => {
    const bucket = 'arn:aws:s3:::files'
    assert.deepEqual(
      labels(
        allows('identity-policy.exact', bucket, { Condition: { StringEquals: { 's3:prefix': 'pay' } } }),
        allows('identity-policy.prefix', bucket, { Condition: { StringLike: { 's3:prefix': ['pay', 'pay/*'] } } }),
        allows('identity-policy.resource', bucket),
      ),
      ['pay', 'pay, pay/*', 'files'],
    )
  })

  it('are longer where their ends are the same, and never a star alone', () => {
    const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table'
    assert.deepEqual(
      labels(allows('a.exact', `${table}/orders/index/all`), allows('a.prefix', [`${table}/orders/all`, `${table}/*`])),
      ['all', 'table/*'],
    )
    const queue = 'arn:aws:sqs:eu-west-1:111122223333'
    assert.deepEqual(labels(allows('a.exact', `${queue}:jobs`), allows('a.resource', `${queue}:*`)), [
      'jobs',
      `${queue}:*`,
    ])
    assert.deepEqual(labels(allows('a.exact', `${queue}:jobs`), allows('a.resource', '*')), ['jobs', 'every resource'])
  })

  it('are none where two fixes write the same', () => {
    assert.deepEqual(labels(allows('a.exact', 'arn:aws:s3:::b'), allows('a.resource', 'arn:aws:s3:::b')), [])
  })

  it('are none where the call changes and no policy does', () => {
    const call = (id: string): Fix => ({
      id,
      scope: id.split('.')[1] ?? '',
      changes: [{ kind: 'edit-request', patch: [{ op: 'replace', path: '/context/s3:prefix', value: 'pay/' }] }],
    })
    assert.deepEqual(labels(call('request.exact'), call('request.prefix')), [])
  })

  it('do not offer another kind of fix', () => {
    assert.deepEqual(labels(allows('a.exact', 'arn:aws:s3:::b/k'), allows('b.resource', 'arn:aws:s3:::b/*')), [])
  })
})
