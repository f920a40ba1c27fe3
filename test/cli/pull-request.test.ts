/** No new access in a pull request: compare over revisions, and the scripts of action.yml and docs/ci/gitlab.yml as they are. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { parse } from 'yaml'
import { denytrace, PROGRAM, ROOT } from './run-cli.ts'

const policy = (...actions: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: 'arn:aws:s3:::b/*' }],
  })

/** A repository with a base, and a working directory on top of it. */
function repository(t: TestContext): { readonly at: string; readonly git: (...args: readonly string[]) => string } {
  const at = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(at, { recursive: true, force: true }))
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...args],
      {
        cwd: at,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
  mkdirSync(join(at, 'iam'))
  writeFileSync(join(at, 'iam', 'same.json'), policy('s3:ListBucket'))
  writeFileSync(join(at, 'iam', 'app.json'), policy('s3:GetObject', 's3:PutObject'))
  cpSync(join(ROOT, 'examples', 'half-cross-account', 'snapshot'), join(at, 'snapshot'), { recursive: true })
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'base')
  return { at, git }
}

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

  it('compares the state of Terraform with a plan', async () => {
    const plan = 'examples/terraform-plan.json'
    const { code, out } = await denytrace(['compare', plan, plan, '--no-organization', '--format', 'json'])
    assert.equal(JSON.parse(out).newAccess === 'some', false)
    assert.ok(code === 0 || code === 4)
  })
})

interface Action {
  readonly runs: {
    readonly steps: readonly {
      readonly name: string
      readonly run: string
      readonly env?: Readonly<Record<string, string>>
    }[]
  }
}

const scripts: readonly (readonly [name: string, script: string])[] = [
  ['action.yml', (parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action).runs.steps[1]?.run ?? ''],
  ['docs/ci/gitlab.yml', gitlabScript()],
]

function gitlabScript(): string {
  const page = parse(readFileSync(join(ROOT, 'docs', 'ci', 'gitlab.yml'), 'utf8')) as {
    readonly denytrace: { readonly script: readonly string[] }
  }
  const script = page.denytrace.script[1] ?? ''
  assert.match(script, /^bash -s <<'SCRIPT'\n/)
  return script
}

for (const [name, script] of scripts)
  describe(name, () => {
    const run = (at: string, env: Readonly<Record<string, string>>) => {
      const bin = join(at, '.git', 'bin')
      mkdirSync(bin, { recursive: true })
      const program = `#!/bin/sh\nexec ${PROGRAM.map((word) => `"${word}"`).join(' ')} "$@"\n`
      writeFileSync(join(bin, 'denytrace'), program)
      chmodSync(join(bin, 'denytrace'), 0o755)
      return spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
        cwd: at,
        encoding: 'utf8',
        env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DENYTRACE_BASE: 'HEAD', ...env },
      })
    }

    it('passes what gives nothing new, and fails what does, a new file too', (t) => {
      const { at, git } = repository(t)
      const summary = join(at, '.git', 'summary.md')
      const env = { DENYTRACE_POLICIES: 'iam/*.json\n', GITHUB_STEP_SUMMARY: summary }
      writeFileSync(join(at, 'iam', 'app.json'), policy('s3:GetObject'))
      const less = run(at, env)
      assert.equal(less.status, 0, less.stdout + less.stderr)
      assert.match(readFileSync(summary, 'utf8'), /^## Access: no new access$/m)
      writeFileSync(join(at, 'iam', 'new file.json'), policy('s3:DeleteObject'))
      git('add', '-A')
      const more = run(at, env)
      assert.equal(more.status, 1, more.stdout + more.stderr)
      assert.match(more.stdout, /^iam\/new file\.json: compare ended with 1$/m)
      assert.match(more.stdout, /s3:DeleteObject on arn:aws:s3:::b\/\*/)
      assert.equal(run(at, { ...env, DENYTRACE_MAX_NEW: '1' }).status, 0)
    })

    it('runs access tests, and an input is never part of a script', (t) => {
      const { at } = repository(t)
      const file = {
        scenario: join(ROOT, 'test', 'samples', 'suite', 'scenario.json'),
        tests: [
          {
            name: 'one',
            principal: 'arn:aws:iam::111122223333:user/dev',
            deny: [{ action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' }],
          },
        ],
      }
      writeFileSync(join(at, 'access.test.json'), JSON.stringify(file))
      const hostile = '$(touch pwned); `touch pwned`'
      const { status, stdout } = run(at, {
        DENYTRACE_TESTS: 'access.test.json',
        DENYTRACE_POLICIES: hostile,
        DENYTRACE_REPORTER: 'github',
      })
      assert.equal(status, 1)
      assert.match(stdout, /^::error file=access\.test\.json,/m)
      assert.throws(() => readFileSync(join(at, 'pwned')))
    })
  })
