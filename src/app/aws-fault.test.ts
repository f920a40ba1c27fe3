import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserError } from '../errors.ts'
import { awsFault } from './aws-fault.ts'

const answer = (name: string): Error => Object.assign(new Error('as AWS says it'), { name, $metadata: {} })
const hintOf = (error: Error): string => {
  const fault = awsFault(error)
  assert.ok(fault instanceof UserError)
  return fault.hint
}

test('what AWS throttled is told to be tried later, and other refusals by who calls', () => {
  for (const name of ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'])
    assert.match(hintOf(answer(name)), /^wait/)
  assert.match(hintOf(answer('AccessDenied')), /whoami/)
})

test('credentials that are not there are told apart from those that AWS does not take', () => {
  const said = (name: string) => (awsFault(answer(name)) as UserError).message
  assert.equal(said('CredentialsProviderError'), 'there are no credentials that can be used: CredentialsProviderError')
  assert.equal(said('InvalidClientTokenId'), 'AWS does not accept the credentials: InvalidClientTokenId')
})

test('what is no answer of AWS stays our bug', () => {
  const bug = new TypeError('x is not a function')
  assert.equal(awsFault(bug), bug)
})
