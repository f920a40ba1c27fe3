/** Subjects of GitHub's tokens that are almost the one of a trust policy (docs.github.com, "OpenID Connect reference"). */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { subjectHint } from './subject-hint.ts'

const BRANCH = 'repo:octo-org/octo-repo:ref:refs/heads/main'
const IMMUTABLE = 'repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main'

const ROWS: readonly [title: string, expected: string, value: string, hint: RegExp | undefined][] = [
  ['an environment instead of a branch', BRANCH, 'repo:octo-org/octo-repo:environment:prod', /runs in an environment/],
  ['a branch instead of an environment', 'repo:octo-org/octo-repo:environment:prod', BRANCH, /the job runs in none/],
  ['a pull request', BRANCH, 'repo:octo-org/octo-repo:pull_request', /for a pull request/],
  ['an actor in a customized subject', BRANCH, `${BRANCH}:actor:octocat`, /names the `actor:`/],
  ['other capitals below a wildcard', 'repo:Octo-Org/octo-repo:*', BRANCH, /letter case: .*`Octo-Org\/octo-repo`/],
  ['ids beside the names', BRANCH, IMMUTABLE, /immutable subject/],
  ['ids beside the names, below a wildcard', 'repo:octo-org/octo-repo:*', IMMUTABLE, /immutable subject/],
  ['names alone where there should be ids', IMMUTABLE, BRANCH, /the token names alone/],
  ['a repository made anew under the name', IMMUTABLE, IMMUTABLE.replace('456789', '456780'), /other ids/],
  ['another branch is another branch', BRANCH, 'repo:octo-org/octo-repo:ref:refs/heads/dev', undefined],
  ['another repository is another', BRANCH, 'repo:octo-org/other:ref:refs/heads/main', undefined],
  ['what is no subject of GitHub', 'system:serviceaccount:a:b', 'system:serviceaccount:a:c', undefined],
]
for (const [title, expected, value, hint] of ROWS)
  it(title, () => {
    const found = subjectHint([expected], value)
    if (hint === undefined) assert.equal(found, undefined)
    else assert.match(found ?? '', hint)
  })
