import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessSet } from '#space/access-set.ts'
import { grantedText } from './granted-words.ts'
import { exceptTexts, whenText } from './access-words.ts'

const ALL: AccessSet = { principals: ['*'], actions: ['*'], resources: ['*'], conditions: [] }
const SET: AccessSet = { ...ALL, actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*'] }
const TLS = { Bool: { 'aws:SecureTransport': 'false' } }
const ROOT = 'arn:aws:iam::111122223333:root'

describe('an access set in words', () => {
  it('names the principals of an exception that has no condition', () => {
    const set = { ...SET, except: [{ ...SET, principals: [ROOT] }] }
    assert.equal(whenText(set), '')
    assert.deepEqual(exceptTexts(set), [`except by ${ROOT}`])
    assert.equal(grantedText(set), 's3:GetObject on arn:aws:s3:::b/*')
  })

  it('has the resources of an exception that is for all actions, and no exception that is for some principals', () => {
    const set = { ...ALL, actions: ['sns:Publish'] }
    const topics = { ...ALL, resources: ['arn:aws:sns:*:*:*'] }
    const except = [topics, { ...topics, actions: ['sns:*'] }]
    assert.equal(grantedText({ ...set, except }), 'sns:Publish on *, except on arn:aws:sns:*:*:*')
    assert.equal(grantedText({ ...set, except: [{ ...topics, principals: [ROOT] }] }), 'sns:Publish on *')
    assert.equal(grantedText({ ...set, except: [{ ...topics, except: [SET] }] }), 'sns:Publish on *')
    const other = { ...SET, actions: ['s3:*'], except: [{ ...ALL, actions: ['s3:DeleteObject'] }] }
    assert.equal(grantedText(other), 's3:* on arn:aws:s3:::b/*, except s3:DeleteObject')
  })

  it('leaves a condition out of nothing where exceptions with and without one are mixed', () => {
    const except = [
      { ...SET, principals: [ROOT] },
      { ...SET, conditions: [TLS] },
    ]
    assert.equal(whenText({ ...SET, except }), 'unless aws:SecureTransport is false')
  })

  it('says what is left where everything but that is an exception', () => {
    const except = [{ ...SET, except: [{ ...ALL, resources: ['arn:aws:s3:::b/k'] }] }]
    assert.equal(whenText({ ...SET, except }), 'only on arn:aws:s3:::b/k')
  })

  it('names who an exception for all actions and resources is for', () => {
    const set = { ...SET, except: [{ ...ALL, principals: [ROOT] }] }
    assert.deepEqual(exceptTexts(set), [`except by ${ROOT}`])
  })
})
