import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { Step } from '#engine/decision.ts'
import type { PoliciesInForce } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { readDenials } from '#intake/read.ts'
import { verifyCommands, whatNotToDo } from './advice.ts'
import { diagnose } from './diagnose.ts'
import type { Identity } from './diagnosis.ts'

const A = '111122223333'
const B = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/deploy`
const SESSION = `arn:aws:sts::${A}:assumed-role/deploy/GitHubActions`

/** Who was evaluated, for a denial of this principal. */
function identity(principal: string, expectPrincipal?: string): Identity {
  const text = `User: ${principal} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:PutObject action`
  const options = expectPrincipal === undefined ? {} : { expectPrincipal }
  const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [] }, options).diagnoses
  assert.ok(diagnosis !== undefined)
  return diagnosis.identity
}

describe('identity', () => {
  it('names session and role where nobody was expected, and judges nothing', () => {
    const got = identity(SESSION)
    assert.equal(got.evaluated, SESSION)
    assert.equal(got.expected, null)
    assert.equal(got.agrees, null)
    assert.match(got.explanation, /`GitHubActions`/)
    assert.match(got.explanation, /role `arn:aws:iam::111122223333:role\/deploy`/)
  })

  it('agrees where the role is expected and a session of it was evaluated (R-PRIN-03)', () => {
    assert.equal(identity(SESSION, ROLE).agrees, true)
    assert.equal(
      identity(SESSION, `arn:aws:iam::${A}:role/ci/deploy`).agrees,
      true,
      'a session does not show the path of its role',
    )
  })

  it('agrees where the very session, user or root was expected', () => {
    const user = `arn:aws:iam::${A}:user/ann`
    assert.equal(identity(SESSION, SESSION).agrees, true)
    assert.equal(identity(user, user).agrees, true)
  })

  it('does not agree with another session of the role, and says so', () => {
    const got = identity(SESSION, `arn:aws:sts::${A}:assumed-role/deploy/laptop`)
    assert.equal(got.agrees, false)
    assert.match(got.explanation, /another session/)
  })

  const wrong: readonly [who: string, principal: string, says: RegExp][] = [
    ['a user instead of the role', `arn:aws:iam::${A}:user/ann`, /access key of a user/],
    ['the root user', `arn:aws:iam::${A}:root`, /root user/],
    ['the role of an EC2 instance', `arn:aws:sts::${A}:assumed-role/eks-node/i-0abc1234def567890`, /EC2 instance/],
    [
      'the role of that name in another account',
      `arn:aws:sts::${B}:assumed-role/deploy/GitHubActions`,
      /in account 444455556666, not in 111122223333/,
    ],
    ['another role', `arn:aws:sts::${A}:assumed-role/readonly/GitHubActions`, /get-caller-identity/],
  ]
  for (const [who, principal, says] of wrong)
    it(`does not agree with ${who}, and names both`, () => {
      const got = identity(principal, ROLE)
      assert.equal(got.agrees, false)
      assert.ok(got.explanation.includes(principal) && got.explanation.includes(ROLE))
      assert.match(got.explanation, says)
    })

  it('is open where the evidence does not say who was evaluated', () => {
    const text = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
    const [diagnosis] = diagnose(
      { denials: readDenials(text).denials, events: [] },
      { expectPrincipal: ROLE },
    ).diagnoses
    assert.deepEqual(
      { ...diagnosis?.identity, explanation: '' },
      { evaluated: null, expected: ROLE, agrees: null, explanation: '', relation: 'unknown' },
    )
    assert.match(diagnosis?.identity.explanation ?? '', /does not say who/)
  })
})

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const rule = (Effect: 'Allow' | 'Deny', more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const ALLOW = { name: 'allow', document: document(rule('Allow')) }
const DENY = { name: 'deny', document: document(rule('Allow'), rule('Deny')) }
const EMPTY = { name: 'empty', document: document() }

function step(policies: PoliciesInForce, request: Partial<Request> = {}, relation: Step['relation'] = 'denied'): Step {
  const initial: Request = {
    principal: SESSION,
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: A,
    ...request,
  }
  const organization = {
    id: 'o-x',
    managementAccount: '999988887777',
    principalPath: 'o-x/r-1/',
    resourcePath: 'o-x/r-1/',
  }
  return {
    relation,
    request: initial,
    why: 'w',
    decision: evaluate({ request: initial, policies: { complete: true, ...policies }, organization }),
  }
}

describe('what not to do', () => {
  const advice = (...steps: readonly Step[]): string => whatNotToDo(steps).join('\n')

  it('always warns of AdministratorAccess where something refuses (R-FIX-06)', () => {
    const level = [{ target: 'r-1', policies: [DENY] }]
    const everyone = { name: 'rcp', document: document(rule('Deny', { Principal: '*' })) }
    const refusals: readonly PoliciesInForce[] = [
      { identityPolicies: [EMPTY] },
      { identityPolicies: [ALLOW], serviceControlPolicies: level },
      { identityPolicies: [ALLOW], resourceControlPolicies: [{ target: 'r-1', policies: [everyone] }] },
      { identityPolicies: [ALLOW], permissionsBoundary: EMPTY },
      { identityPolicies: [ALLOW], sessionPolicies: [EMPTY] },
      {
        identityPolicies: [ALLOW],
        resourcePolicy: { name: 'b', document: document(rule('Deny', { Principal: '*' })) },
      },
    ]
    for (const policies of refusals) {
      const refused = step(policies)
      assert.equal(refused.decision.decision, 'denied')
      assert.match(advice(refused), /AdministratorAccess/, refused.decision.blockedBy.join())
    }
  })

  it('says that no policy opens a secret under the AWS managed key to another account, where it is not another (G-31)', () => {
    const refused = step({ identityPolicies: [EMPTY] })
    const onKey = (resource: string | null, blockedBy: Step['decision']['blockedBy']): Step => ({
      ...refused,
      relation: 'next',
      rule: 'G-31',
      request: { ...refused.request, resource },
      decision: { ...refused.decision, blockedBy },
    })
    assert.match(advice(refused, onKey(null, ['resource-policy'])), /on policies alone: with the AWS managed key/)
    assert.match(advice(refused, onKey(null, ['identity-policy'])), /where the secret has no key of its own/)
    const key = `arn:aws:kms:eu-west-1:${B}:key/k`
    assert.doesNotMatch(advice(refused, onKey(key, ['resource-policy'])), /managed key/)
  })

  it('says that no Allow helps against an explicit deny, and only then (R-FIX-01)', () => {
    assert.match(advice(step({ identityPolicies: [DENY] })), /no Allow overrides/)
    assert.doesNotMatch(advice(step({ identityPolicies: [EMPTY] })), /no Allow overrides/)
  })

  it('says that identity policies cannot override organization, boundary, session or endpoint', () => {
    const through = { context: { 'aws:SourceVpce': 'vpce-1' } }
    const cases: readonly Step[] = [
      step({ identityPolicies: [ALLOW], serviceControlPolicies: [{ target: 'r-1', policies: [DENY] }] }),
      step({ identityPolicies: [ALLOW], permissionsBoundary: EMPTY }),
      step({ identityPolicies: [ALLOW], sessionPolicies: [EMPTY] }),
      step({ identityPolicies: [ALLOW], vpcEndpointPolicy: EMPTY }, through),
    ]
    for (const evaluatedStep of cases)
      assert.doesNotMatch(
        advice(evaluatedStep),
        /one action on one resource is missing/,
        `${evaluatedStep.decision.blockedBy.join()}: the identity policy is not what is missing`,
      )
  })

  it('warns of stopping at the first request where the next is refused as well', () => {
    const next = step(
      { resourcePolicy: null },
      { action: 'kms:GenerateDataKey', resource: `arn:aws:kms:eu-west-1:${A}:key/k`, resourceAccount: A },
      'next',
    )
    assert.match(
      advice(step({ identityPolicies: [EMPTY] }), next),
      /Do not stop at s3:PutObject: kms:GenerateDataKey is refused next/,
    )
    assert.doesNotMatch(advice(step({ identityPolicies: [EMPTY] })), /Do not stop/)
  })

  it('has nothing to say where nothing refuses', () => {
    assert.deepEqual(whatNotToDo([step({ identityPolicies: [ALLOW] })]), [])
    assert.deepEqual(whatNotToDo([]), [])
  })
})

describe('verify commands', () => {
  const [denial] = readDenials(
    `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::b/k`,
  ).denials
  const commands = (resource: string | null, action = 's3:PutObject'): readonly string[] => {
    assert.ok(denial !== undefined)
    return verifyCommands(denial, [step({ identityPolicies: [EMPTY] }, { action, resource })])
  }

  it('show who calls first, then replay the request', () => {
    assert.deepEqual(
      commands('arn:aws:s3:::b/rel/app.zip').map((command) => command.replace(/\s+#.*/, '')),
      ['aws sts get-caller-identity', 'aws s3api put-object --bucket b --key rel/app.zip --body FILE'],
    )
    // In every partition; what only begins alike is no object.
    for (const partition of ['aws-cn', 'aws-us-gov'])
      assert.equal(commands(`arn:${partition}:s3:::b/k`)[1], 'aws s3api put-object --bucket b --key k --body FILE')
    assert.equal(commands('arn:aws:s3:us-east-1:111122223333:accesspoint/p/object/k').length, 1)
    assert.equal(
      commands('arn:aws:s3:::b/rel/app.zip', 's3:GetObject')[1],
      'aws s3api get-object --bucket b --key rel/app.zip /dev/null',
    )
  })

  it('replay nothing where the resource is not known or no command is', () => {
    assert.equal(commands(null).length, 1)
    assert.equal(commands('arn:aws:s3:::b').length, 1)
    assert.equal(commands(`arn:aws:sqs:eu-west-1:${A}:q`, 'sqs:SendMessage').length, 1)
  })

  const hostile = [
    'a b',
    '$(id)',
    '`id`',
    "it's",
    '"; id; "',
    'x\ny',
    'a&b',
    'a|b',
    '*',
    '~',
    '!!',
    '',
    '\\',
    'a;id',
    '#c',
    "'$(id)'",
    'é',
  ]
  for (const key of hostile)
    it(`hand a shell the key ${JSON.stringify(key)} as it is, and nothing to run`, () => {
      const [, command = ''] = commands(`arn:aws:s3:::b/${key}`)
      const printed = execFileSync('sh', ['-c', command.replace(/^aws /, "printf '%s\\0' ")], { encoding: 'utf8' })
      assert.deepEqual(printed.split('\0').slice(0, -1), [
        's3api',
        'put-object',
        '--bucket',
        'b',
        '--key',
        key,
        '--body',
        'FILE',
      ])
    })

  it('never hand over a key that the AWS CLI would take for an option', () => {
    const [, command = ''] = commands('arn:aws:s3:::b/--endpoint-url=https://evil.example')
    assert.doesNotMatch(command, /--key '?--endpoint-url/)
  })

  // The AWS CLI replaces a parameter that starts so by the content of the file, which then is sent to the bucket's owner.
  for (const prefix of ['file://', 'fileb://'])
    it(`never hand over a key that starts with ${prefix}, which the AWS CLI would read`, () => {
      const text = commands(`arn:aws:s3:::b/${prefix}/etc/passwd`).join('\n')
      assert.doesNotMatch(text, new RegExp(`--key[ =]'?${prefix}`))
    })
})
