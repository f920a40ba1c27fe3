import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import { actionsOf } from '#iam/facts/actions.ts'
import { notListed, othersListed } from './action-cover.ts'

const holds = (elements: readonly string[], text: string): boolean => {
  const action = readAction(text)
  assert.ok(action !== undefined)
  return elements.some((element) => actionMatches(readActionPattern(element), action))
}

/** Names of the service, and one that no reference has for each way to begin and end. */
const namesOf = (service: string): readonly string[] => [
  ...actionsOf(service),
  ...actionsOf(service).flatMap((name) => [`${name}Zz`, `${name.slice(0, 6)}Zz`]),
]

const CASES: readonly (readonly [elements: readonly string[], spared: string])[] = [
  [['s3:PutBucket*'], 's3:PutBucketTagging'],
  [['s3:*'], 's3:GetObject'],
  [['*'], 's3:GetObject'],
  [['S3:Put*', 's3:getobjectacl', 'ec2:*'], 's3:putobject'],
  [['s3:Get?bject*', 's3:DeleteObject'], 's3:GetObject'],
  [['dynamodb:*Item'], 'dynamodb:GetItem'],
]

describe('the actions of a Deny but for one', () => {
  for (const [elements, spared] of CASES) {
    const service = spared.slice(0, spared.indexOf(':'))
    const isSpared = (name: string): boolean => `${service}:${name}`.toLowerCase() === spared.toLowerCase()

    it(`${elements.join(', ')} less ${spared}, by what is not listed: actions to come stay refused`, () => {
      const left = notListed(elements, spared)
      assert.ok(left !== undefined)
      for (const name of namesOf(service)) {
        const text = `${service}:${name}`
        if (holds(elements, text)) assert.equal(!holds(left, text), !isSpared(name), name)
      }
      for (const name of actionsOf(service))
        if (!holds(elements, `${service}:${name}`)) assert.ok(holds(left, `${service}:${name}`), name)
    })

    it(`${elements.join(', ')} less ${spared}, by the others that are known`, () => {
      const left = othersListed(elements, spared)
      if (elements.includes('*')) return assert.equal(left, undefined)
      assert.ok(left !== undefined)
      assert.ok(!holds(left, spared))
      for (const name of actionsOf(service))
        assert.equal(holds(left, `${service}:${name}`), holds(elements, `${service}:${name}`) && !isSpared(name), name)
    })
  }

  it('takes too many where a pattern may end in anything', () => {
    assert.equal(notListed(['s3:*Acl'], 's3:GetObjectAcl'), undefined)
    assert.ok(othersListed(['s3:*Acl'], 's3:GetObjectAcl')?.includes('s3:PutObjectAcl'))
  })

  it('cannot be said of a service that the reference does not have', () => {
    assert.equal(notListed(['nothing:*'], 'nothing:Do'), undefined)
    assert.equal(othersListed(['nothing:*'], 'nothing:Do'), undefined)
  })
})
