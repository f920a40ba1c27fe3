/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { viaServiceKeys } from './via-service.ts'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const CALLER = 'arn:aws:sts::111122223333:assumed-role/app/run'
const said = (operation: string, action = 'kms:Decrypt', key = KEY, caller = CALLER) => {
  const [denial] = readDenials(
    `An error occurred (AccessDenied) when calling the ${operation} operation: User: ${caller} is not authorized to perform: ${action} on resource: ${key} because no identity-based policy allows the ${action} action`,
  ).denials
  assert.ok(denial !== undefined)
  return viaServiceKeys(denial)
}

test('the call that came back with it says through which service KMS was asked', () => {
  assert.deepEqual(said('GetObject'), { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' })
  assert.deepEqual(said('PutObject', 'kms:GenerateDataKey'), { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' })
  assert.deepEqual(said('GetSecretValue'), { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' })
  assert.deepEqual(said('SendMessage', 'kms:GenerateDataKey'), { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' })
  const gov = KEY.replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-west-1', 'us-gov-west-1')
  assert.deepEqual(said('GetObject', 'kms:Decrypt', gov, CALLER.replace('arn:aws:', 'arn:aws-us-gov:')), {
    'kms:ViaService': 's3.us-gov-west-1.amazonaws.com',
  })
})

test('nothing is said where KMS was called itself, the call is not known, or another action was refused', () => {
  assert.deepEqual(said('Decrypt'), {})
  assert.deepEqual(said('RunInstances', 'kms:CreateGrant'), {})
  assert.deepEqual(said('StartJob'), {})
  assert.deepEqual(said('GetObject', 's3:GetObject', 'arn:aws:s3:::files/a.txt'), {})
  const china = KEY.replace('arn:aws:', 'arn:aws-cn:').replace('eu-west-1', 'cn-north-1')
  assert.deepEqual(said('GetObject', 'kms:Decrypt', china, CALLER.replace('arn:aws:', 'arn:aws-cn:')), {})
})

test('a grant that the caller makes itself comes through no service', () => {
  assert.deepEqual(said('CreateGrant', 'kms:CreateGrant'), { 'kms:ViaService': null })
})
