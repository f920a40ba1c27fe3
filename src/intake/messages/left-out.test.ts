/** What a pasted sentence leaves out is not said: no word that follows stands in for it (R-MSG-15i, R-MSG-24). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

const ANA = 'arn:aws:iam::111122223333:user/ana'
const HEAD = `User: ${ANA} is not authorized to perform: batch:DescribeJobs`
const read = (text: string) => {
  const [denial, ...others] = readText(text)
  assert.equal(others.length, 0)
  assert.equal(denial?.kind, 'aws-access-denied')
  return denial
}

const NO_RESOURCE = [
  `\`${HEAD} on resource:\`\nAdd the permission to the role and try again.`,
  `${HEAD} on resource\n\nBy adding the permission it works.`,
  `${HEAD} on resource\nAzure says it in another way:`,
  `${HEAD} on resource\nAzure:\nError: none`,
  `${HEAD} on resource and then it stops`,
  `{ "Code": "AccessDeniedException", "Message": "${HEAD} on resource:", } client.side_effect = Error(answer, "DescribeJobs")`,
  `'${HEAD} on resource:'\n)`,
  `${HEAD} on resource: the specified queue, they say`,
  `${HEAD} on resource:\n\nWhat next?`,
  `${HEAD} on resource:::`,
  `"${HEAD} on resource " + job.arn + " yet"`,
]

for (const text of NO_RESOURCE)
  test(`no resource is named: ${text.slice(HEAD.length - 8)}`, () => {
    const denial = read(text)
    assert.deepEqual([denial?.action, denial?.resource], ['batch:DescribeJobs', null])
  })

const RESOURCE: readonly (readonly [text: string, resource: string])[] = [
  [`${HEAD} on resource: jobs`, 'jobs'],
  [`${HEAD} on resource jobs`, 'jobs'],
  [`${HEAD} on resource jobs. Then it stops`, 'jobs'],
  [`${HEAD} on resource:\njobs because no identity-based policy allows the batch:DescribeJobs action`, 'jobs'],
  [`${HEAD} on resource\narn:aws:batch:eu-west-1:111122223333:job/a`, 'arn:aws:batch:eu-west-1:111122223333:job/a'],
  [`${HEAD} on resource:\n"*"`, '*'],
  [`${HEAD} on resource: {{myjob}}`, '{{myjob}}'],
  [`${HEAD} on resource: a(b)`, 'a(b)'],
]

for (const [text, resource] of RESOURCE)
  test(`the resource is ${resource}: ${text.slice(HEAD.length - 8)}`, () => {
    assert.equal(read(text)?.resource, resource)
  })

test('an ARN that was cut in its head does not go on with the first word of the next entry of a list', () => {
  const entry = (service: string) =>
    `- **${service}**: User: ${ANA} is not authorized to perform: ${service}:List on resource: arn:aws:${service}:us-east-1`
  const denials = readText(`${entry('batch')}\n${entry('codebuild')}`)
  assert.deepEqual(
    denials.map(({ resource }) => resource),
    ['arn:aws:batch:us-east-1', 'arn:aws:codebuild:us-east-1'],
  )
})

test('two words in the place of the account number are kept whole (R-MSG-15e)', () => {
  const denial = read(
    'User: arn:aws:sts::Account B:assumed-role/app/s is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-west-2:Account A:jobs with an explicit deny in a resource control policy',
  )
  assert.equal(denial?.principal, 'arn:aws:sts::Account B:assumed-role/app/s')
  assert.equal(denial?.accountId, null)
  assert.equal(denial?.resource, 'arn:aws:sqs:us-west-2:Account A:jobs')
  assert.equal(denial?.reported.layer, 'resource-control-policy')
})

test('a service that prints `null` for the action still says who was refused', () => {
  const denial = read(
    `An error occurred (AccessDeniedException) when calling the CreateComponentVersion operation: User: ${ANA} is not authorized to perform: null`,
  )
  assert.equal(denial?.principal, ANA)
  assert.equal(denial?.operation, 'CreateComponentVersion')
})

test('a placeholder for the name of the action still says who was refused', () => {
  for (const name of ['sqs:%s', 'sqs:<Action>', 'sqs:${name}', 'sqs:...'])
    assert.equal(read(`AccessDenied: User: ${ANA} is not authorized to perform: ${name}`)?.principal, ANA, name)
})

test('a text in two literals of a shell has a blank between them', () => {
  const denial = read(`echo "User: ${ANA}" \\\n  "is not authorized to perform: batch:DescribeJobs"`)
  assert.deepEqual([denial?.principal, denial?.action], [ANA, 'batch:DescribeJobs'])
})

test('the braces around an example name of AWS’s pages are no part of the action', () => {
  const denial = read(`User: ${ANA} is not authorized to perform: timestream:{{Select}} on resource: {{mytable}}`)
  assert.deepEqual([denial?.principal, denial?.action], [ANA, 'timestream:Select'])
})

test('a text that ends before the action says who was refused, and that it was cut', () => {
  for (const end of ['', ' to', ' to per', '"', '...', '\n\nThat is all.']) {
    const denial = read(`AccessDenied: User: ${ANA} is not authorized${end}`)
    assert.deepEqual([denial?.principal, denial?.action], [ANA, null], end)
    assert.equal(denial?.notes[0]?.code, 'message-truncated', end)
  }
})

test('words of a person about who is not authorized are no cut sentence', () => {
  assert.equal(readText('The user ana is not authorized. Ask her manager.')[0]?.kind, 'other')
})

test('a word with a colon in the next paragraph is no action', () => {
  for (const next of ['See: https://example.com/1', 'Note: it worked before', 'AccessDenied: user may not do that']) {
    const denial = read(
      `\`An error occurred (AccessDeniedException) when calling the DescribeJobDefinitions operation: User: ${ANA} is not authorized to perform\`\n\n${next}`,
    )
    assert.deepEqual([denial?.principal, denial?.action], [ANA, 'batch:DescribeJobDefinitions'], next)
  }
})

test('a blank between the service and the name of an action is an editor’s', () => {
  assert.equal(read(`User: ${ANA} is not authorized to perform: sqs: SendMessage`)?.action, 'sqs:SendMessage')
})

test('AWS Support prints its prefix without a name: the call says which action it was', () => {
  for (const end of ['\n\nhttps://example.com/', ' (Service: AWSSupport; Status Code: 400)', '"', '']) {
    const denial = read(
      `An error occurred (AccessDeniedException) when calling the DescribeTrustedAdvisorCheckResult operation: User: ${ANA} is not authorized to perform: support:${end}`,
    )
    assert.deepEqual([denial?.principal, denial?.action], [ANA, 'support:DescribeTrustedAdvisorCheckResult'], end)
  }
})

test('dots and the dash behind them name no resource', () => {
  assert.equal(
    read(`User: ${ANA} is not authorized to perform: sqs:SendMessage on resource: ...— they say`)?.resource,
    null,
  )
})

test('an action that was taken out leaves the resource and the reason', () => {
  for (const name of ['<service:Action>', '[REDACTED]', '***', 'null']) {
    const denial = read(
      `An error occurred (AccessDenied) when calling the Verify operation: User: ${ANA} is not authorized to perform: ${name} on resource: arn:aws:sqs:us-east-1:111122223333:q with an explicit deny in a service control policy`,
    )
    assert.deepEqual(
      [denial?.principal, denial?.resource, denial?.reported.layer, denial?.reported.denyType],
      [ANA, 'arn:aws:sqs:us-east-1:111122223333:q', 'service-control-policy', 'explicit'],
      name,
    )
  }
})

test('`User:` with nothing behind it names nobody, with a blank or without', () => {
  for (const subject of ['User: ', 'User:', 'User:  ']) {
    const denial = read(`AccessDenied: ${subject}is not authorized to perform: sqs:SendMessage on resource: q`)
    assert.deepEqual([denial?.principal, denial?.principalType], [null, null], subject)
  }
})

test('an empty request id is not the word in the next line', () => {
  const denial = read(
    'HTTP response code: 403\nRequest ID: \nException name: AccessDenied\nError message: Access Denied\nserver: AmazonS3',
  )
  assert.equal(denial?.requestId, null)
})
