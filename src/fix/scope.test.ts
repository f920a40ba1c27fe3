import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FixScope, patternOf } from './scope.ts'

const rows: readonly (readonly [resource: string, scope: FixScope, pattern: string | undefined])[] = [
  ['arn:aws:s3:::b/releases/app.zip', 'exact', 'arn:aws:s3:::b/releases/app.zip'],
  ['arn:aws:s3:::b/releases/app.zip', 'prefix', 'arn:aws:s3:::b/releases/*'],
  ['arn:aws:s3:::b/releases/app.zip', 'resource', 'arn:aws:s3:::b/*'],
  // An object at the top of its bucket has no folder.
  ['arn:aws:s3:::b/app.zip', 'prefix', undefined],
  ['arn:aws:s3:::b', 'resource', undefined],
  // Keys, queues and tables have no folder: it would be all of them.
  ['arn:aws:kms:us-east-1:111122223333:key/k1', 'prefix', undefined],
  ['arn:aws:dynamodb:us-east-1:111122223333:table/t', 'prefix', undefined],
  ['arn:aws:sqs:us-east-1:111122223333:q', 'prefix', undefined],
  [
    'arn:aws:ssm:us-east-1:111122223333:parameter/shop/prod/x',
    'prefix',
    'arn:aws:ssm:us-east-1:111122223333:parameter/shop/prod/*',
  ],
  [
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db-AbCd12',
    'prefix',
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/*',
  ],
  [
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db-AbCd12',
    'resource',
    'arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/db-??????',
  ],
  // R-VAR-03: characters that a pattern would read are written out.
  ['arn:aws:s3:::b/a*b?c', 'exact', 'arn:aws:s3:::b/a${*}b${?}c'],
  ['arn:aws:s3:::b/${x}', 'exact', 'arn:aws:s3:::b/${$}{x}'],
  // R-MSG-25: what is not made yet is granted as AWS's examples do.
  ['arn:aws:ec2:us-east-1:111122223333:instance/*', 'exact', 'arn:aws:ec2:us-east-1:111122223333:instance/*'],
  ['arn:aws:ec2:us-east-1:111122223333:instance/*', 'prefix', undefined],
  // R-MSG-25: so is what a list is of.
  ['arn:aws:schemas:eu-central-1:111122223333:*', 'exact', 'arn:aws:schemas:eu-central-1:111122223333:*'],
  // R-RES-09: of a bucket alone, some object of it.
  ['arn:aws:s3:::b/*', 'exact', 'arn:aws:s3:::b/*'],
  ['arn:aws:s3:::b/releases/*', 'exact', 'arn:aws:s3:::b/releases/*'],
  ['arn:aws:s3:::*', 'exact', 'arn:aws:s3:::${*}'],
  ['*', 'exact', '*'],
  ['*', 'prefix', undefined],
]

for (const [resource, scope, pattern] of rows)
  test(`${scope} of ${resource} is ${pattern ?? 'nothing'}`, () => {
    assert.equal(patternOf(resource, scope), pattern)
  })
