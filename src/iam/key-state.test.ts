import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, isMultivaluedGlobalKey, PRESENT, several, single, UNKNOWN } from './key-state.ts'

describe('what is known of a context key', () => {
  it('is one value, several, none, that there is one, or nothing (R-COND-60)', () => {
    assert.deepEqual(single('v'), { state: 'values', values: ['v'], multivalued: false })
    assert.deepEqual(several(['v']), { state: 'values', values: ['v'], multivalued: true })
    assert.deepEqual(
      [ABSENT, PRESENT, UNKNOWN].map(({ state }) => state),
      ['absent', 'present', 'unknown'],
    )
  })

  it('is that it is absent where the list of its values is empty (R-COND-24)', () =>
    assert.deepEqual(several([]), ABSENT))
})

describe('a global key', () => {
  it('holds several values where AWS’s page lists it among the multivalued ones (R-CTX-02)', () => {
    for (const key of [
      'aws:CalledVia',
      'aws:TagKeys',
      'aws:PrincipalOrgPaths',
      'aws:ResourceOrgPaths',
      'aws:SourceOrgPaths',
      'aws:VpceOrgPaths',
      'aws:PrincipalServiceNamesList',
    ])
      assert.equal(isMultivaluedGlobalKey(key.toLowerCase()), true, key)
  })

  it('holds one value otherwise (R-CTX-02)', () => {
    for (const key of ['aws:CalledViaFirst', 'aws:SourceIp', 'aws:PrincipalOrgID', 'aws:RequestTag/a', 's3:prefix'])
      assert.equal(isMultivaluedGlobalKey(key.toLowerCase()), false, key)
  })
})
