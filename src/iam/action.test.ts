import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { actionMatches, readAction, readActionElements, readActionPattern } from './action.ts'
import { compileGlob } from './glob.ts'

const covers = (pattern: string, action: string): boolean => {
  const asked = readAction(action)
  assert.ok(asked !== undefined, `${action} is no action`)
  return actionMatches(readActionPattern(pattern), asked)
}

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [pattern: string, action: string, covers: boolean, why: string])[] = [
  ['*',                          's3:GetObject',    true,  'the whole element may be a star (R-ACT-01)'],
  ['s3:*',                       's3:GetObject',    true,  'a star for the name (R-ACT-01)'],
  ['s3:GetObject',               's3:GetObject',    true,  'the same text (R-ACT-01)'],
  ['S3:getOBJECT',               's3:GetObject',    true,  'letter case counts in neither part (R-ACT-01)'],
  ['s3:Get*',                    's3:GETOBJECT',    true,  'letter case counts in neither part (R-ACT-01)'],
  ['s3:*Object',                 's3:GetObject',    true,  'a star in front (R-ACT-01)'],
  ['s3:*Obj*',                   's3:GetObjectAcl', true,  'stars around (R-ACT-01)'],
  ['s3:GetObject*',              's3:GetObject',    true,  'a star is also nothing (R-ACT-01)'],
  ['s3:?etObject',               's3:GetObject',    true,  'a question mark is one character (R-ACT-01)'],
  ['s3:GetObject?',              's3:GetObject',    false, 'a question mark is not nothing (R-ACT-01)'],
  ['s3:??tObject',               's3:GetObject',    true,  'two question marks are two (R-ACT-01)'],
  ['s3:GetObject',               's3:GetObjectAcl', false, 'no prefix match without a star (R-ACT-01)'],
  ['s3:Get*',                    's3:PutObject',    false, 'another name (R-ACT-01)'],
  ['sqs:*',                      's3:GetObject',    false, 'another service (R-ACT-01)'],
  ['*:*',                        's3:GetObject',    true,  'exactly this text is read as a star (R-ACT-02)'],
  ['*:Get*',                     's3:GetObject',    false, 'no wildcard in the service (R-ACT-02)'],
  ['*:GetObject',                's3:GetObject',    false, 'no wildcard in the service (R-ACT-02)'],
  ['s*:GetObject',               's3:GetObject',    false, 'no wildcard in the service (R-ACT-02)'],
  ['s?:*',                       's3:GetObject',    false, 'no wildcard in the service (R-ACT-02)'],
  ['s3:GetObject, s3:PutObject', 's3:GetObject',    false, 'several actions in one text (R-ACT-03)'],
  ['s3:GetObject,s3:PutObject',  's3:PutObject',    false, 'several actions in one text (R-ACT-03)'],
  ['s3:Get Object',              's3:GetObject',    false, 'a space (R-ACT-03)'],
  [' s3:GetObject',              's3:GetObject',    false, 'a space in front (R-ACT-03)'],
  ['s3:GetObject ',              's3:GetObject',    false, 'a space behind (R-ACT-03)'],
  ['s3:*, s3:*',                 's3:GetObject',    false, 'several patterns in one text (R-ACT-03)'],
  ['s3:NoSuchAction',            's3:GetObject',    false, 'an action nobody knows (R-ACT-05)'],
  ['s3:',                        's3:GetObject',    false, 'no name'],
  ['s3',                         's3:GetObject',    false, 'no colon'],
  ['',                           's3:GetObject',    false, 'nothing'],
  [':GetObject',                 's3:GetObject',    false, 'no service'],
  ['s3:Get.bject',               's3:GetObject',    false, 'a dot is a dot'],
  ['s3:Get[O]bject',             's3:GetObject',    false, 'brackets are brackets'],
]

describe('an element of Action', () => {
  for (const [pattern, action, wanted, why] of ROWS)
    it(`\`${pattern}\` ${wanted ? 'covers' : 'does not cover'} ${action}: ${why}`, () => {
      assert.equal(covers(pattern, action), wanted)
    })

  it('covers an action that no service knows where the pattern says so, since the name may be new (R-ACT-05)', () => {
    assert.equal(covers('s3:Brand*', 's3:BrandNewAction'), true)
  })
})

describe('what an element of Action is read as, for sets of actions', () => {
  it('is nothing where no action could ever fit: no service or name, a wildcard in the service, a blank, a comma', () => {
    for (const text of [
      '',
      ':',
      's3',
      's3:',
      ':GetObject',
      '*:Get*',
      's*:*',
      's?:*',
      's3:Get, s3:Put',
      's3:a b',
      's3:a\tb',
      ' s3:a',
      's3:a,b',
    ])
      assert.deepEqual(readActionPattern(text), { kind: 'never' }, text)
  })

  it('is everything, or names of one service, in lower case (R-ACT-01, R-ACT-02)', () => {
    for (const text of ['*', '*:*']) assert.deepEqual(readActionPattern(text), { kind: 'any' }, text)
    assert.deepEqual(readActionPattern('S3:Get?bject'), {
      kind: 'action',
      service: 's3',
      name: compileGlob('get?bject'),
    })
  })
})

describe('the elements of Action together', () => {
  /** The first action is held against the texts, later ones against an index of them. */
  const coverFirstAndLater = (texts: readonly string[], action: string): readonly boolean[] => {
    const asked = readAction(action)
    assert.ok(asked !== undefined, `${action} is no action`)
    const elements = readActionElements(texts)
    return [elements(asked), elements(asked), elements(asked)]
  }

  it('cover what one of them alone covers, whether it is the first action asked for or a later one', () => {
    for (const [pattern, action, wanted, why] of ROWS)
      for (const texts of [[pattern], ['sns:Publish', pattern], [pattern, 's3:NoSuch*', 's3:NoSuchAction', 'broken']])
        assert.deepEqual(coverFirstAndLater(texts, action), [wanted, wanted, wanted], `${texts.join(' | ')}: ${why}`)
  })

  it('cover by a name or by a pattern of the same service, and by none of another (R-ACT-01)', () => {
    const texts = ['s3:GetObject', 'S3:List*', 's3:Put?bject', 'sqs:SendMessage', 'sqs:Get*']
    for (const action of ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 'sqs:SendMessage', 'sqs:GetQueueUrl'])
      assert.deepEqual(coverFirstAndLater(texts, action), [true, true, true], action)
    for (const action of ['s3:SendMessage', 'sqs:ListQueues', 's3:GetBucketAcl', 's3a:GetObject', 'sq:SendMessage'])
      assert.deepEqual(coverFirstAndLater(texts, action), [false, false, false], action)
  })

  it('of none cover nothing (R-GRAM-11)', () =>
    assert.deepEqual(coverFirstAndLater([], 's3:GetObject'), [false, false, false]))

  it('compare letters without case also where another letter has one of theirs as its lower case (R-ACT-01)', () =>
    assert.deepEqual(coverFirstAndLater(['\u212aMS:Decrypt'], 'kms:Decrypt'), [true, true, true]))

  it('are not mixed up by characters whose codes differ from a letter in its case alone', () => {
    for (const texts of [['[3:GetObject'], ['s3\u001aGetObject'], ['s3xGetObject'], ['s\u0013:GetObject']])
      assert.deepEqual(coverFirstAndLater(texts, 's3:GetObject'), [false, false, false], texts[0])
  })
})

describe('reading an action', () => {
  it('puts both parts into lower case', () =>
    assert.deepEqual(readAction('SQS:ReceiveMessage'), { service: 'sqs', name: 'receivemessage' }))

  it('gives nothing for a text without a service or a name', () => {
    for (const text of ['', ':', 's3:', ':x', 's3']) assert.equal(readAction(text), undefined, text)
  })
})
