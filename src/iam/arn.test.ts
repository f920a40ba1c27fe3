import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatArn, hostSuffix, isAccountId, parseArn, splitArn } from './arn.ts'

// biome-ignore format: a table is read by its columns
const SPLITS: readonly (readonly [text: string, parts: readonly string[]])[] = [
  ['arn:aws:s3:::bucket/key',                          ['arn', 'aws', 's3', '', '', 'bucket/key']],
  ['arn:aws:s3:::bucket/a:b:c',                        ['arn', 'aws', 's3', '', '', 'bucket/a:b:c']],
  ['arn:aws:iam::111122223333:role/ci/deploy',         ['arn', 'aws', 'iam', '', '111122223333', 'role/ci/deploy']],
  ['arn:aws-us-gov:lambda:us-gov-west-1:1:function:f', ['arn', 'aws-us-gov', 'lambda', 'us-gov-west-1', '1', 'function:f']],
  ['arn:aws:logs:r:1:log-group:g:log-stream:',         ['arn', 'aws', 'logs', 'r', '1', 'log-group:g:log-stream:']],
  ['arn:aws:s3:::',                                    ['arn', 'aws', 's3', '', '', '']],
  [':::::',                                            ['', '', '', '', '', '']],
]

describe('splitting an ARN at its first five colons (R-RES-01)', () => {
  for (const [text, parts] of SPLITS)
    it(`\`${text}\` has six parts, the last one whole`, () => assert.deepEqual(splitArn(text), parts))

  for (const text of ['', '*', 'arn', 'arn:aws:s3::bucket', 'bucket/key', '::::'])
    it(`\`${text}\` has fewer than six parts`, () => assert.equal(splitArn(text), undefined))

  it('a text of six parts that does not begin with arn is no ARN', () => {
    for (const text of ['ARN:aws:s3:::b', 'xarn:aws:s3:::b', ' arn:aws:s3:::b', ':::::'])
      assert.equal(parseArn(text), undefined, text)
  })

  it('an ARN put together again is the text it was read from', () => {
    for (const [text] of SPLITS) {
      const arn = parseArn(text)
      if (arn !== undefined) assert.equal(formatArn(arn), text)
    }
  })
})

describe('account ids', () => {
  it('twelve digits, leading zeros included, are an account id', () => {
    for (const id of ['111122223333', '000000000001']) assert.equal(isAccountId(id), true, id)
  })

  it('nothing else is', () => {
    for (const id of [
      '',
      '11112222333',
      '1111222233334',
      '11112222333a',
      '1111-2222-3333',
      '١١١١٢٢٢٢٣٣٣٣',
      ' 11112222333',
    ])
      assert.equal(isAccountId(id), false, id)
  })
})

it('hosts of the China partition have a suffix of their own', () => {
  const suffixes = ['aws', 'aws-us-gov', 'aws-cn'].map(hostSuffix)
  assert.deepEqual(suffixes, ['amazonaws.com', 'amazonaws.com', 'amazonaws.com.cn'])
})
