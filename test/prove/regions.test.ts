import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regionsOf } from '#prove/regions.ts'

const APART = { accounts: ['111122223333'], services: ['s3'] }

/** In which words it is told that something holds below `artifacts/`, where these patterns are written. */
const told = (...patterns: readonly string[]): readonly (readonly string[])[] =>
  regionsOf('*', patterns, APART, (arn) => {
    const key = arn.startsWith('arn:aws:s3:::artifacts/') ? 'yes' : 'no'
    return { key, value: key }
  })
    .regions.filter(({ value }) => value === 'yes')
    .map(({ resources }) => resources)

test('what a pattern without a variable says is told by it, in whatever order they come', () => {
  const [whole, own] = ['arn:aws:s3:::artifacts/*', 'arn:aws:s3:::artifacts/${aws:username}']
  assert.deepEqual(told(own, whole), [[whole]])
  assert.deepEqual(told(whole, own), [[whole]])
  assert.deepEqual(told(own), [[own]])
})
