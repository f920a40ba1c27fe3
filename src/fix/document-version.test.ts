import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { canHold, withVersion } from './document-version.ts'

// R-VAR-01, R-VAR-03: `${*}` stands for a star in version 2012-10-17 alone.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
const STATEMENT = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/a${*}b' }
const adds = [{ op: 'add', path: '/Statement/-', value: STATEMENT }] as const
const document = (Resource: string, Version?: string) => ({
  ...(Version === undefined ? {} : { Version }),
  Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource }],
})
const paths = (value: unknown): readonly string[] => withVersion(value, adds).map(({ op, path }) => `${op} ${path}`)

describe('a statement that needs variables', () => {
  test('gets the version that has them, where nothing else in the document looks like one', () => {
    assert.deepEqual(paths(document('*')), ['add /Version', 'add /Statement/-'])
    assert.deepEqual(paths(document('*', '2008-10-17')), ['replace /Version', 'add /Statement/-'])
  })

  test('leaves the version of a document in which the characters stand for themselves', () => {
    const literal = document('arn:aws:s3:::b/${aws:username}', '2008-10-17')
    assert.deepEqual(paths(literal), ['add /Statement/-'])
    assert.equal(canHold(literal, STATEMENT), false)
    assert.equal(canHold(literal, { ...STATEMENT, Resource: '*' }), true)
  })

  test('finds the version in a document that is new enough, or new', () => {
    assert.deepEqual(paths(document('arn:aws:s3:::b/${aws:username}', '2012-10-17')), ['add /Statement/-'])
    assert.equal(canHold(document('${aws:username}', '2012-10-17'), STATEMENT), true)
    assert.deepEqual(paths(null), ['add /Statement/-'])
  })

  test('any other leaves the version alone', () => {
    const plain = [{ op: 'add', path: '/Statement/-', value: { ...STATEMENT, Resource: '*' } }] as const
    assert.deepEqual(withVersion(document('*'), plain), plain)
  })
})
