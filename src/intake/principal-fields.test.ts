import assert from 'node:assert/strict'
import { test } from 'node:test'
import { principalFields } from './principal-fields.ts'

// biome-ignore format: a table is read by its columns
const CASES: [principal: string, type: string, account: string | null, session: string | null, role: string | null][] = [
  ['arn:aws:iam::111122223333:root',                                 'root',           '111122223333', null,            null],
  ['arn:aws:iam::111122223333:user/eng/ana',                         'user',           '111122223333', null,            null],
  ['arn:aws:iam::111122223333:role/ci/deploy',                       'role',           '111122223333', null,            'arn:aws:iam::111122223333:role/ci/deploy'],
  ['arn:aws:sts::111122223333:assumed-role/deploy/ana@example.com',  'assumed-role',   '111122223333', 'ana@example.com', 'arn:aws:iam::111122223333:role/deploy'],
  ['arn:aws-us-gov:sts::111122223333:assumed-role/r/i-0a1b2c3d',     'assumed-role',   '111122223333', 'i-0a1b2c3d',    'arn:aws-us-gov:iam::111122223333:role/r'],
  ['arn:aws:sts::111122223333:assumed-role/r',                       'assumed-role',   '111122223333', null,            'arn:aws:iam::111122223333:role/r'],
  ['arn:aws:sts::111122223333:assumed-role/r/...',                   'assumed-role',   '111122223333', null,            'arn:aws:iam::111122223333:role/r'],
  ['arn:aws:sts::111122223333:federated-user/vault',                 'federated-user', '111122223333', null,            null],
  ['arn:aws:sts::***:assumed-role/r/s',                              'assumed-role',   null,           's',             'arn:aws:iam::***:role/r'],
  ['arn:aws:iam::<account>:user/ana',                                'user',           null,           null,            null],
  ['{arn-aws}iam::111122223333:user/ana',                            'user',           '111122223333', null,            null],
  ['arn:aws:sts::assumed-role/deploy/s',                             'assumed-role',   null,           's',             'arn:aws:iam:::role/deploy'],
  ['arn:aws:iam::user/ana',                                          'user',           null,           null,            null],
  ['user/ana',                                                       'user',           null,           null,            null],
  ['anonymous',                                                      'anonymous',      null,           null,            null],
  ['events.amazonaws.com',                                           'service',        null,           null,            null],
  ['[AmazonConnect]',                                                'service',        null,           null,            null],
  ['...assumed-role/deploy',                                         'assumed-role',   null,           null,            null],
  ['…:assumed-role/deploy/s-…',                                      'assumed-role',   null,           null,            null],
  ['deploy-role',                                                    'unknown',        null,           null,            null],
  ['***',                                                            'unknown',        null,           null,            null],
]

for (const [principal, type, account, session, role] of CASES)
  test(`${principal} is ${type} (R-MSG-22)`, () => {
    const fields = principalFields(principal)
    assert.deepEqual(
      [fields.principalType, fields.accountId, fields.sessionName, fields.roleArn],
      [type, account, session, role],
    )
  })

test('no principal gives no type', () => {
  assert.equal(principalFields(null).principalType, null)
})
