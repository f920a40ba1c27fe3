/** Encoded authorization messages and what sts:DecodeAuthorizationMessage makes of them (R-MSG-13, R-MSG-16, R-MSG-20). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'

const DOCUMENT = {
  allowed: false,
  explicitDeny: true,
  matchedStatements: {
    items: [{ statementId: 'NoLarge', effect: 'DENY', actions: { items: [{ value: 'ec2:RunInstances' }] } }],
  },
  failures: { items: [] },
  context: {
    principal: { id: 'AROAEXAMPLE:build-7', name: 'ci', arn: 'arn:aws:sts::456789012345:assumed-role/ci/build-7' },
    action: 'ec2:RunInstances',
    resource: 'arn:aws:ec2:eu-west-1:456789012345:instance/*',
    conditions: {
      items: [
        { key: 'ec2:InstanceType', values: { items: [{ value: 'm5.24xlarge' }] } },
        { key: 'aws:TagKeys', values: { items: [{ value: 'team' }, { value: 'env' }] } },
      ],
    },
  },
}
const ANSWER = JSON.stringify({ DecodedMessage: JSON.stringify(DOCUMENT) }, null, 4)
const BLOB = 'Zx81kQmBv3TnUe7aLwPd-_'.repeat(12)
const REFUSAL = `An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation. Encoded authorization failure message: ${BLOB}`

const FORMS: readonly (readonly [string, string])[] = [
  ['the answer of the command line', ANSWER],
  ['the document alone', JSON.stringify(DOCUMENT, null, 2)],
  ['prose around it', `I decoded it:\n\n${ANSWER}\n\nwhat now?`],
  ['the XML answer', `<DecodedMessage>${JSON.stringify(DOCUMENT).replaceAll('"', '&quot;')}</DecodedMessage>`],
]

for (const [name, text] of FORMS)
  test(`a decoded message gives the whole request: ${name}`, () => {
    const [denial, ...more] = readDenials(text).denials
    assert.equal(more.length, 0)
    assert.equal(denial?.kind, 'aws-access-denied')
    assert.equal(denial?.principal, DOCUMENT.context.principal.arn)
    assert.equal(denial?.action, 'ec2:RunInstances')
    assert.equal(denial?.resource, DOCUMENT.context.resource)
    assert.deepEqual(denial?.reported, { layer: null, denyType: 'explicit', policyArn: null })
    assert.deepEqual(denial?.decoded, { explicitDeny: true, matchedStatements: DOCUMENT.matchedStatements.items })
    assert.deepEqual(denial?.context, { 'ec2:InstanceType': 'm5.24xlarge', 'aws:TagKeys': ['team', 'env'] })
  })

test('the refusal and its decoded message in one paste are one denial', () => {
  const { denials } = readDenials(`${REFUSAL}\n\n${ANSWER}`)
  assert.equal(denials.length, 1)
  assert.equal(denials[0]?.encodedMessage, BLOB)
  assert.equal(denials[0]?.code, 'UnauthorizedOperation')
  assert.equal(denials[0]?.resource, DOCUMENT.context.resource)
  assert.equal(denials[0]?.decoded?.explicitDeny, true)
})

test('a decoded message that says allowed is no denial', () => {
  const { denials } = readDenials(JSON.stringify({ ...DOCUMENT, allowed: true, explicitDeny: false }))
  assert.deepEqual(
    denials.map(({ kind, notes }) => [kind, notes[0]?.code]),
    [['other', 'decoded-allowed']],
  )
})

test('an encoded message is found whole over line breaks', () => {
  const wrapped = REFUSAL.replace(BLOB, (BLOB.match(/.{1,80}/g) ?? []).join('\n'))
  assert.equal(readDenials(wrapped).denials[0]?.encodedMessage, BLOB)
})

test('a message that CloudTrail cut says so', () => {
  const message =
    `You are not authorized to perform this operation. Encoded authorization failure message: ${BLOB.repeat(8)}`.slice(
      0,
      1024,
    )
  const record = {
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    errorCode: 'Client.UnauthorizedOperation',
    errorMessage: message,
  }
  const [denial] = readDenials(JSON.stringify(record)).denials
  assert.ok(denial?.notes.some(({ code }) => code === 'message-truncated'))
  assert.ok(denial?.encodedMessage !== null)
})
