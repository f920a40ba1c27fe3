import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readMessage, ruleFor } from './read-message.ts'
import { MESSAGE_RULES } from './table.ts'

for (const rule of MESSAGE_RULES)
  test(`the rule ${rule.id} reads its own example and no earlier rule does`, () => {
    assert.equal(ruleFor(rule.example)?.id, rule.id)
    assert.match(rule.docs, /^https:\/\/docs\.aws\.amazon\.com\//)
  })

test('rule ids are unique', () => {
  assert.equal(new Set(MESSAGE_RULES.map(({ id }) => id)).size, MESSAGE_RULES.length)
})

interface Sample {
  readonly id: string
  readonly text: string
  readonly expect: Readonly<Record<string, string | null>>
}

// AWS's documented and observed sentences; the ids are those of the specification's section E.3.
const FILE = join(import.meta.dirname, '../../../test/samples/intake/aws-sentences.json')
for (const { id, text, expect } of JSON.parse(readFileSync(FILE, 'utf8')) as Sample[])
  test(`${id} gives layer ${expect['layer']}, deny type ${expect['denyType']}, action ${expect['action']}`, () => {
    const fields = readMessage(text)
    assert.ok(fields)
    for (const field of [
      'layer',
      'denyType',
      'principal',
      'policyArn',
      'via',
      'setting',
      'encodedMessage',
      'authorizationId',
    ] as const)
      if (expect[field] !== undefined) assert.equal(fields[field], expect[field], field)
    assert.equal(fields.action?.toLowerCase() ?? null, expect['action']?.toLowerCase() ?? null)
    assert.ok(
      [fields.resource, fields.resourceText].includes(expect['resource'] ?? null) ||
        fields.resource === expect['resource'],
    )
    if (expect['resource'] === null) assert.equal(fields.resource, null)
  })

// R-MSG-23: a name becomes the ARN of the caller's account, and what was printed stays.
const NOUNS: [printed: string, resource: string | null, resourceText: string | null][] = [
  ['user Bob', 'arn:aws:iam::111122223333:user/Bob', 'user Bob'],
  ['role ops', 'arn:aws:iam::111122223333:role/ops', 'role ops'],
  ['group admins', 'arn:aws:iam::111122223333:group/admins', 'group admins'],
  ['policy limits', 'arn:aws:iam::111122223333:policy/limits', 'policy limits'],
  ['instance profile web', 'arn:aws:iam::111122223333:instance-profile/web', 'instance profile web'],
  [
    'policy arn:aws:iam::aws:policy/ReadOnlyAccess version v12',
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'policy arn:aws:iam::aws:policy/ReadOnlyAccess version v12',
  ],
  ['access key AKIAIOSFODNN7EXAMPLE', 'access key AKIAIOSFODNN7EXAMPLE', null],
  ['*', '*', null],
  ['"arn:aws:s3:::b/a b+c (1).txt"', 'arn:aws:s3:::b/a b+c (1).txt', null],
  [
    'arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:',
    'arn:aws:logs:us-east-1:111122223333:log-group:g:log-stream:',
    null,
  ],
  ['arn:aws:s3:::<bucket name>/k', 'arn:aws:s3:::<bucket name>/k', null],
  ['arn:aws:iam::[ACCOUNT-ID]:role/x', 'arn:aws:iam::[ACCOUNT-ID]:role/x', null],
  ['...', null, null],
]
for (const [printed, resource, resourceText] of NOUNS)
  for (const tail of [
    ' because no identity-based policy allows the iam:GetUser action',
    '.',
    ' with an explicit deny',
    '',
  ])
    test(`\`on resource: ${printed}${tail.slice(0, 20)}\` is ${resource}`, () => {
      const fields = readMessage(
        `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:GetUser on resource: ${printed}${printed === '...' && tail === '.' ? '' : tail}`,
      )
      assert.ok(fields)
      assert.equal(fields.resource, resource)
      assert.equal(fields.resourceText, resourceText)
      assert.equal(
        fields.denyType,
        tail.includes('no identity') ? 'implicit' : tail.includes('explicit') ? 'explicit' : null,
      )
    })

test('an empty name after the noun is no resource', () => {
  const fields = readMessage(
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:GetRole on resource: role because no identity-based policy allows the iam:GetRole action',
  )
  assert.equal(fields?.resource, null)
  assert.equal(fields?.layer, 'identity-policy')
})

test('the abridged forms of a record are read', () => {
  const put = readMessage(
    'User is not authorized to perform s3:PutObject on arn:aws:s3:::prod-artifacts/releases/app.zip',
  )
  assert.deepEqual(
    [put?.principal, put?.action, put?.resource, put?.layer],
    [null, 's3:PutObject', 'arn:aws:s3:::prod-artifacts/releases/app.zip', null],
  )
  const key = readMessage('User is not authorized to perform kms:GenerateDataKey on the CMK used by the target bucket')
  assert.deepEqual(
    [key?.action, key?.resource, key?.resourceText],
    ['kms:GenerateDataKey', null, 'the CMK used by the target bucket'],
  )
})

// R-MSG-15i: a text may end anywhere.
const WHOLE =
  'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:jobs because no identity-based policy allows the sqs:SendMessage action'
test('a sentence cut after the policy type keeps its layer', () => {
  for (let end = WHOLE.indexOf('policy') + 'policy'.length; end <= WHOLE.length; end++)
    assert.equal(readMessage(WHOLE.slice(0, end))?.layer, 'identity-policy', WHOLE.slice(0, end))
})
test('a sentence cut inside the policy type is implicit, its layer is not guessed', () => {
  const fields = readMessage(WHOLE.slice(0, WHOLE.indexOf('based policy')))
  assert.deepEqual([fields?.layer, fields?.denyType, fields?.notes[0]?.code], [null, 'implicit', 'message-truncated'])
})
test('a sentence cut inside the last word of the policy type still names its layer', () => {
  const fields = readMessage(WHOLE.slice(0, WHOLE.indexOf('cy allows')))
  assert.deepEqual(
    [fields?.layer, fields?.denyType, fields?.notes[0]?.code],
    ['identity-policy', 'implicit', 'message-truncated'],
  )
})
test('a text that starts behind `to perform:` gives action and resource', () => {
  const fields = readMessage(WHOLE.slice(WHOLE.indexOf('sqs:SendMessage')))
  assert.deepEqual(
    [fields?.action, fields?.resource, fields?.layer],
    ['sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111122223333:jobs', 'identity-policy'],
  )
})
test('no prefix of a sentence makes the reader throw or invent a layer', () => {
  for (let end = 0; end < WHOLE.length; end++) {
    const layer = readMessage(WHOLE.slice(0, end))?.layer ?? null
    assert.ok(layer === null || layer === 'identity-policy')
  }
})

test('a policy known only by its id is no policy ARN (R-MSG-15g)', () => {
  const fields = readMessage(
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sqs:SendMessage with an explicit deny in a service control policy: .../p-example1',
  )
  assert.equal(fields?.policyArn, null)
  assert.equal(fields?.notes[0]?.code, 'policy-id-only')
})

test('a clause in the prose before the sentence does not count (R-MSG-15c)', () => {
  const fields = readMessage(`It is not an explicit deny in a session policy. ${WHOLE}`)
  assert.equal(fields?.layer, 'identity-policy')
})

test('a clause in the next sentence does not count either', () => {
  const bare = WHOLE.slice(0, WHOLE.indexOf(' because'))
  assert.equal(readMessage(`${bare}. This is with an explicit deny in a session policy, I think`)?.layer, null)
})
