/** Forms of ARNs, out of the Service Authorization Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixedOf, shapesCovered, shapesOf, typeWord } from './arn-shapes.ts'

test('a service’s own ARNs have the Region, account and rest of the reference, placeholders as wildcards', () => {
  const restsOf = (service: string) =>
    shapesOf(service).map(({ region, account, rest }) => [region, account, rest].join(' '))
  assert.ok(restsOf('sqs').includes('* * *'))
  assert.ok(restsOf('kms').includes('* * key/*'))
  assert.ok(restsOf('iam').includes(' * role/*'))
  assert.ok(restsOf('s3').includes('  */*'))
  assert.ok(restsOf('lambda').includes('* * function:*:*'))
  for (const service of ['nosuch', '', 'constructor']) assert.deepEqual(shapesOf(service), [])
  assert.equal(shapesOf('kms'), shapesOf('kms'))
})

test('no placeholder is left in a form, and its type word is that of its fixed part', () => {
  for (const { rest, fixed, type } of shapesOf('ec2')) {
    assert.ok(!rest.includes('${') && !rest.includes('}'), rest)
    assert.ok(rest.startsWith(fixed))
    assert.deepEqual(type, typeWord(fixed))
  }
})

test('the fixed part of a text ends at its first wildcard or variable', () => {
  const rows = [
    ['role/app', 'role/app'],
    ['role/a*b?', 'role/a'],
    ['role/a?b*', 'role/a'],
    ['user/${aws:username}/*', 'user/'],
    ['*', ''],
    ['?x', ''],
    ['${aws:username}', ''],
    ['', ''],
    ['$x', '$x'],
  ] as const
  for (const [text, fixed] of rows) assert.equal(fixedOf(text), fixed, text)
})

test('the type word of a rest stands before its first separator', () => {
  assert.deepEqual(typeWord('role/app'), ['role', '/'])
  assert.deepEqual(typeWord('function:f/x'), ['function', ':'])
  for (const text of ['queue', '', '/domainnames/x', ':x']) assert.equal(typeWord(text), undefined, text)
})

test('an ARN has the forms that fit it; one with wildcards those that it may cover', () => {
  const covered = (service: string, rest: string) => [
    ...new Set(shapesCovered(shapesOf(service), rest).map(({ rest: form }) => form)),
  ]
  assert.deepEqual(covered('kms', 'key/k'), ['key/*'])
  assert.deepEqual(covered('kms', 'alias/a'), ['alias/*'])
  assert.deepEqual(covered('kms', 'key:k'), [])
  assert.deepEqual(covered('kms', 'key/*'), ['key/*'])
  assert.deepEqual(covered('kms', 'k*'), ['key/*'])
  assert.deepEqual(covered('kms', '${aws:username}').toSorted(), covered('kms', '*').toSorted())
  assert.ok(covered('kms', '*').includes('alias/*') && covered('kms', '*').includes('key/*'))
  assert.deepEqual(covered('kms', 'x*'), [])
})
