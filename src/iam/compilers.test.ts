import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionPatternOf, ANEW, ONCE } from './compilers.ts'
import { DEFAULT_READINGS, withReadings } from './readings.ts'
import type { PolicyPlace } from './resource.ts'

const PLACES: readonly PolicyPlace[] = ['identity', 'boundary', 'session', 'resource', 'trust', 'vpce', 'scp', 'rcp']
const VERSIONS = ['2012-10-17', '2008-10-17']
const RESOURCES = [
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:*',
  'arn:aws:s3',
  'execute-api:/*',
  'arn:aws:s3:::b/${aws:username}/*',
  'arn:aws:iam::*:us?r/x',
]

describe('elements compiled once for all that are written alike', () => {
  it('mean what they mean compiled anew, in each place and version (R-RES-05, R-GRAM-03)', () => {
    for (const round of [1, 2])
      for (const place of PLACES)
        for (const version of VERSIONS)
          for (const source of RESOURCES)
            assert.deepEqual(
              ONCE.resource(source, version, place, DEFAULT_READINGS),
              ANEW.resource(source, version, place, DEFAULT_READINGS),
              `${round} ${place} ${version} ${source}`,
            )
  })

  it('are not taken from one way to read a disputed rule for another', () => {
    const others = withReadings({ 'short-arns': 'never' })
    const source = 'arn:aws:sqs:*'
    assert.equal(ONCE.resource(source, '2012-10-17', 'identity', DEFAULT_READINGS).kind, 'arn')
    assert.equal(ONCE.resource(source, '2012-10-17', 'identity', others).kind, 'never')
    assert.equal(ONCE.resource(source, '2012-10-17', 'identity', DEFAULT_READINGS).kind, 'arn')
  })

  it('are one pattern for one text', () => {
    assert.equal(actionPatternOf('s3:Get*'), actionPatternOf('s3:Get*'))
    const twice = [1, 2].map(() => ONCE.resource('arn:aws:s3:::b/*', '2012-10-17', 'identity', DEFAULT_READINGS))
    assert.equal(twice[0], twice[1])
  })
})
