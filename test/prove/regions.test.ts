import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regionsOf } from '#prove/regions.ts'

const APART = { accounts: ['111122223333'], services: ['s3'] }

/** In which words it is told what holds below `artifacts/`, or elsewhere, where these patterns are written. */
const told = (where: 'below' | 'elsewhere', ...patterns: readonly string[]) =>
  regionsOf('*', patterns, APART, (arn) => {
    const key = arn.startsWith('arn:aws:s3:::artifacts/') ? 'below' : 'elsewhere'
    return { key, value: key }
  })
    .regions.filter(({ value }) => value === where)
    .map(({ resources, except }) => ({ resources, except }))

test('what a pattern without a variable says is told by it, in whatever order they come', () => {
  const [whole, own] = ['arn:aws:s3:::artifacts/*', 'arn:aws:s3:::artifacts/${aws:username}']
  for (const patterns of [[own, whole], [whole, own], [whole]]) {
    assert.deepEqual(told('below', ...patterns), [{ resources: [whole], except: [] }])
    assert.deepEqual(told('elsewhere', ...patterns), [{ resources: ['*'], except: [whole] }])
  }
  assert.deepEqual(told('below', own), [{ resources: [own], except: [] }])
})
