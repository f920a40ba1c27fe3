/** Some services let a name have blanks, and AWS prints the ARN without quotes: the reason behind it says where it ends (R-MSG-19). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

const HEAD =
  'User: arn:aws:sts::111122223333:assumed-role/flow-role/run is not authorized to perform: glue:GetJobRuns on resource: '
const JOB = 'arn:aws:glue:eu-west-1:111122223333:job/Copy orders from the landing zone'
const IMPLICIT = ' because no identity-based policy allows the glue:GetJobRuns action'

function read(text: string) {
  const denials = readText(text)
  assert.equal(denials.length, 1)
  return denials[0]
}

test('an ARN with blanks in its name is kept whole in front of the reason', () => {
  for (const [reason, layer] of [
    [IMPLICIT, 'identity-policy'],
    [' with an explicit deny in a service control policy', 'service-control-policy'],
    [' because no permissions boundary allows the glue:GetJobRuns action', 'permissions-boundary'],
  ]) {
    const denial = read(`${HEAD}${JOB}${reason}`)
    assert.deepEqual([denial?.resource, denial?.reported.layer, denial?.region], [JOB, layer, 'eu-west-1'])
  }
})

test('without the reason of AWS behind them, words behind an ARN are somebody’s', () => {
  const arn = 'arn:aws:glue:eu-west-1:111122223333:job/copy'
  for (const words of [
    ' and that is all',
    ' in account 111122223333 because no policy was attached',
    ' failed because no identity-based policy allows the glue:GetJobRuns action',
    '. The job stops because no identity-based policy allows the glue:GetJobRuns action',
    ', which it needs, because no identity-based policy allows the glue:GetJobRuns action',
    '\nNext try: because no identity-based policy allows the glue:GetJobRuns action',
  ])
    assert.equal(read(`${HEAD}${arn}${words}`)?.resource, arn, words)
})

test('a masked ARN with a blank in the place of a colon is kept complete', () => {
  const denial = read(
    'User: arn:aws:sts::111122223333:assumed-role/app/x is not authorized to perform: lambda:GetFunctionConfiguration on resource: arn:aws:lambda:xxxx xxxxx:function:app:$LATEST because no identity-based policy allows the lambda:GetFunctionConfiguration action',
  )
  assert.equal(denial?.resource, 'arn:aws:lambda:xxxx:xxxxx:function:app:$LATEST')
})

test('a list that is asked below a path has no resource', () => {
  const denial = read(
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:ListPolicies on resource: policy path / with an explicit deny',
  )
  assert.equal(denial?.resource, null)
  assert.equal(denial?.reported.denyType, 'explicit')
})
