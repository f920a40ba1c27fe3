/** An error with an encoded message, and what `aws sts decode-authorization-message` printed for it, pasted below. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDenials } from './read.ts'

const USER = 'arn:aws:iam::111122223333:user/dev'
const ERROR =
  'An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: '
const BLOB = 'jk3Wn5mE8tqYx0pVb7LhRz'.repeat(12)
const decoded = (action: string, resource: string, allowed = false): string =>
  JSON.stringify(
    {
      allowed,
      explicitDeny: false,
      matchedStatements: { items: [] },
      failures: { items: [] },
      context: {
        principal: { id: 'AIDAEXAMPLE', name: 'dev', arn: USER },
        action,
        resource,
        conditions: { items: [] },
      },
    },
    null,
    2,
  )
const TAGS = decoded('ec2:CreateTags', 'arn:aws:ec2:eu-west-1:111122223333:instance/*')
const denied = (text: string) => readDenials(text).denials.filter(({ kind }) => kind === 'aws-access-denied')

describe('are one denial', () => {
  for (const [name, message] of [
    ['a message that was masked', 'xxx'],
    ['the whole message', BLOB],
  ])
    test(name, () => {
      const [one, ...more] = denied(
        `${ERROR}${message}\n\n$ aws sts decode-authorization-message --encoded-message xxx\n${TAGS}\n`,
      )
      assert.equal(more.length, 0)
      assert.equal(one?.action, 'ec2:CreateTags')
      assert.equal(one?.operation, 'RunInstances')
      assert.equal(one?.code, 'UnauthorizedOperation')
      assert.equal(one?.principal, USER)
      assert.equal(one?.evidence.actionFrom, 'stated')
      assert.deepEqual(one?.decoded?.explicitDeny, false)
    })

  test('what the launch passes, too', () => {
    const all = denied(`${ERROR}xxx\n${decoded('iam:PassRole', 'arn:aws:iam::111122223333:role/app')}`)
    assert.deepEqual(
      all.map(({ action, operation }) => [action, operation]),
      [['iam:PassRole', 'RunInstances']],
    )
  })
})

describe('are two', () => {
  test('where the error names its own request', () => {
    const named = `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. User: arn:aws:iam::111122223333:user/other is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:111122223333:instance/* because no identity-based policy allows the ec2:RunInstances action`
    assert.equal(denied(`${named}\n${TAGS}`).length, 2)
  })
  test('where the decoded message says that it was allowed', () =>
    assert.equal(denied(`${ERROR}xxx\n${decoded('ec2:RunInstances', '*', true)}`).length, 1))
  test('where the error is of a kind that has no encoded message', () => {
    const bucket = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
    assert.equal(denied(`${bucket}\n${TAGS}`).length, 2)
  })
})
