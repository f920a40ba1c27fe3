/** The steps of action.yml and docs/ci/gitlab.yml as they stand in these files, run by bash in scratch repositories. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { parse } from 'yaml'
import { policy, type Repository, repository } from './git-repository.ts'
import { PROGRAM, ROOT } from './run-cli.ts'

/** What a workflow gives the gate: the action's inputs, or the variables of the job for GitLab. */
interface Given {
  readonly policies?: string
  readonly snapshots?: string
  readonly tests?: string
  readonly base?: string
  readonly 'max-new'?: string
  /** The base that the event or the merge request names. */
  readonly eventBase?: string
  readonly env?: Readonly<Record<string, string>>
}

interface Gate {
  readonly file: string
  readonly script: string
  readonly env: (given: Given) => Readonly<Record<string, string>>
}

const yaml = (file: string): unknown => parse(readFileSync(join(ROOT, file), 'utf8'))

const action = yaml('action.yml') as {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: {
    readonly steps: readonly { readonly run: string; readonly env?: Readonly<Record<string, string>> }[]
  }
}
const job = yaml('docs/ci/gitlab.yml') as {
  readonly variables: Readonly<Record<string, string>>
  readonly denytrace: {
    readonly variables: Readonly<Record<string, string | number>>
    readonly script: readonly string[]
  }
}
const step = action.runs.steps[1] ?? { run: '', env: {} }

const GITHUB: Gate = {
  file: 'action.yml',
  script: step.run,
  env: (given) => {
    const env: Record<string, string> = { GITHUB_ACTIONS: 'true' }
    for (const [name, value] of Object.entries(step.env ?? {})) {
      const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(value)?.[1] ?? assert.fail(`${name} is no input: ${value}`)
      const byDefault = action.inputs[input]?.default ?? assert.fail(`there is no input ${input}`)
      const text = byDefault.startsWith('${{') ? (given.eventBase ?? '') : byDefault
      env[name] = (given as Readonly<Record<string, string>>)[input] ?? text
    }
    return { ...env, ...given.env }
  },
}

const GITLAB: Gate = {
  file: 'docs/ci/gitlab.yml',
  script: job.denytrace.script.join('\n'),
  env: (given) => {
    const env: Record<string, string> = { ...job.variables, CI_MERGE_REQUEST_DIFF_BASE_SHA: given.eventBase ?? '' }
    for (const [name, value] of Object.entries(job.denytrace.variables)) env[name] = String(value)
    for (const name of ['policies', 'snapshots', 'tests', 'base', 'max-new'] as const) {
      const value = given[name]
      if (value !== undefined) env[`DENYTRACE_${name.toUpperCase().replace('-', '_')}`] = value
    }
    return { ...env, ...given.env }
  },
}

interface Ended {
  readonly code: number | null
  readonly out: string
}

function run(t: TestContext, { script, env }: Gate, at: string, given: Given): Ended {
  const bin = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(bin, { recursive: true, force: true }))
  const program = `#!/bin/sh\nexec ${PROGRAM.map((word) => `"${word}"`).join(' ')} "$@"\n`
  writeFileSync(join(bin, 'denytrace'), program)
  chmodSync(join(bin, 'denytrace'), 0o755)
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: at,
    encoding: 'utf8',
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: bin, TMPDIR: bin, ...env(given) },
  })
  return { code: status, out: stdout + stderr }
}

/** The lines that GitHub's runner takes for commands: `::name::` after blanks, but where they were stopped. */
function commandsIn(out: string): readonly string[] {
  const found: string[] = []
  let stopped: string | undefined
  for (const line of out.split(/\r\n|\r|\n/).map((one) => one.trimStart())) {
    if (stopped !== undefined) {
      if (line === `::${stopped}::`) stopped = undefined
      continue
    }
    const stop = /^::stop-commands::(.+)$/.exec(line)?.[1]
    if (stop !== undefined) stopped = stop
    else if (line.startsWith('::') || line.includes('##[')) found.push(line)
  }
  return found
}

/** A clone as a runner makes it of the branch `change`, with one commit on top of the base. */
function clone(t: TestContext, { at, git }: Repository, ...options: readonly string[]): string {
  git('switch', '-qc', 'change')
  writeFileSync(join(at, 'iam', 'app.json'), policy('s3:*'))
  git('commit', '-qam', 'change')
  const to = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(to, { recursive: true, force: true }))
  execFileSync('git', ['clone', '-q', ...options, '--branch', 'change', `file://${at}`, to], { stdio: 'ignore' })
  return to
}

/** The job failed, with one sentence that says why, and compared nothing. */
function assertStopped({ code, out }: Ended, gate: Gate, why: RegExp, exit = 3): void {
  assert.equal(code, exit, out)
  assert.match(out, gate === GITHUB ? /^::error title=denytrace::\S/m : /^denytrace: \S/m)
  assert.match(out, why)
  assert.doesNotMatch(out, /## Access/)
}

it('both files run the same script', () => {
  const inner = /^bash -s <<'SCRIPT'\n([^]*\n)SCRIPT\n$/.exec(job.denytrace.script[1] ?? '')?.[1]
  assert.equal(inner, step.run)
  assert.match(step.run, /^set -eo pipefail\n/)
})

it('what GitHub and GitLab call the base is what the scripts are given', () => {
  const sources = ['pull_request.base.sha', 'merge_group.base_sha', 'before'].map((name) => `github.event.${name}`)
  assert.equal(action.inputs['base']?.default, `\${{ ${sources.join(' || ')} }}`)
  assert.ok(job.denytrace.script[0]?.includes('CI_MERGE_REQUEST_DIFF_BASE_SHA'))
  assert.equal(job.denytrace.variables['GIT_DEPTH'], 0)
})

for (const gate of [GITHUB, GITLAB])
  describe(`${gate.file} compares`, () => {
    it('with the right base: less passes; more fails, a new file and one that git does not know yet too', (t) => {
      const { at, git } = repository(t)
      const summary = join(at, '.git', 'summary.md')
      const given = { policies: 'iam/*.json\n', eventBase: 'HEAD', env: { GITHUB_STEP_SUMMARY: summary } }
      writeFileSync(join(at, 'iam', 'app.json'), policy('s3:GetObject'))
      const less = run(t, gate, at, given)
      assert.equal(less.code, 0, less.out)
      assert.match(readFileSync(summary, 'utf8'), /^## Access: no new access$/m)
      writeFileSync(join(at, 'iam', 'new file.json'), policy('s3:DeleteObject'))
      const more = run(t, gate, at, given)
      assert.equal(more.code, 1, more.out)
      assert.match(more.out, /^compare ended with 0: iam\/app\.json$/m)
      assert.match(more.out, /^compare ended with 1: iam\/new\\ file\.json$/m)
      assert.match(more.out, /s3:DeleteObject on arn:aws:s3:::b\/\*/)
      git('add', '-A')
      assert.equal(run(t, gate, at, given).code, 1)
      assert.equal(run(t, gate, at, { ...given, 'max-new': '1' }).code, 0)
    })

    it('in a clone with its whole history, and a deleted file against nothing', (t) => {
      const made = repository(t)
      const at = clone(t, made)
      const eventBase = made.git('rev-parse', 'main').trim()
      const { code, out } = run(t, gate, at, { policies: 'iam/*.json', eventBase })
      assert.equal(code, 1, out)
      rmSync(join(at, 'iam', 'app.json'))
      const gone = run(t, gate, at, { policies: 'iam/app.json', eventBase })
      assert.equal(gone.code, 0, gone.out)
      assert.match(gone.out, /^compare ended with 0: iam\/app\.json$/m)
    })

    it('a file with another name with what it was under its old one', (t) => {
      const { at, git } = repository(t)
      renameSync(join(at, 'iam', 'app.json'), join(at, 'iam', 'deploy.json'))
      git('add', '-A')
      const given = { policies: 'iam/*.json', eventBase: 'HEAD' }
      const same = run(t, gate, at, given)
      assert.equal(same.code, 0, same.out)
      assert.match(same.out, /^compare ended with 0: iam\/deploy\.json, before: iam\/app\.json$/m)
      writeFileSync(join(at, 'iam', 'deploy.json'), policy('s3:GetObject', 's3:PutObject', 's3:PutObjectAcl'))
      const more = run(t, gate, at, given)
      assert.equal(more.code, 1, more.out)
      assert.match(more.out, /s3:PutObjectAcl/)
    })

    it('nothing where nothing changed, and says so', (t) => {
      const { at } = repository(t)
      const { code, out } = run(t, gate, at, { policies: 'iam/*.json', eventBase: 'HEAD' })
      assert.equal(code, 0, out)
      assert.match(out, /^Nothing changed: 2 policy files, and none differs from [0-9a-f]{40}\.$/m)
    })

    it('files with line ends, quotes and commands in their names, of which none becomes a command', (t) => {
      const { at, git } = repository(t)
      const names = ['a\n::error::pwned\n.json', `q"'$(touch pwned)\`x\`.json`, '-x.json', 'HEAD:b.json', 'ü ü.json']
      for (const name of names) writeFileSync(join(at, 'iam', name), policy('s3:GetObject'))
      const equals = { 'aws:PrincipalTag/x': Array.from({ length: 20 }, () => '::error::pwned').join(' ') }
      const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { StringEquals: equals } }
      const hostile = { Version: '2012-10-17', Statement: [statement] }
      writeFileSync(join(at, 'iam', 'in-the-report.json'), JSON.stringify(hostile))
      const given = { policies: 'iam/*.json', eventBase: 'HEAD' }
      const added = run(t, gate, at, given)
      assert.equal(added.code, 1, added.out)
      assert.equal(added.out.match(/^compare ended with 1: /gm)?.length, names.length + 1)
      git('add', '-A')
      git('commit', '-qm', 'names')
      for (const name of names) writeFileSync(join(at, 'iam', name), policy('s3:DeleteObject'))
      const changed = run(t, gate, at, given)
      assert.equal(changed.out.match(/^compare ended with 1: /gm)?.length, names.length, changed.out)
      for (const { out } of [added, changed]) {
        if (gate === GITHUB) assert.deepEqual(commandsIn(out), [])
        else assert.doesNotMatch(out, /^::error::pwned\n/m)
      }
      assert.ok(!existsSync(join(at, 'pwned')))
    })

    it('a snapshot that both sides have', (t) => {
      const { at } = repository(t)
      const { code, out } = run(t, gate, at, { snapshots: 'snapshot', eventBase: 'HEAD' })
      assert.equal(code, 0, out)
      assert.match(out, /^## Access: no new access$/m)
    })

    it('no file of the change in place of what the base holds', (t) => {
      const { at, git } = repository(t)
      const eventBase = git('rev-parse', 'HEAD').trim()
      writeFileSync(join(at, 'iam', 'app.json'), policy('s3:*'))
      mkdirSync(join(at, `${eventBase}:.`, 'iam'), { recursive: true })
      writeFileSync(join(at, `${eventBase}:.`, 'iam', 'app.json'), policy('s3:*'))
      assert.equal(run(t, gate, at, { policies: 'iam/*.json', eventBase }).code, 3)
    })
  })

for (const gate of [GITHUB, GITLAB])
  describe(`${gate.file} fails, and says why, where nothing can be compared:`, () => {
    it('a shallow clone without the base, until it is fetched', (t) => {
      const made = repository(t)
      const eventBase = made.git('rev-parse', 'main').trim()
      const at = clone(t, made, '--depth', '1')
      const given = { policies: 'iam/*.json', eventBase }
      assertStopped(run(t, gate, at, given), gate, /base [0-9a-f]{40} is not in this clone\. Fetch it: fetch-depth 0/)
      assertStopped(run(t, gate, at, { snapshots: 'snapshot', eventBase }), gate, /is not in this clone/)
      execFileSync('git', ['fetch', '-q', '--depth=1', 'origin', eventBase], { cwd: at, stdio: 'ignore' })
      const fetched = run(t, gate, at, given)
      assert.equal(fetched.code, 1, fetched.out)
    })

    it('the first push of a branch, an event without a base, a base that is an option or not there', (t) => {
      const { at } = repository(t)
      const bases: readonly (readonly [base: string, why: RegExp])[] = [
        ['0'.repeat(40), /before the first push of a branch there is nothing\. Set base/],
        ['', /there is no base to compare with: an event such as workflow_dispatch names none\. Set base/],
        ['--all', /the base --all is no revision/],
        ['nowhere\n::error::pwned', /the base .* is not in this clone/],
      ]
      for (const [eventBase, why] of bases)
        for (const given of [{ policies: 'iam/*.json' }, { snapshots: 'snapshot' }]) {
          const ended = run(t, gate, at, { ...given, eventBase })
          assertStopped(ended, gate, why)
          assert.doesNotMatch(ended.out, /^::error::pwned/m)
        }
      const named = run(t, gate, at, { policies: 'iam/*.json', base: 'HEAD', eventBase: '' })
      assert.equal(named.code, 0, named.out)
    })

    it('a pattern that matches nothing, alone, beside one that does, and patterns that undo each other', (t) => {
      const { at } = repository(t)
      const patterns: readonly (readonly [policies: string, why: RegExp])[] = [
        ['policies/*.json', /pattern policies\/\\\*\.json matches no file, neither here nor in the base/],
        ['iam/*.json\niam/*.jsn\n', /pattern iam\/\\\*\.jsn matches no file/],
        ['iam/*.json\n:(exclude)iam/*.json', /the patterns together match no file/],
        ['/etc/*.json', /git cannot use the pattern/],
        ['$(touch pwned); `touch pwned`', /matches no file/],
      ]
      for (const [policies, why] of patterns)
        assertStopped(run(t, gate, at, { policies, eventBase: 'HEAD' }), gate, why)
      assert.ok(!existsSync(join(at, 'pwned')))
    })

    it('no inputs, no repository, a snapshot that the base has not, a file that is no policy', (t) => {
      const { at } = repository(t)
      assertStopped(run(t, gate, at, { eventBase: 'HEAD' }), gate, /nothing is given to check\. Set policies/, 2)
      assertStopped(run(t, gate, at, { policies: ' \n', tests: ' ', eventBase: 'HEAD' }), gate, /nothing is given/, 2)
      assertStopped(
        run(t, gate, at, { snapshots: 'snaps', eventBase: 'HEAD' }),
        gate,
        /the base has no snaps to compare/,
      )
      const nowhere = mkdtempSync(join(tmpdir(), 'denytrace-'))
      t.after(() => rmSync(nowhere, { recursive: true, force: true }))
      assertStopped(
        run(t, gate, nowhere, { policies: '*.json', eventBase: 'HEAD' }),
        gate,
        /git cannot read a repository/,
      )
      writeFileSync(join(at, 'iam', 'app.json'), '{')
      const broken = run(t, gate, at, { policies: 'iam/*.json', eventBase: 'HEAD' })
      assert.equal(broken.code, 3, broken.out)
      assert.match(broken.out, /documents\/unreadable/)
    })
  })

it('action.yml fails on pull_request_target, which checks out the base', (t) => {
  const { at, git } = repository(t)
  const env = { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_SHA: git('rev-parse', 'HEAD').trim() }
  const ended = run(t, GITHUB, at, { policies: 'iam/*.json', eventBase: 'HEAD', env })
  assertStopped(ended, GITHUB, /the base is checked out and not the change\. Run on pull_request/)
})

for (const gate of [GITHUB, GITLAB])
  it(`${gate.file} runs access tests, and takes no file's name for an option`, (t) => {
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
    const env = { DENYTRACE_REPORTER: 'github' }
    const { code, out } = run(t, gate, at, { tests: 'access.test.json', env })
    assert.equal(code, 1, out)
    assert.match(out, /^::error file=access\.test\.json,/m)
    writeFileSync(join(at, '--schema'), '{}')
    assert.equal(run(t, gate, at, { tests: '*chema', env }).code, 3)
    assert.equal(run(t, gate, at, { tests: 'none/*.test.json', env }).code, 3)
  })
