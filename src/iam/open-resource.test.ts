/** What policies cover of an ARN of which only a pattern is known (R-REQ-05, R-RES-10, R-MSG-23). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, type Lookup, single, UNKNOWN } from './key-state.ts'
import { openArn, openTruth } from './open-resource.ts'
import { withReadings } from './readings.ts'
import { readResourcePattern } from './resource.ts'
import type { Truth } from './truth.ts'

const A = '111122223333'
const SECRET = `arn:aws:secretsmanager:eu-west-1:${A}:secret:shop/db-??????`
const BOB = [`arn:aws:iam::${A}:user/Bob`, `arn:aws:iam::${A}:user/*/Bob`]
const OBJECTS = ['arn:aws:s3:::bucket/*']

const QUEUES = [`arn:aws:sqs:*:${A}:*`]

const nothing: Lookup = () => ABSENT

const covers = (elements: string, patterns: readonly string[], lookup: Lookup = nothing): Truth =>
  openTruth(
    elements.split(' ').map((element) => readResourcePattern(element, '2012-10-17', 'identity')),
    openArn(patterns),
    lookup,
  )

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [elements: string, patterns: readonly string[], covers: Truth])[] = [
  ['*',                                                                  [SECRET], true],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/*`,                        [SECRET], true],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/db-??????`,                [SECRET], true],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/db-*`,                     [SECRET], true],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/db-AbCdEf`,                [SECRET], 'unknown'],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/db-A*`,                    [SECRET], 'unknown'],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/db-?????`,                 [SECRET], false],
  [`arn:aws:secretsmanager:*:${A}:secret:shop/db`,                       [SECRET], false],
  [`arn:aws:secretsmanager:us-*:${A}:secret:*`,                          [SECRET], false],
  [`arn:aws:iam::${A}:user/Bob`,                                         BOB,      'unknown'],
  [`arn:aws:iam::${A}:user/*/Bob`,                                       BOB,      'unknown'],
  [`arn:aws:iam::${A}:user/Bob arn:aws:iam::${A}:user/*/Bob`,            BOB,      true],
  [`arn:aws:iam::${A}:user/*`,                                           BOB,      true],
  [`arn:aws:iam::${A}:user/div/*`,                                       BOB,      'unknown'],
  [`arn:aws:iam::${A}:user/ann`,                                         BOB,      false],
  [`arn:aws:iam::${A}:user/*/ann`,                                       BOB,      false],
  [`arn:aws:iam::${A}:role/*`,                                           BOB,      false],
  ['arn:aws:s3:::bucket/*',                                              OBJECTS,  true],
  ['arn:aws:s3:::*',                                                     OBJECTS,  true],
  ['arn:aws:s3:::bucket/logs/*',                                         OBJECTS,  'unknown'],
  ['arn:aws:s3:::bucket/*.txt',                                          OBJECTS,  'unknown'],
  ['arn:aws:s3:::bucket',                                                OBJECTS,  false],
  ['arn:aws:s3:::other/*',                                               OBJECTS,  false],
  ['arn:aws:s3:::bucket/${aws:username}/*',                              OBJECTS,  'unknown'],
  ['arn:aws:sqs:*:*:*',                                                  QUEUES,   true],
  ['arn:aws:sqs:eu-*:*:*',                                               QUEUES,   'unknown'],
  [`arn:aws:sqs:*:${A.slice(1)}:*`,                                      QUEUES,   false],
  [`arn:aws:sqs:eu-west-?:1*:q`,                                         QUEUES,   'unknown'],
  [`arn:aws-cn:sqs:*:${A}:*`,                                            QUEUES,   false],
]

describe('of an ARN that is not known in full', () => {
  for (const [elements, patterns, wanted] of ROWS)
    it(`${elements} covers ${wanted === true ? 'all' : wanted === false ? 'nothing' : 'perhaps some'} of ${patterns[0]}`, () =>
      assert.equal(covers(elements, patterns), wanted))

  it('a variable stands for what it is', () => {
    const element = `arn:aws:iam::${A}:user/*/\${aws:username}`
    assert.equal(
      covers(element, BOB, () => single('Bob')),
      'unknown',
    )
    assert.equal(
      covers(element, BOB, () => UNKNOWN),
      'unknown',
    )
    assert.equal(
      covers(`${element} arn:aws:iam::${A}:user/\${aws:username}`, BOB, () => single('Bob')),
      true,
    )
  })

  it('a policy that writes the characters of an example covers no more than it says', () => {
    const odd = `arn:aws:secretsmanager:*:${A}:secret:shop/db-${'\u{10FFFD}'.repeat(6)}`
    assert.equal(covers(odd, [SECRET]), false, 'no secret ends so')
    assert.equal(covers(`arn:aws:s3:::bucket/ arn:aws:s3:::bucket/\u{10FFFD}*`, OBJECTS), 'unknown')
    assert.equal(covers(`${odd} arn:aws:secretsmanager:*:${A}:secret:shop/*`, [SECRET]), true)
  })

  it('an ARN that is read as one text is compared as one (X-12)', () => {
    const asText = withReadings({ 'arn-patterns': 'as-text' })
    const read = (source: string) => [readResourcePattern(source, '2012-10-17', 'identity', asText)]
    assert.equal(openTruth(read('arn:aws:s3*bucket/*'), openArn(OBJECTS), nothing), true)
    assert.equal(openTruth(read('arn:aws:s3*bucket/a*'), openArn(OBJECTS), nothing), 'unknown')
    assert.equal(openTruth(read('arn:aws:sqs*'), openArn(OBJECTS), nothing), false)
  })
})
