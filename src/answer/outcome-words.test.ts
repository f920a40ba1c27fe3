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
    assert.match(words, /^Replace NAME with the real name first/)
  })

  it('asks for nothing where the evidence names it, or the change does not', () => {
    const named = 'arn:aws:s3:::b/reports/a.csv'
    assert.match(outcomeWords(fixOn(named), stepOn(named)), /^The call then succeeds/)
    assert.match(outcomeWords(fixOn('arn:aws:s3:::b/*'), stepOn('arn:aws:s3:::b/KEY')), /^The call then succeeds/)
  })
})
