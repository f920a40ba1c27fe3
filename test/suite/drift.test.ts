/** Each rule of `drift` has a sample that triggers it and one beside it that does not. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { FILE_SCHEMAS } from '#app/file-schemas.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { DEFAULT_CONFIG, type DriftConfig, isDriftConfig, readDriftConfig } from '#suite/drift/drift-config.ts'
import { type DriftReport, driftOf } from '#suite/drift/drift.ts'
import { matchName } from '#suite/drift/name-pattern.ts'
import { RULE_IDS, type RuleId } from '#suite/drift/rules.ts'

const ACCOUNTS = ['111122223333', '222233334444', '333344445555'] as const
const GITHUB = 'token.actions.githubusercontent.com'

interface Role {
  readonly account: string
  readonly name?: string
  readonly trust?: unknown
  readonly boundary?: string
  readonly attached?: readonly string[]
}

function snapshotOf(roles: readonly Role[], resources: readonly object[] = []): Snapshot {
  const files = new Map<string, string>()
  for (const account of ACCOUNTS) {
    const own = roles.filter((role) => role.account === account)
    files.set(`accounts/${account}/authorization-details.json`, JSON.stringify({ RoleDetailList: own.map(entry) }))
  }
  for (const [i, resource] of resources.entries())
    files.set(`accounts/${ACCOUNTS[0]}/resources/any/${i}.json`, JSON.stringify(resource))
  return readSnapshot(files)
}

const entry = ({ account, name = 'app', trust, boundary, attached = [] }: Role): object => ({
  RoleName: name,
  Path: '/',
  Arn: `arn:aws:iam::${account}:role/${name}`,
  ...(trust === undefined ? {} : { AssumeRolePolicyDocument: trust }),
  RolePolicyList: [],
  AttachedManagedPolicies: attached.map((PolicyArn) => ({ PolicyName: PolicyArn.split('/').at(-1), PolicyArn })),
  ...(boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: boundary } }),
})

type Loose = Readonly<Record<string, unknown>>
const doc = (...statements: readonly Loose[]): object => ({ Version: '2012-10-17', Statement: statements })
const user = (more: Loose = {}, account: string = ACCOUNTS[0]): Loose => ({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:role/ci` },
  Action: 'sts:AssumeRole',
  ...more,
})
const external = (id: string, operator = 'StringEquals'): Loose =>
  user({ Condition: { [operator]: { 'sts:ExternalId': id } } })
const oidc = (conditions: Loose): Loose => ({
  Effect: 'Allow',
  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${GITHUB}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: conditions,
})
const AUD = { [`${GITHUB}:aud`]: 'sts.amazonaws.com' }
const SUB = { [`${GITHUB}:sub`]: 'repo:acme/app:ref:refs/heads/main' }
const tls = (key: string, value: string, operator = 'StringEquals'): Loose =>
  user({ Condition: { [operator]: { [key]: value } } })

// biome-ignore format: a table is read by its columns
/** What two accounts have, and what the third has: the rule is told of the third alone; and its severity. */
const DRIFTS: readonly (readonly [rule: RuleId, most: Omit<Role, 'account'>, other: Omit<Role, 'account'>, severity: string])[] = [
  ['statement-missing',    { trust: doc(user(), oidc({ StringEquals: { ...AUD, ...SUB } })) },  { trust: doc(user()) },                                       'warning'],
  ['statement-missing',    { trust: doc(user(), user({ Effect: 'Deny', Principal: '*' })) },    { trust: doc(user()) },                                       'security'],
  ['statement-extra',      { trust: doc(user()) },                                              { trust: doc(user(), oidc({ StringEquals: { ...AUD, ...SUB } })) }, 'security'],
  ['statement-extra',      { trust: doc(user()) },                                              { trust: doc(user(), user({ Effect: 'Deny', Principal: '*' })) }, 'suggestion'],
  ['principal',            { trust: doc(user()) },                                              { trust: doc(user({ Principal: { AWS: ['arn:aws:iam::111122223333:role/ci', 'arn:aws:iam::111122223333:role/dev'] } })) }, 'security'],
  ['principal',            { trust: doc(user({ Principal: { AWS: ['arn:aws:iam::111122223333:role/ci', 'arn:aws:iam::111122223333:role/dev'] } })) }, { trust: doc(user()) }, 'warning'],
  ['action',               { trust: doc(user()) },                                              { trust: doc(user({ Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] })) }, 'warning'],
  ['session-tags',         { trust: doc(user()) },                                              { trust: doc(user({ Action: ['sts:AssumeRole', 'sts:TagSession'] })) }, 'security'],
  ['session-tags',         { trust: doc(tls('aws:RequestTag/team', 'web')) },                   { trust: doc(tls('aws:RequestTag/team', 'shop')) },           'warning'],
  ['external-id',          { trust: doc(external('a')) },                                       { trust: doc(user()) },                                       'security'],
  ['external-id',          { trust: doc(external('a')) },                                       { trust: doc(external('b')) },                                'warning'],
  ['oidc-subject',         { trust: doc(oidc({ StringEquals: { ...AUD, ...SUB } })) },          { trust: doc(oidc({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } })) }, 'security'],
  ['oidc-audience',        { trust: doc(oidc({ StringEquals: { ...AUD, ...SUB } })) },          { trust: doc(oidc({ StringEquals: SUB })) },                  'security'],
  ['condition-key',        { trust: doc(tls('aws:PrincipalOrgID', 'o-1')) },                    { trust: doc(user()) },                                       'security'],
  ['condition-key',        { trust: doc(user()) },                                              { trust: doc(tls('aws:PrincipalOrgID', 'o-1')) },             'suggestion'],
  ['condition-value',      { trust: doc(tls('aws:PrincipalOrgID', 'o-1')) },                    { trust: doc(tls('aws:PrincipalOrgID', 'o-2')) },             'warning'],
  ['condition-operator',   { trust: doc(tls('aws:PrincipalOrgID', 'o-1')) },                    { trust: doc(tls('aws:PrincipalOrgID', 'o-1', 'StringEqualsIfExists')) }, 'warning'],
  ['permissions-boundary', { trust: doc(user()), boundary: 'arn:aws:iam::aws:policy/B' },       { trust: doc(user()) },                                       'security'],
  ['permissions-boundary', { trust: doc(user()) },                                              { trust: doc(user()), boundary: 'arn:aws:iam::aws:policy/B' }, 'warning'],
  ['attached-policies',    { trust: doc(user()), attached: ['arn:aws:iam::aws:policy/A'] },     { trust: doc(user()), attached: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/Admin'] }, 'warning'],
  ['unreadable-trust',     { trust: doc(user()) },                                              { trust: 'not a policy' },                                    'warning'],
]

describe('of a group, the role is told that differs from most', () => {
  for (const [rule, most, other, severity] of DRIFTS)
    it(`${rule}, ${severity}: ${JSON.stringify(other).slice(0, 80)}`, () => {
      const { groups } = drift([most, other, most].map((role, i) => ({ ...role, account: ACCOUNTS[i] ?? '' })))
      const [group] = groups
      assert.ok(group !== undefined && groups.length === 1)
      assert.deepEqual(
        group.deviations.map((one) => [one.rule, one.severity, one.account]),
        [[rule, severity, ACCOUNTS[1]]],
      )
      assert.equal(group.isTied, false)
      // The same roles alike have nothing to tell.
      assert.deepEqual(drift(ACCOUNTS.map((account) => ({ ...most, account }))).groups[0]?.deviations, [])
    })
})

const drift = (
  roles: readonly Role[],
  config: DriftConfig = DEFAULT_CONFIG,
  resources: readonly object[] = [],
): DriftReport => driftOf(snapshotOf(roles, resources), config)

const service = (more: Loose): Loose => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'codebuild.amazonaws.com' },
  ...more,
})
const source = (key: string, value: string): Loose => ({ Condition: { StringLike: { [key]: value } } })
const saml = (more: Loose): Loose => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRoleWithSAML',
  Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/corp' },
  ...more,
})

// biome-ignore format: a table is read by its columns
const OPEN: readonly (readonly [rule: RuleId, triggers: Loose, doesNot: Loose])[] = [
  ['any-principal',         user({ Principal: { AWS: '*' } }),                         user({ Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
  ['any-principal',         user({ Principal: { AWS: '*' }, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }), user({ Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })],
  ['any-principal',         user({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } } }), user({ Principal: '*', Condition: { StringEqualsIfExists: { 'aws:PrincipalAccount': '111122223333' } } })],
  ['wildcard-principal',    user({ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }), user()],
  ['not-principal',         user({ Principal: undefined, NotPrincipal: { AWS: '111122223333' } }), user({ Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111122223333' } })],
  ['oidc-without-subject',  oidc({ StringEquals: AUD }),                               oidc({ StringEquals: { ...AUD, ...SUB } })],
  ['oidc-without-subject',  oidc({ StringEquals: AUD, Null: { [`${GITHUB}:sub`]: 'false' } }), oidc({ StringEquals: { ...AUD, ...SUB }, Null: { [`${GITHUB}:sub`]: 'false' } })],
  ['oidc-broad-subject',    { ...oidc({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } }), Action: 'sts:*' }, { ...oidc({ StringEquals: { ...AUD, ...SUB } }), Action: 'sts:*' }],
  ['oidc-broad-subject',    oidc({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/*' } }), oidc({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/app:*' } })],
  ['oidc-without-audience', oidc({ StringEquals: SUB }),                               oidc({ StringEquals: { ...AUD, ...SUB } })],
  ['saml-without-audience', saml({}),                                                  saml({ Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } } })],
  ['third-party',           user({}, '999900001111'),                                  user({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }, '999900001111')],
  ['third-party',           user({ Condition: { StringNotEquals: { 'sts:ExternalId': 'x' } } }, '999900001111'), user({ Condition: { StringLike: { 'sts:ExternalId': 'x-*' } } }, '999900001111')],
  ['third-party',           user({ Condition: { StringLike: { 'sts:ExternalId': '*' } } }, '999900001111'), user({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }, '999900001111')],
  ['confused-deputy',       service({}),                                               service(source('aws:SourceAccount', '111122223333'))],
  ['confused-deputy',       service({ Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '111122223333' } } }), service(source('aws:SourceArn', 'arn:aws:codebuild:*:111122223333:*'))],
  ['broad-source',          service(source('aws:SourceArn', 'arn:aws:codebuild:*:*:project/x')), service(source('aws:SourceArn', 'arn:aws:codebuild:*:111122223333:project/x'))],
]

describe('of one policy alone, what it leaves open is told', () => {
  for (const [rule, triggers, doesNot] of OPEN)
    it(`${rule}: ${JSON.stringify(triggers).slice(0, 90)}`, () => {
      const rules = (statement: Loose) =>
        drift([{ account: ACCOUNTS[0], trust: doc(statement) }]).findings.map((one) => one.rule)
      assert.deepEqual(rules(triggers), [rule])
      assert.deepEqual(rules(doesNot), [])
    })

  it('and of the policies of buckets, topics and queues, more gravely', () => {
    const topic = (more: Loose) => ({
      arn: 'arn:aws:sns:us-east-1:111122223333:alarms',
      account: ACCOUNTS[0],
      kind: 'topic',
      policy: doc({
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: '*',
        ...more,
      }),
      attributes: {},
    })
    const of = (more: Loose) =>
      drift([], DEFAULT_CONFIG, [topic(more)]).findings.map(({ rule, severity }) => [rule, severity])
    assert.deepEqual(of({}), [['confused-deputy', 'security']])
    assert.deepEqual(of(source('aws:SourceArn', 'arn:aws:s3:::uploads')), [])
  })
})

test('every rule has a sample', () => {
  const shown = new Set<string>([...DRIFTS, ...OPEN].map(([rule]) => rule))
  assert.deepEqual(
    RULE_IDS.filter((rule) => !shown.has(rule)),
    [],
  )
})

test('docs/drift.md has every rule with its severities, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'drift.md'), 'utf8')
  assert.deepEqual(
    [...page.matchAll(/^\| `([a-z-]+)` \| (?:security|warning|suggestion)/gm)].map((row) => row[1]),
    RULE_IDS,
  )
})

test('the account, the name and what the pattern leaves open may differ; whole words only', () => {
  const teams = ['web', 'shop', 'search']
  const config = readDriftConfig({ groups: [{ name: 'teams', roles: '{team}-deploy' }] })
  assert.ok(isDriftConfig(config))
  const roles = teams.map((team, i): Role => {
    const account = ACCOUNTS[i] ?? ''
    const sub = { [`${GITHUB}:sub`]: `repo:acme/${team}:ref:refs/heads/main` }
    return {
      account,
      name: `${team}-deploy`,
      trust: doc({
        ...oidc({ StringEquals: { ...AUD, ...sub } }),
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${GITHUB}` },
      }),
      attached: [`arn:aws:iam::${account}:policy/${team}-deploy`],
    }
  })
  const [group] = drift(roles, config).groups
  assert.deepEqual(
    [group?.name, group?.members.length, group?.majority, group?.deviations],
    ['{team}-deploy', 3, 3, []],
  )
  assert.match(group?.normalForm[0] ?? '', /repo:acme\/\{team\}:ref/)
  assert.match(group?.normalForm[0] ?? '', /iam::\{account\}:oidc-provider/)
})

test('where no form stands most often, that is said', () => {
  const [group] = drift([
    { account: ACCOUNTS[0], trust: doc(external('a')) },
    { account: ACCOUNTS[1], trust: doc(external('b')) },
  ]).groups
  assert.deepEqual([group?.isTied, group?.deviations.map(({ account }) => account)], [true, [ACCOUNTS[1]]])
})

test('order, single values in lists, letter case of keys and Sids do not count', () => {
  const one = doc(user(), external('a'))
  const same = {
    Statement: [
      { ...external('a'), Sid: 'Vendor', Condition: { stringequals: { 'STS:externalid': ['a'] } } },
      { ...user(), Action: ['STS:assumerole'], Principal: { AWS: ['arn:aws:iam::111122223333:role/ci'] } },
    ],
  }
  const [group] = drift([
    { account: ACCOUNTS[0], trust: one },
    { account: ACCOUNTS[1], trust: same },
  ]).groups
  assert.deepEqual(group?.deviations, [])
})

test("severities are the config's to set, and rules to turn off", () => {
  const roles = [external('a'), external('a'), user()].map(
    (one, i): Role => ({ account: ACCOUNTS[i] ?? '', trust: doc(one) }),
  )
  const deviations = (value: unknown) => {
    const config = readDriftConfig(value)
    assert.ok(isDriftConfig(config))
    return drift(roles, config).groups[0]?.deviations.map(({ severity }) => severity)
  }
  assert.deepEqual(deviations({ rules: { 'external-id': 'suggestion' } }), ['suggestion'])
  assert.deepEqual(deviations({ rules: { 'external-id': 'off' } }), [])
  assert.deepEqual(deviations({ groups: [{ name: 'all', roles: '*', ignore: ['external-id'] }] }), [])
  assert.equal(deviations({ groups: [{ name: 'none', roles: 'other' }] }), undefined)
})

// biome-ignore format: a table is read by its columns
const NAMES: readonly (readonly [pattern: string, name: string, key: string | undefined, holes: Readonly<Record<string, string>>])[] = [
  ['*',                  'a',              'a',               {}],
  ['{team}-deploy',      'web-deploy',     '{team}-deploy',   { team: 'web' }],
  ['{team}-deploy',      'web-shop-deploy', '{team}-deploy',  { team: 'web-shop' }],
  ['{team}-deploy',      '-deploy',        undefined,         {}],
  ['{team}-*-{stage}',   'web-api-prod',   '{team}-api-{stage}', { team: 'web', stage: 'prod' }],
  ['deploy-*',           'deploy-prod',    'deploy-prod',     {}],
  ['deploy',             'deploy2',        undefined,         {}],
  ['{t',                 'x',              undefined,         {}],
]
for (const [pattern, name, key, holes] of NAMES)
  test(`\`${pattern}\` ${key === undefined ? 'does not fit' : 'fits'} \`${name}\``, () => {
    const matched = matchName(pattern, name)
    assert.equal(matched?.key, key)
    if (matched !== undefined) assert.deepEqual(Object.fromEntries(matched.holes), holes)
  })

describe('a file of drift', () => {
  // biome-ignore format: a table is read by its columns
  const WRONG: readonly (readonly [value: unknown, message: string, hint: string])[] = [
    [{ groups: 5 },                                                  '`groups` is the number 5, not a list',             'docs/drift.md'],
    [{ groups: [] },                                                 '`groups` is an empty list',                        'one at least'],
    [{ groups: [{ name: 'a' }] },                                    '`groups[0]` has no `roles`',                       'docs/drift.md'],
    [{ groups: [{ name: 'a', roles: 'x', account: 'y' }] },          '`account` is no field of `groups[0]`',             '`accounts`'],
    [{ groups: [{ name: 'a', roles: 'x', accounts: '12' }] },        '`12` is no account id',                            'twelve digits'],
    [{ groups: [{ name: 'a', roles: 'x', accounts: [12] }] },        '`groups[0].accounts[0]` is the number 12',         'leading zeros'],
    [{ groups: [{ name: 'a', roles: 'x', ignore: ['external'] }] },  '`groups[0].ignore[0]` cannot be `external`',       'external-id'],
    [{ rules: { externalid: 'off' } },                               '`externalid` is no field of `rules`',              'did you mean `external-id`? docs/drift.md'],
    [{ rules: { 'external-id': 'of' } },                             '`rules.external-id` cannot be `of`',               'did you mean `off`?'],
    [JSON.parse('{"rules":{"__proto__":"off"}}'),                    '`__proto__` is no field of `rules`',               'docs/drift.md'],
    [[],                                                             'the file is a list, not an object',                'docs/drift.md'],
  ]
  for (const [value, message, hint] of WRONG)
    it(`is told what is wrong with ${JSON.stringify(value)}`, () => {
      const read = readDriftConfig(value)
      assert.ok(!isDriftConfig(read))
      assert.ok(read[0]?.message.includes(message), read[0]?.message)
      assert.ok(read[0]?.hint.includes(hint), read[0]?.hint)
    })

  it('has a schema for editors, which is the one it is read by', () => {
    const shown: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'drift.schema.json'), 'utf8'),
    )
    const schema = FILE_SCHEMAS.drift()
    assert.deepEqual(shown, JSON.parse(JSON.stringify(schema)))
    const validate = new Ajv2020({ strict: false }).compile(schema)
    for (const [value] of WRONG.filter((row) => !row[1].includes('__proto__')))
      assert.equal(validate(value), false, JSON.stringify(value))
    assert.equal(
      validate({
        snapshot: 's',
        groups: [{ name: 'a', roles: ['x'], ignore: ['external-id'] }],
        rules: { principal: 'off' },
      }),
      true,
    )
  })
})
