import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Ran, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const CONFIG = 'docs/drift/drift.yaml'

function assertFault({ code, out, err }: Ran, exit: number, name: string, hint: string): void {
  assert.equal(out, '')
  const [first = '', second = ''] = err.split('\n')
  assert.ok(first.startsWith(`${name}: `), err)
  assert.ok(second.startsWith('hint: ') && second.includes(hint), err)
  assert.equal(code, exit)
}

describe('denytrace drift', () => {
  it('tells the role of each group that differs, with what most have', async () => {
    const { code, out, err } = await denytrace(['drift', CONFIG, '--format', 'json'])
    assert.deepEqual([code, err], [1, ''])
    const { schemaVersion, roles, groups, findings } = JSON.parse(out)
    assert.deepEqual([schemaVersion, roles], [1, 6])
    const told = groups.map(
      ({
        name,
        majority,
        members,
        deviations,
      }: {
        name: string
        majority: number
        members: unknown[]
        deviations: { rule: string; arn: string }[]
      }) => [name, majority, members.length, ...deviations.map(({ rule, arn }) => `${rule} ${arn.split('/').at(-1)}`)],
    )
    assert.deepEqual(told, [
      ['{team}-deploy', 2, 3, 'oidc-audience search-deploy', 'oidc-subject search-deploy'],
      ['cost-vendor', 2, 3, 'external-id cost-vendor'],
    ])
    assert.deepEqual(
      findings.map(({ rule }: { rule: string }) => rule),
      ['oidc-broad-subject', 'oidc-without-audience'],
    )
  })

  it('needs no config, and fails on what is as grave as asked', async () => {
    const args = ['drift', '--snapshot', 'docs/drift/snapshot', '--fail-on']
    assert.equal((await denytrace([...args, 'none'])).code, 0)
    const { code, out } = await denytrace([...args, 'security'])
    assert.equal(code, 1)
    assert.match(out, /^cost-vendor {2}\(roles of one name: 3 roles\)$/m)
    assert.match(out, /\[third-party\]/)
  })

  it('tells what is wrong with its input', async () => {
    assertFault(await denytrace(['drift'], { env: {} }), 2, 'usage/missing-option', '--snapshot')
    const of = (stdin: string): Promise<Ran> =>
      denytrace(['drift', '-', '--snapshot', 'docs/drift/snapshot'], { stdin })
    assertFault(await of(''), 3, 'drift/unreadable', 'docs/drift.md')
    assertFault(await of('groups: ['), 3, 'drift/unreadable', 'docs/drift.md')
    assertFault(await of('group: []'), 3, 'drift/wrong-form', '`groups`')
    assertFault(await of('groups: [{ name: a, roles: "{team-deploy" }]'), 3, 'drift/wrong-form', '{team}')
    assertFault(await of('rules: { externalid: off }'), 3, 'drift/wrong-form', 'docs/drift.md')
  })

  it('prints the JSON Schema of its file, and `test` of its own, as the docs have them', async () => {
    for (const [command, page] of [
      ['drift', 'drift'],
      ['test', 'access-tests'],
    ] as const) {
      const { code, out } = await denytrace([command, '--schema'])
      assert.equal(code, 0)
      assert.equal(out, readFileSync(join(ROOT, 'docs', `${page}.schema.json`), 'utf8'))
    }
  })
})
