/** What is given of a layer does not say that there is nothing else of it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { withAtHand } from './in-force.ts'
import { type NamedAs, namedPieces } from './named.ts'
import { NOTHING_AT_HAND, type Piece } from './piece.ts'
import { recognize } from './recognize.ts'
import { unusedInputs } from './unused.ts'

const ROLE = 'arn:aws:iam::111122223333:role/ci/deploy'
const REQUEST = {
  principal: ROLE,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
  resourceAccount: '111122223333',
  context: {},
  contextComplete: true,
}
const SCENARIO: Scenario = { request: REQUEST }

const allow = (more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*', ...more }],
})
const DENY = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }] }

function given(...files: readonly (readonly [name: string, value: unknown])[]): readonly Piece[] {
  return files.flatMap(([name, value]) => {
    const found = recognize(name, JSON.stringify(value))
    assert.equal(found.is, 'pieces', name)
    return found.is === 'pieces' ? found.pieces : []
  })
}

const named = (as: NamedAs, file: string, value: unknown): Piece => {
  const [piece] = namedPieces(as, file, JSON.stringify(value))
  assert.ok(piece)
  return piece
}

const held = (pieces: readonly Piece[], scenario = SCENARIO) => withAtHand(scenario, { ...NOTHING_AT_HAND, pieces })

describe('policies of the caller', () => {
  const inline = { RoleName: 'deploy', PolicyName: 'p', PolicyDocument: allow() }

  test('leave it open whether there are others', () => {
    const { scenario } = held(given(['p.json', inline]))
    assert.deepEqual(
      scenario.policies?.identityPolicies?.map(({ name }) => name),
      ['p', 'further identity policies'],
    )
    assert.equal(evaluate(scenario).decision, 'undetermined')
  })

  test('come with the tags of the role, where its trust policy lets nobody pass tags of a session (R-PRIN-06)', () => {
    const role = (action: string) => ({
      Role: {
        RoleName: 'deploy',
        Arn: ROLE,
        Tags: [{ Key: 'team', Value: 'red' }],
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: action }],
        },
      },
    })
    const tagsOf = (action: string, scenario = SCENARIO) =>
      held(given(['r.json', role(action)]), scenario).scenario.request.principalTags
    assert.deepEqual(tagsOf('sts:AssumeRole'), { team: 'red' })
    assert.equal(tagsOf('sts:*'), undefined)
    const withTags = { request: { ...REQUEST, principalTags: { team: 'blue' } } }
    assert.deepEqual(tagsOf('sts:AssumeRole', withTags), { team: 'blue' })
  })

  test('are all where both lists of the role say so', () => {
    const lists = [
      ['a.json', { AttachedPolicies: [] }],
      ['n.json', { PolicyNames: ['p'] }],
    ] as const
    const { scenario } = held(given(['p.json', inline], ...lists))
    assert.deepEqual(
      scenario.policies?.identityPolicies?.map(({ name }) => name),
      ['p'],
    )
  })

  describe('named by aws iam get-policy (R-ADV-13)', () => {
    const arn = 'arn:aws:iam::111122223333:policy/shared'
    const text = ['v.json', { PolicyVersion: { Document: allow(), VersionId: 'v2', IsDefaultVersion: true } }] as const
    const name = ['n.json', { Policy: { PolicyName: 'shared', Arn: arn } }] as const

    test('have its ARN', () => {
      const { scenario, used } = held(given(text, name))
      assert.deepEqual(
        scenario.policies?.identityPolicies?.map((policy) => [policy.name, policy.arn]),
        [
          ['shared', arn],
          ['further identity policies', undefined],
        ],
      )
      assert.deepEqual(used.map(({ file }) => file).sort(), ['n.json', 'v.json'])
    })

    test('are asked for where their text is missing', () => {
      const pieces = given(['n.json', { Policy: { PolicyName: 'shared', Arn: arn } }])
      const [unused] = unusedInputs({ ...NOTHING_AT_HAND, pieces }, [SCENARIO])
      assert.equal(unused?.takenFor, 'managed policy shared')
      assert.match(unused.whatWouldBindIt, /get-policy-version/)
    })

    test('are the boundary where the role says so', () => {
      const role = { RoleName: 'deploy', PermissionsBoundary: { PermissionsBoundaryArn: arn } }
      const { scenario } = held(given(text, name, ['r.json', { Role: role }]))
      assert.equal(scenario.policies?.permissionsBoundary?.arn, arn)
      assert.notEqual(scenario.policies?.permissionsBoundary?.document, undefined)
    })
  })

  describe('of a group (R-ADV-01)', () => {
    const USER: Scenario = { request: { ...REQUEST, principal: 'arn:aws:iam::111122223333:user/ana' } }
    const policy = ['g.json', { GroupName: 'analysts', PolicyName: 'read', PolicyDocument: DENY }] as const
    const groupsOf = (pieces: readonly Piece[]) => {
      const { scenario, assumptions } = withAtHand(USER, { ...NOTHING_AT_HAND, pieces })
      const [first] = scenario.policies?.identityPolicies ?? []
      return [first?.name, first?.group, assumptions.map(({ fact, value }) => `${fact}: ${value}`)]
    }

    test('are the group’s and not the user’s own', () => {
      assert.deepEqual(groupsOf(given(policy)), [
        'read (group analysts)',
        'analysts',
        ['group analysts: user ana is in it'],
      ])
    })

    test('need no assumption where the groups of the user are listed', () => {
      const list = ['l.json', { Groups: [{ GroupName: 'analysts' }] }] as const
      assert.deepEqual(groupsOf(given(policy, list)), ['read (group analysts)', 'analysts', []])
    })

    test('do not bear on a user whose list of groups has another', () => {
      const list = ['l.json', { Groups: [{ GroupName: 'admins' }] }] as const
      assert.deepEqual(groupsOf(given(policy, list)), [undefined, undefined, []])
    })
  })

  test('that are listed and not given are there, without a text', () => {
    const arn = 'arn:aws:iam::111122223333:policy/other'
    const lists = [
      ['a.json', { AttachedPolicies: [{ PolicyName: 'other', PolicyArn: arn }] }],
      ['n.json', { PolicyNames: ['p', 'q'] }],
    ] as const
    const { scenario } = held(given(['p.json', inline], ...lists))
    assert.deepEqual(
      scenario.policies?.identityPolicies?.map(({ name, document }) => [name, document !== undefined]),
      [
        ['p', true],
        ['other', false],
        ['q', false],
      ],
    )
  })

  test('of another role do not count', () => {
    const { scenario, used } = held(given(['p.json', { ...inline, RoleName: 'other' }]))
    assert.equal(scenario.policies?.identityPolicies, undefined)
    assert.deepEqual(used, [])
  })

  test('a role without a boundary has none; a service is no caller with policies', () => {
    const { scenario } = held(given(['r.json', { Role: { RoleName: 'deploy', Arn: ROLE } }]))
    assert.equal(scenario.policies?.permissionsBoundary, null)
    const service = { request: { ...REQUEST, principal: 'lambda.amazonaws.com' } }
    assert.equal(held(given(['p.json', allow()]), service).scenario.policies?.identityPolicies, undefined)
  })
})

describe('policies of the resource', () => {
  const policy = (arn: string) => ({ Policy: JSON.stringify(allow({ Principal: '*', Resource: `${arn}/*` })) })

  test('are those of the bucket that they name', () => {
    const own = held(given(['b.json', policy('arn:aws:s3:::b')])).scenario
    assert.equal(own.policies?.resourcePolicy?.kind, 'bucket')
    const other = held(given(['c.json', policy('arn:aws:s3:::c')])).scenario
    assert.equal(other.policies?.resourcePolicy, undefined)
    assert.deepEqual(
      other.resources?.map(({ arn }) => arn),
      ['arn:aws:s3:::c'],
    )
  })

  test('a key policy without its ARN counts for a request on a key alone', () => {
    const key = given([
      'k.json',
      { Policy: JSON.stringify(allow({ Principal: '*', Action: 'kms:*', Resource: '*' })), PolicyName: 'default' },
    ])
    assert.equal(held(key).scenario.policies?.resourcePolicy, undefined)
    const decrypt = { ...REQUEST, action: 'kms:Decrypt', resource: 'arn:aws:kms:us-east-1:111122223333:key/k' }
    assert.equal(held(key, { request: decrypt }).scenario.policies?.resourcePolicy?.kind, 'key')
  })

  test('a trust policy counts for assuming the role, and for nothing else', () => {
    const trust = given([
      't.json',
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] },
    ])
    assert.equal(held(trust).scenario.policies?.resourcePolicy, undefined)
    const assume = { ...REQUEST, action: 'sts:AssumeRole', resource: 'arn:aws:iam::111122223333:role/other' }
    assert.equal(held(trust, { request: assume }).scenario.policies?.resourcePolicy?.kind, 'trust')
  })
})

describe('guardrails', () => {
  test('a control policy does not say that nothing else is attached beside it', () => {
    const { scenario } = held([named('scp', 'root.json', DENY), named('scp', 'account.json', allow())])
    assert.deepEqual(
      scenario.policies?.serviceControlPolicies?.map(({ target, policies }) => [target, policies?.length]),
      [
        ['root.json', 2],
        ['account.json', 2],
      ],
    )
    assert.deepEqual(evaluate(scenario).blockedBy, ['service-control-policy'])
  })

  test('an SCP that denies something else refuses nothing by being alone', () => {
    const other = { ...DENY, Statement: [{ ...DENY.Statement[0], Action: 'ec2:*' }] }
    const { scenario } = held([named('scp', 'root.json', other)])
    assert.deepEqual(evaluate(scenario).blockedBy, [])
  })

  test('no endpoint and no organization are said, not assumed', () => {
    const { scenario } = withAtHand(SCENARIO, { pieces: [], noEndpoint: true, noOrganization: true })
    assert.equal(scenario.policies?.vpcEndpointPolicy, null)
    assert.equal(scenario.request.context?.['aws:SourceVpce'], null)
    assert.equal(scenario.policies?.serviceControlPolicies, null)
    assert.equal(scenario.policies?.resourceControlPolicies, null)
    assert.equal(scenario.organization, null)
  })

  test('an endpoint counts where the request names it', () => {
    const pieces = given([
      'e.json',
      {
        VpcEndpoints: [
          {
            VpcEndpointId: 'vpce-1',
            VpcEndpointType: 'Gateway',
            PolicyDocument: JSON.stringify(allow({ Principal: '*' })),
          },
        ],
      },
    ])
    assert.equal(held(pieces).scenario.policies?.vpcEndpointPolicy, undefined)
    const through = { request: { ...REQUEST, context: { 'aws:SourceVpce': 'vpce-1' } } }
    assert.equal(held(pieces, through).scenario.policies?.vpcEndpointPolicy?.kind, 'gateway')
  })
})
