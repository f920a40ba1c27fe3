/** No new access in a pull request: compare over revisions of git. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { policy, repository } from './git-repository.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

describe('compare over revisions of git', () => {
  it('reads REV:PATH, files and snapshots, and checks nothing out', async (t) => {
    const { at, git } = repository(t)
    writeFileSync(join(at, 'iam', 'app.json'), policy('s3:GetObject', 's3:DeleteObject'))
    const run = (...args: readonly string[]) => denytrace(['compare', ...args, '--format', 'json'], { cwd: at })
    const { code, out, err } = await run('HEAD:iam/app.json', 'iam/app.json')
    assert.deepEqual([code, err], [1, ''])
    const { newAccess, newlyAllowed, lostAccess } = JSON.parse(out)
    assert.deepEqual([newAccess, lostAccess, newlyAllowed[0].actions], ['some', 'some', ['s3:DeleteObject']])
    assert.equal((await run('HEAD:iam/app.json', 'iam/app.json', '--max-new', '1')).code, 0)
    assert.equal((await run('HEAD:iam/app.json', 'iam/app.json', '--max-new', '1', '--fail-on-lost')).code, 1)
    git('commit', '-qam', 'next')
    assert.equal((await run('HEAD~1:iam/app.json', 'HEAD:iam/app.json')).code, 1)
    const same = await run('HEAD~1:snapshot', 'HEAD:snapshot')
    assert.deepEqual([same.code, JSON.parse(same.out).newAccess], [0, 'none'])
    assert.equal(git('status', '--short'), '')
  })

  it('tells what git does not know', async (t) => {
    const { at } = repository(t)
    for (const name of ['HEAD:nowhere.json', 'nobranch:iam/app.json', 'HEAD:iam']) {
      const { code, err, out } = await denytrace(['compare', name, 'iam/app.json'], { cwd: at })
      assert.deepEqual([code, out], [3, ''])
      assert.match(err, /^(?:input|snapshot)\/not-found: .*\nhint: .+\n$/)
    }
    const { code, err } = await denytrace(['compare', 'iam/app.json', 'iam/app.json', '--max-new', 'x'], { cwd: at })
    assert.equal(code, 2)
    assert.match(err, /^usage\/not-a-value: /)
  })

  it('takes no file of the change for what is in a revision, whatever its name', async (t) => {
    const { at, git } = repository(t)
    const base = git('rev-parse', 'HEAD').trim()
    writeFileSync(join(at, 'iam', 'app.json'), policy('s3:*'))
    for (const name of [`${base}:./iam/app.json`, 'HEAD:iam/app.json']) {
      mkdirSync(join(at, dirname(name)), { recursive: true })
      writeFileSync(join(at, name), policy('s3:*'))
      const { code, err, out } = await denytrace(['compare', name, './iam/app.json'], { cwd: at })
      assert.deepEqual([code, out], [3, ''])
      assert.match(err, /^input\/ambiguous: .*\nhint: write `\.\/.+\n$/)
      assert.equal((await denytrace(['compare', `./${name}`, './iam/app.json'], { cwd: at })).code, 0)
    }
  })

  it('reads what git calls by a name with a line end', async (t) => {
    const { at, git } = repository(t)
    const name = 'iam/a\n::error::b.json'
    writeFileSync(join(at, name), policy('s3:GetObject'))
    git('add', '-A')
    git('commit', '-qm', 'odd')
    writeFileSync(join(at, name), policy('s3:*'))
    const { code, out } = await denytrace(['compare', `HEAD:${name}`, name, '--format', 'markdown'], { cwd: at })
    assert.equal(code, 1)
    assert.doesNotMatch(out, /^\s*::/m)
  })

  it('compares the state of Terraform with a plan', async () => {
    const plan = 'examples/terraform-plan.json'
    const { code, out } = await denytrace(['compare', plan, plan, '--no-organization', '--format', 'json'])
    assert.equal(JSON.parse(out).newAccess === 'some', false)
    assert.ok(code === 0 || code === 4)
  })
})
