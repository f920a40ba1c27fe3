/** A scratch repository of git, for tests of what a pull request changes. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { ROOT } from './run-cli.ts'

/** A policy that allows these actions on the objects of one bucket. */
export const policy = (...actions: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: 'arn:aws:s3:::b/*' }],
  })

export interface Repository {
  readonly at: string
  readonly git: (...args: readonly string[]) => string
}

/** A repository with a base, and a working directory on top of it. */
export function repository(t: TestContext): Repository {
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
