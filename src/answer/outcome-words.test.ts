import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outcomeWords } from './outcome-words.ts'

const fixOn = (resource: string) =>
  ({
    cures: [0],
    changes: [{ patch: [{ op: 'add', path: '/Statement/-', value: { Effect: 'Allow', Resource: resource } }] }],
    replay: { decision: 'allowed' },
    proof: { status: 'proved' },
  }) as const

const stepOn = (resource: string) =>
  [
    { relation: 'denied', request: { action: 's3:GetObject', resource }, decision: { decision: 'denied', layers: [] } },
  ] as const

describe('the outcome of a fix for a resource that nobody names', () => {
  for (const resource of ['arn:aws:s3:::b/KEY', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:NAME-??????'])
    it(`asks for the real name first: ${resource}`, () => {
      assert.match(outcomeWords(fixOn(resource), stepOn(resource)), /^Replace (?:KEY|NAME) with the real name first/)
    })

  it('asks for it, too, where the request has no resource at all', () => {
    const [step] = stepOn('')
    const words = outcomeWords(fixOn('arn:aws:kms:REGION:ACCOUNT_ID:key/NAME'), [
      { ...step, request: { action: 'kms:Decrypt', resource: null } },
    ])
    assert.match(words, /^Replace REGION and NAME with the real values first/)
  })

  it('asks for nothing where the evidence names it, or the change does not', () => {
    const named = 'arn:aws:s3:::b/reports/a.csv'
    assert.match(outcomeWords(fixOn(named), stepOn(named)), /^The call then succeeds/)
    assert.match(outcomeWords(fixOn('arn:aws:s3:::b/*'), stepOn('arn:aws:s3:::b/KEY')), /^The call then succeeds/)
  })
})

/** Whoever can start such a job gets the role's permissions: https://docs.github.com/en/actions/reference/security/oidc */
describe('the outcome of a fix that accepts one more subject of a token', () => {
  const KEY = '/Statement/0/Condition/StringEquals/token.actions.githubusercontent.com:sub'
  const withSubject = (subject: string) =>
    ({
      cures: [0],
      changes: [
        {
          patch: [{ op: 'replace', path: KEY, value: ['repo:acme/app:ref:refs/heads/main', subject] }],
          before: { Statement: [{ Condition: { sub: 'repo:acme/app:ref:refs/heads/main' } }] },
        },
      ],
      replay: { decision: 'allowed' },
      proof: { status: 'proved' },
    }) as const

  for (const [subject, words] of [
    ['repo:acme/app:pull_request', 'pull requests of acme/app'],
    ['repo:acme/app:environment:prod', 'jobs of acme/app in environment prod'],
    ['repo:acme/app:ref:refs/heads/feature/x', 'branch feature/x of acme/app'],
    ['repo:acme@1/app@2:ref:refs/tags/v1', 'tag v1 of acme@1/app@2'],
    ['project_path:team/app:ref_type:branch:ref:main', 'branch main of team/app'],
  ] as const)
    it(`says whom it lets in: ${words}`, () => {
      const outcome = outcomeWords(withSubject(subject), stepOn('arn:aws:iam::111122223333:role/deploy'))
      assert.ok(outcome.endsWith(`Make this change only if ${words} may assume the role.`), outcome)
    })
})
