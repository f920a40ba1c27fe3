/** Files that mean harm: what they name must not leave the folder, fill the memory, or change what an object is. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, describe, it } from 'node:test'
import { importText, writeImported } from '#app/import.ts'
import { UserError } from '../../src/errors.ts'

const OPTIONS = { account: '111122223333', region: 'eu-west-1' }
const template = (resources: string, more = ''): string => `{${more}"Resources":{${resources}}}`
const role = (name: string): string => `{"Type":"AWS::IAM::Role","Properties":{"RoleName":${JSON.stringify(name)}}}`
const fails = (code: string) => (error: unknown) => error instanceof UserError && error.code === code

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

describe('names', () => {
  it('of resources and policies cannot lead out of the folder', async () => {
    const policy = `{"Type":"AWS::Organizations::Policy","Properties":{"Name":"x","Content":{}}}`
    const bucket = `{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"../../../etc/x"}}`
    const queue = `{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"..\\\\..\\\\x\\u0000/.."}}`
    const resources = `"../../p":${policy},"Org":{"Type":"AWS::Organizations::Organization"},"B":${bucket},"Q":${queue},"R":${role('../../r')}`
    const { files } = await importText('cloudformation', template(resources), 't.json', OPTIONS)
    for (const path of files.keys()) {
      assert.match(path, /^(?:[A-Za-z0-9][A-Za-z0-9._~-]*\/)*[A-Za-z0-9][A-Za-z0-9._~-]*\.json$/)
      assert.ok(!path.includes('..'), path)
    }
    assert.ok([...files.keys()].some((path) => path.startsWith('policies/')))
  })

  it('that differ only where a file name cannot are kept apart', async () => {
    const bucket = (name: string) => `{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"${name}"}}`
    const text = template(`"A":${bucket('x y')},"B":${bucket('x?y')},"C":${bucket('X-Y')}`)
    const { files } = await importText('cloudformation', text, 't.json', OPTIONS)
    assert.equal(new Set([...files.keys()].map((path) => path.toLowerCase())).size, files.size)
    assert.equal([...files.keys()].filter((path) => path.includes('/s3/')).length, 3)
  })

  it('of JavaScript are names like any other', async () => {
    const text = template(
      `"__proto__":${role('a')},"constructor":${role('b')},"toString":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"__proto__","Roles":[{"Ref":"__proto__"},{"Ref":"hasOwnProperty"}],"PolicyDocument":{"__proto__":{"x":1},"Version":"2012-10-17","Statement":[]}}}`,
      '"Mappings":{"M":{"a":{"b":"c"}}},"Conditions":{"__proto__":{"Condition":"valueOf"}},',
    )
    const { files } = await importText('cloudformation', text, 't.json', OPTIONS)
    const details = files.get('accounts/111122223333/authorization-details.json') ?? ''
    assert.ok(details.includes('"RoleName": "a"') && details.includes('"RoleName": "b"'))
    assert.equal(({} as Record<string, unknown>)['x'], undefined)
    const plan = `{"resource_changes":[{"address":"a.b","type":"aws_iam_role","name":"b","change":{"actions":["create"],"after":{"name":"r","__proto__":{"path":"/x/"}},"after_unknown":{"__proto__":{"name":true},"assume_role_policy":true}}}]}`
    const imported = await importText('terraform', plan, 'p.json', OPTIONS)
    assert.ok((imported.files.get('accounts/111122223333/authorization-details.json') ?? '').includes('"Path": "/"'))
  })
})

it('a block of a plan that is null says nothing', async () => {
  const after = { name: 'p', bucket: 'b', public_access_block_configuration: [null] }
  const change = { actions: ['create'], after, after_unknown: {} }
  const plan = { resource_changes: [{ address: 'a.b', type: 'aws_s3_access_point', name: 'b', change }] }
  const { files } = await importText('terraform', JSON.stringify(plan), 'p.json', OPTIONS)
  const [, file] = [...files].find(([path]) => path.includes('/s3/')) ?? []
  assert.ok(file !== undefined && !file.includes('blockPublicAccess'))
})

describe('sizes', () => {
  it('of texts that double with each reference end early', async () => {
    const names = Array.from(
      { length: 60 },
      (_, i) =>
        `"B${i}":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":{"Fn::Join":["",[{"Ref":"B${i + 1}"},{"Ref":"B${i + 1}"}]]}}}`,
    )
    const text = template(`${names.join(',')},"B60":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"xxxxxxxx"}}`)
    const { files } = await importText('cloudformation', text, 't.json', OPTIONS)
    assert.ok([...files.values()].every((one) => one.length < 500_000))
  })

  it('of YAML aliases that multiply are refused', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`)
    await assert.rejects(
      importText('cloudformation', `${lines.join('\n')}\nResources: *a8\n`, 't.yaml', OPTIONS),
      fails('import/unreadable'),
    )
    await assert.rejects(
      importText('cloudformation', 'Resources: &a [*a]\n', 't.yaml', OPTIONS),
      fails('import/unreadable'),
    )
  })

  it('of nesting are refused in JSON and YAML, and in texts inside of them make a policy unreadable', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    await assert.rejects(
      importText('cloudformation', `{"Resources":${deep}}`, 't.json', OPTIONS),
      fails('import/unreadable'),
    )
    await assert.rejects(
      importText('cloudformation', `Resources: ${'['.repeat(3000)}${']'.repeat(3000)}\n`, 't.yaml', OPTIONS),
      fails('import/unreadable'),
    )
    const plan = JSON.stringify({
      resource_changes: [
        {
          address: 'aws_iam_role.r',
          type: 'aws_iam_role',
          name: 'r',
          mode: 'managed',
          change: { actions: ['create'], after: { name: 'r', assume_role_policy: `{"Statement":${deep}}` } },
        },
      ],
    })
    const { files } = await importText('terraform', plan, 'p.json', OPTIONS)
    assert.ok(files.has('accounts/111122223333/authorization-details.json'))
  })
})

describe('a directory to write into', () => {
  const imported = () => importText('cloudformation', template(`"R":${role('r')}`), 't.json', OPTIONS)

  it('that holds something is left alone; with force the snapshot in it is replaced, and nothing else', async (t) => {
    const out = folder(t)
    writeFileSync(join(out, 'notes.txt'), 'mine')
    const first = await imported()
    assert.throws(() => writeImported(first, out, false), fails('usage/directory-not-empty'))
    writeImported(first, out, true)
    writeFileSync(join(out, 'accounts', 'stale.json'), '{}')
    writeImported(first, out, true)
    assert.deepEqual(readdirSync(out).sort(), ['accounts', 'meta.json', 'notes.txt'])
    assert.deepEqual(readdirSync(join(out, 'accounts')), ['111122223333'])
  })

  it('with a link among its parts loses the link, not what it leads to', async (t) => {
    const [out, other] = [folder(t), folder(t)]
    writeFileSync(join(other, 'keep.json'), '{}')
    symlinkSync(other, join(out, 'accounts'))
    writeImported(await imported(), out, true)
    assert.deepEqual(readdirSync(other), ['keep.json'])
    assert.ok(readFileSync(join(out, 'accounts', '111122223333', 'account.json'), 'utf8').includes('111122223333'))
  })
})
