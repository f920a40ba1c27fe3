/** A service that may not assume the role it was given: not the caller's permissions (R-MSG-32, R-MSG-33). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

test('Step Functions says which service could not assume the role', () => {
  for (const words of [
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    'The principal states.amazonaws.com is not authorized to assume the provided role.',
  ])
    for (const text of [
      words,
      `An error occurred (AccessDeniedException) when calling the CreateStateMachine operation: ${words}`,
    ]) {
      const [denial, ...others] = readText(text)
      assert.equal(others.length, 0)
      assert.deepEqual(
        [denial?.kind, denial?.principal, denial?.principalType, denial?.action, denial?.resource],
        ['aws-access-denied', 'states.amazonaws.com', 'service', 'sts:AssumeRole', null],
        text,
      )
      assert.ok(denial?.notes.some(({ code }) => code === 'trust-policy'))
    }
})

test('EventBridge Scheduler may not assume the role: the call to STS was its own', () => {
  const [denial] = readText(
    'ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  )
  assert.deepEqual(
    [denial?.kind, denial?.principal, denial?.action, denial?.resource],
    ['aws-access-denied', 'scheduler.amazonaws.com', 'sts:AssumeRole', null],
  )
})

test('one small letter over and over stands for a resource that somebody masked, and is no name', () => {
  const resourceOf = (resource: string) =>
    readText(
      `User: xxx is not authorized to perform: iam:PassRole on resource: ${resource} because no identity-based policy allows the iam:PassRole action`,
    )[0]?.resource
  for (const mask of ['xxx', 'yyy', '"zzzzzz"']) assert.equal(resourceOf(mask), null, mask)
  for (const name of ['xxy', 'ww', 'XXX1', 'xxx-app']) assert.equal(resourceOf(name), name)
})

test('a placeholder in the ARN of a caller stays in it', () => {
  const [denial] = readText(
    'AccessDenied: User: arn:aws:iam::<account id>:user/<name> is not authorized to access this resource',
  )
  assert.equal(denial?.principal, 'arn:aws:iam::<account id>:user/<name>')
})

test('the role that is passed may be named without an ARN, and without the word resource', () => {
  for (const [words, name] of [
    ['hub is not authorized to perform: iam:PassRole on app-role', 'app-role'],
    ['User: hub is not authorized to perform: iam:PassRole on app-role.', 'app-role'],
    [
      'hub is not authorized to perform: iam:PassRole on app-role because no identity-based policy allows the iam:PassRole action',
      'app-role',
    ],
    ['hub is not authorized to perform: iam:PassRole on behalf of somebody', null],
    ['hub is not authorized to perform: s3:GetObject on app-role', null],
  ] as const)
    assert.equal(readText(`AccessDeniedException: ${words}`)[0]?.resource, name, words)
})
