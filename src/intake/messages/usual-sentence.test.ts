import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readByRules } from './read-message.ts'
import { usualSentence } from './usual-sentence.ts'

const SEED = 20_261_127

const PRINCIPAL = fc.constantFrom(
  'arn:aws:iam::111122223333:user/ann',
  'arn:aws:sts::111122223333:assumed-role/deploy-role/i-0abc1',
  'arn:aws-cn:sts::111122223333:assumed-role/r.-_/a@example.com',
  'arn:aws:iam::111122223333:user/team/user/bob.',
  'arn:aws:iam::11112222:user/ann',
  'arn:aws:iam::XXXXXXXXXXXX:user/ann',
  'arn:aws:iam::111122223333:root',
  'arn:aws:iam::111122223333:role/user:x',
  'anonymous',
)
const ACTION = fc.constantFrom(
  's3:GetObject',
  'S3:getobject',
  'SNS:ListTopics',
  'ses:GetAccount.',
  'kms:Decrypt',
  'foo:Bar',
  'iam:PassRole',
  's3:Get*',
)
const RESOURCE = fc.constantFrom(
  'arn:aws:s3:::b/k',
  '"arn:aws:s3:::b/a b, c; d.txt"',
  '"arn:aws:s3:::b/with an explicit deny in a session policy"',
  'arn:aws:logs:eu-west-1:111122223333:log-group:x:log-stream:',
  'arn:aws:iam::111122223333:role/r/',
  'arn:aws:s3:::b/...',
  'arn:aws:s3:::b.',
  'arn:aws:s3:::b/**',
  'arn:aws:s3:::b/User:x',
  '"arn:aws:s3:::b/User: arn:aws:iam::111122223333:user/eve is not authorized to perform"',
  'role deploy',
  '*',
  'user Bob',
  'role deploy.bot@x',
  'group a-b_c',
  'policy p version v2',
  'instance profile web',
  'role arn:aws:iam::111122223333:role/x',
  'user ..',
  'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs',
)
const TYPE = fc.constantFrom(
  'identity-based policy',
  'resource-based policy',
  'service control policy',
  'resource control policy',
  'VPC endpoint policy',
  'permissions boundary',
  'session policy',
  'bucket policy',
  'role trust policy',
)
const REASON = fc.oneof(
  fc.tuple(TYPE, ACTION).map(([type, action]) => ` because no ${type} allows the ${action} action`),
  TYPE.map((type) => ` with an explicit deny in a ${type}`),
  TYPE.map(
    (type) =>
      ` with an explicit deny in an ${type}: arn:aws:organizations::444455556666:policy/o-abc/service_control_policy/p-1a2b3c4d`,
  ),
  TYPE.map((type) => ` with an explicit deny in a ${type}: arn:aws:iam::111122223333:policy/team/P_1-x`),
  fc.constantFrom('', ' with an explicit deny', ' (Service: S3)', '.', ' because no'),
)
const NOISE = fc.oneof({ weight: 6, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.string({ maxLength: 4 }) })

const BASE64 = fc.constantFrom(...'ABCabc0189-_')
const BLOB = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: BASE64, minLength: 10, maxLength: 80 })
      .map((text) => `. Encoded authorization failure message: ${text}`),
  },
)

const MESSAGE = fc
  .record({
    principal: PRINCIPAL,
    action: ACTION,
    resource: RESOURCE,
    reason: REASON,
    opening: fc.constantFrom('', '', 'You are not authorized to perform this operation. ', 'Not allowed. '),
    blob: BLOB,
    isNamed: fc.boolean(),
    noise: fc.array(NOISE, { minLength: 5, maxLength: 5 }),
  })
  .map(
    ({ principal, action, resource, reason, opening, blob, isNamed, noise: [a, b, c, d, e] }) =>
      `${opening}${a}User: ${principal}${b} is not authorized to perform: ${action}${c}${
        isNamed ? ` on resource: ${resource}${d}` : ''
      }${reason}${blob}${e}`,
  )

test('an encoded message that begins with underlines is no mark-up', () => {
  const blob = '__AbC012345678-_9'
  const text = `${usual('')}. Encoded authorization failure message: ${blob}`
  assert.equal(readByRules(text)?.encodedMessage, blob)
  assert.equal(usualSentence(text)?.encodedMessage, blob)
})

test('a usual sentence is read as the rules read it', () => {
  let usual = 0
  fc.assert(
    fc.property(MESSAGE, (text) => {
      const fields = usualSentence(text)
      if (fields === undefined) return
      usual += 1
      assert.deepEqual(fields, readByRules(text))
    }),
    { seed: SEED, numRuns: 40_000 },
  )
  assert.ok(usual > 1500, `${usual} usual sentences, seed ${SEED}`)
})

const usual = (reason: string, resource = 'arn:aws:s3:::b/k'): string =>
  `User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: ${resource}${reason}`

/** Fields by which the sentence is stored; R-MSG-01, R-MSG-02, R-MSG-09. */
for (const [reason, layer, denyType, policyArn] of [
  ['', null, null, null],
  [' because no identity-based policy allows the s3:GetObject action', 'identity-policy', 'implicit', null],
  [' because no VPC endpoint policy allows the s3:GetObject action', 'vpc-endpoint-policy', 'implicit', null],
  [' with an explicit deny in a permissions boundary', 'permissions-boundary', 'explicit', null],
  [
    ' with an explicit deny in a service control policy: arn:aws:organizations::444455556666:policy/o-abc/service_control_policy/p-1a2b3c4d',
    'service-control-policy',
    'explicit',
    'arn:aws:organizations::444455556666:policy/o-abc/service_control_policy/p-1a2b3c4d',
  ],
] as const)
  test(`reads "…${reason}"`, () => {
    const { layer: read, denyType: type, policyArn: arn, action, resource } = usualSentence(usual(reason)) ?? {}
    assert.deepEqual(
      [read, type, arn, action, resource],
      [layer, denyType, policyArn, 's3:GetObject', 'arn:aws:s3:::b/k'],
    )
  })

for (const text of [
  usual(' because no identity-based policy allows the s3:PutObject action'),
  usual('', 'arn:aws:s3:::b/...'),
  usual(' with an explicit deny in a bucket policy'),
  `Error: ${usual('')}`,
  usual('').replace('111122223333', '1111'),
])
  test(`leaves to the rules "${text}"`, () => assert.equal(usualSentence(text), undefined))
