/** IAM saves no policy with characters above U+00FF: `?` stands for each, and the change says so (R-GRAM-07, R-GRAM-08). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { isSavable, savableConditions, savablePattern } from '#fix/savable.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const OBJECT = 'arn:aws:s3:::b/отчёт/日本😀.pdf'
const WRITTEN = 'arn:aws:s3:::b/?????/???.pdf'

describe('characters that IAM does not save', () => {
  it('are `?` in a pattern, one for each character', () => {
    assert.equal(savablePattern(OBJECT), WRITTEN)
    assert.equal(savablePattern('arn:aws:s3:::b/é'), 'arn:aws:s3:::b/é')
  })

  it('are `?` under an operator that takes wildcards, and the others of an exact text are characters', () => {
    assert.deepEqual(savableConditions({ StringEquals: { 's3:prefix': '日*', 'aws:SourceVpce': 'vpce-1' } }), {
      StringLike: { 's3:prefix': '?${*}' },
      StringEquals: { 'aws:SourceVpce': 'vpce-1' },
    })
  })

  it('keep a change from being offered where nothing stands for them', () => {
    const operations = [{ op: 'add', path: '/Statement/-', value: { Sid: '日' } }] as const
    assert.equal(isSavable({ layer: 'identity-policy' }, operations), false)
    assert.equal(isSavable({ layer: 'resource-policy', kind: 'key' }, operations), false)
    assert.equal(isSavable({ layer: 'resource-policy', kind: 'bucket' }, operations), true)
  })

  it('are in no document of a fix', () => {
    const fixes = fixesOf({
      request: {
        principal: SESSION,
        principalDetails: { roleArn: `arn:aws:iam::${A}:role/app` },
        action: 's3:GetObject',
        resource: OBJECT,
        resourceAccount: A,
        context: {},
        contextComplete: true,
      },
      policies: {
        complete: true,
        identityPolicies: [
          {
            name: 'p',
            document: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/x' }],
            },
          },
        ],
      },
      organization: null,
    })
    assert.ok(fixes.length > 0)
    for (const { id, changes } of fixes)
      for (const { layer, patch } of changes) assert.ok(isSavable({ layer }, patch), id)
    const [added] = fixes.filter(({ id }) => id === 'identity-policy.exact')
    assert.match(JSON.stringify(added?.changes[0]?.patch), /arn:aws:s3:::b\/\?{5}\/\?{3}\.pdf/)
    assert.match(added?.title ?? '', /`\?` for each character that IAM does not save/)
  })

  it('are in no draft', () => {
    const text = `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "${OBJECT}" because no identity-based policy allows the s3:GetObject action`
    const [diagnosis] = diagnoseToShow(rawEvidence(text)).diagnoses
    const change = [...(diagnosis?.fixes ?? []), ...(diagnosis?.drafts ?? [])][0]?.changes[0]
    assert.ok(change !== undefined)
    assert.ok(isSavable({ layer: 'identity-policy' }, change.patch), JSON.stringify(change.patch))
    assert.match(change.does, /`\?` for each character that IAM does not save/)
  })
})
