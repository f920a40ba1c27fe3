import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessSet } from '#space/access-set.ts'
import { ofOtherServices } from './other-services.ts'

const BUCKET = 'arn:aws:s3:::files'
const EU = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }
const set = (more: Partial<AccessSet>): AccessSet => ({
  principals: ['arn:aws:iam::111122223333:role/app'],
  actions: ['*'],
  resources: [BUCKET],
  conditions: [],
  ...more,
})
const except = (more: Partial<AccessSet>): AccessSet => set({ principals: ['*'], resources: ['*'], ...more })

test('all but the actions of the service of the ARN are actions of others', () => {
  assert.deepEqual(ofOtherServices([set({ except: [except({ actions: ['s3:*'] })] })]), [BUCKET])
  assert.deepEqual(ofOtherServices([set({ actions: ['ec2:*'] })]), [BUCKET])
})

test('what is left out under a condition that the set has itself is left out', () => {
  const some = [except({ actions: ['s3:A*', 's3:[b-z]*'] })]
  assert.equal(ofOtherServices([set({ except: some })]), undefined)
  const held = [except({ actions: ['S3:*'], conditions: [EU] })]
  assert.deepEqual(ofOtherServices([set({ conditions: [EU], except: held })]), [BUCKET])
})

test('an action of its own service, a condition of another, another resource: it may hold one', () => {
  assert.equal(ofOtherServices([]), undefined)
  assert.equal(ofOtherServices([set({})]), undefined)
  assert.equal(ofOtherServices([set({ actions: ['s3:GetObject'] })]), undefined)
  assert.equal(ofOtherServices([set({ resources: ['*'], actions: ['ec2:*'] })]), undefined)
  assert.equal(ofOtherServices([set({ except: [except({ actions: ['s3:*'], conditions: [EU] })] })]), undefined)
  assert.equal(
    ofOtherServices([set({ except: [except({ actions: ['s3:*'], resources: [`${BUCKET}/*`] })] })]),
    undefined,
  )
  const own = [set({ principals: ['arn:aws:iam::111122223333:role/other'], actions: ['s3:*'], resources: ['*'] })]
  assert.equal(ofOtherServices([set({ except: own })]), undefined)
  assert.equal(ofOtherServices([set({ except: [except({ actions: ['s3:*'] })] }), set({})]), undefined)
})
