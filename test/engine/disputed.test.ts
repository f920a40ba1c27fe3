/**
 * docs/disputed.md shows the table as it is (`UPDATE_SAMPLES=1` writes it anew), and every choice of every row does in both
 * evaluators what the row says.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { evaluateChain, furtherRequests } from '#engine/chain.ts'
import type { DecisionEffect } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import { type Dispute, DISPUTES } from '#iam/disputed.ts'
import {
  DEFAULT_READINGS,
  DISPUTE_NAMES,
  type DisputeName,
  problemOfReadings,
  type SomeReadings,
  withReadings,
} from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { spec } from '../spec/spec.ts'
import { NOT_OPTIONS } from './not-options.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROLE = `arn:aws:iam::${A}:role/deploy`
const SESSION = `arn:aws:sts::${A}:assumed-role/deploy/s1`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k-1`
const KEY_B = `arn:aws:kms:eu-west-1:${B}:key/k-1`
const TARGET = `arn:aws:iam::${A}:role/target`
const IDP = `arn:aws:iam::${A}:oidc-provider/idp.example`

type Json = Readonly<Record<string, unknown>>

const policy = (...Statement: readonly Json[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const allow = (more: Json = {}): Json => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more })
const deny = (more: Json = {}): Json => ({ ...allow(more), Effect: 'Deny' })
const when = (Condition: Json): Json => ({ Condition })
const to = (AWS: unknown): Json => ({ Principal: { AWS } })
const ALL = policy(allow())
const NONE = policy()
const ASSUME = { action: 'sts:AssumeRole', resource: TARGET }
const GRANT = { kmsGrants: [{ GranteePrincipal: ROLE, Operations: ['Decrypt'] }] }

function scenario(policies: PoliciesInForce, request: Partial<Request> = {}): Scenario {
  return {
    request: {
      principal: SESSION,
      principalDetails: { roleArn: ROLE },
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/x/k',
      ...(request.resource === undefined ? { resourceAccount: A } : {}),
      contextComplete: true,
      ...request,
    },
    policies: { complete: true, ...policies },
    organization: null,
  }
}

const identity = (...statements: readonly Json[]): Scenario => scenario({ identityPolicies: [policy(...statements)] })
const withContext = (given: Scenario, context: NonNullable<Request['context']>): Scenario => ({
  ...given,
  request: { ...given.request, context },
})

/** A scenario for each option, and what each choice comes to, in the order of the choices. */
const CASES: Readonly<Record<DisputeName, readonly [Scenario, ...DecisionEffect[]] | 'hop'>> = {
  'session-policy-on-direct-grants': [
    scenario({ resourcePolicy: policy(allow(to(SESSION))), identityPolicies: [NONE], sessionPolicies: [NONE] }),
    'allowed',
    'denied',
  ],
  'limits-on-role-grants': [
    scenario({ resourcePolicy: policy(allow(to(ROLE))), identityPolicies: [NONE], permissionsBoundary: NONE }),
    'denied',
    'allowed',
  ],
  'negated-operator-without-variable': [
    withContext(identity(allow(when({ StringNotEquals: { 's3:prefix': '${aws:username}' } }))), { 's3:prefix': 'x' }),
    'allowed',
    'denied',
  ],
  'for-all-values-not-like-on-absent-key': [
    identity(allow(when({ 'ForAllValues:StringNotLike': { 'aws:TagKeys': 'a*' } }))),
    'allowed',
    'denied',
  ],
  'source-ip-of-forwarded-calls': 'hop',
  'variables-in-bool': [
    withContext(identity(allow(when({ Bool: { 'aws:SecureTransport': '${aws:ViaAWSService}' } }))), {
      'aws:SecureTransport': 'false',
      'aws:ViaAWSService': 'false',
    }),
    'allowed',
    'denied',
  ],
  'all-buckets-arn': [
    scenario(
      { identityPolicies: [policy(allow({ Resource: 'arn:aws:s3:::*' }))] },
      { action: 's3:ListAllMyBuckets', resource: '*' },
    ),
    'allowed',
    'denied',
  ],
  'trust-naming-the-caller': [
    scenario({ resourcePolicy: { ...policy(allow(to(ROLE))), kind: 'trust' }, identityPolicies: [NONE] }, ASSUME),
    'allowed',
    'denied',
  ],
  'case-of-role-names': [
    scenario({ resourcePolicy: policy(allow(to(`arn:aws:iam::${A}:role/Deploy`))), identityPolicies: [NONE] }),
    'denied',
    'allowed',
  ],
  'not-principal-spares': [
    scenario({ resourcePolicy: policy(deny({ NotPrincipal: { AWS: SESSION } })), identityPolicies: [ALL] }),
    'undetermined',
    'denied',
    'allowed',
  ],
  'arn-patterns': [
    scenario(
      { identityPolicies: [policy(allow({ Resource: 'arn:aws:sqs:*:q' }))] },
      { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${A}:q` },
    ),
    'denied',
    'allowed',
  ],
  'wildcard-in-arn-service': [identity(allow({ Resource: 'arn:aws:s*:::b/*' })), 'allowed', 'denied'],
  'operator-on-several-values': [
    withContext(identity(allow(), deny(when({ StringEquals: { 'aws:TagKeys': 'a' } }))), { 'aws:TagKeys': ['a', 'b'] }),
    'undetermined',
    'allowed',
  ],
  'short-arns': [identity(allow({ Resource: 'arn:aws:s3' })), 'allowed', 'denied'],
  'wildcards-in-variable-values': [
    withContext(identity(allow({ Resource: 'arn:aws:s3:::b/${s3:prefix}' })), { 's3:prefix': 'x/*' }),
    'denied',
    'allowed',
  ],
  'negated-arn-on-other-text': [
    withContext(identity(allow(when({ ArnNotLike: { 's3:prefix': 'arn:aws:s3:::*' } }))), { 's3:prefix': 'text' }),
    'denied',
    'allowed',
  ],
  'limits-on-kms-grants': [
    scenario(
      { resourcePolicy: { ...NONE, kind: 'key' }, permissionsBoundary: NONE, serviceGuards: GRANT },
      { action: 'kms:Decrypt', resource: KEY },
    ),
    'allowed',
    'denied',
  ],
  'kms-grants-across-accounts': [
    scenario(
      { resourcePolicy: { ...NONE, kind: 'key' }, identityPolicies: [NONE], serviceGuards: GRANT },
      { action: 'kms:Decrypt', resource: KEY_B },
    ),
    'allowed',
    'denied',
  ],
  'scps-on-federated-calls': [
    scenario(
      {
        resourcePolicy: { ...policy(allow({ Principal: { Federated: IDP } })), kind: 'trust' },
        serviceControlPolicies: [{ target: 'r-1', policies: [ALL, policy(deny({ Action: 'sts:*' }))] }],
      },
      {
        principal: IDP,
        principalDetails: { type: 'web-identity' },
        action: 'sts:AssumeRoleWithWebIdentity',
        resource: TARGET,
      },
    ),
    'allowed',
    'denied',
  ],
  'allow-with-not-principal': [
    scenario({ resourcePolicy: policy(allow({ NotPrincipal: { AWS: B } })), identityPolicies: [NONE] }),
    'allowed',
    'denied',
  ],
  'keys-differing-in-case': [
    withContext(identity(allow(when({ StringEquals: { 's3:prefix': 'b' } }))), { 's3:prefix': 'a', 'S3:Prefix': 'b' }),
    'undetermined',
    'denied',
    'allowed',
  ],
  'null-on-empty-text': [
    withContext(identity(allow(when({ Null: { 's3:prefix': 'false' } }))), { 's3:prefix': '' }),
    'allowed',
    'denied',
  ],
  'type-and-id-of-services': [
    scenario(
      { resourcePolicy: policy(allow({ Principal: '*', ...when({ Null: { 'aws:userid': 'false' } }) })) },
      { principal: 'cloudtrail.amazonaws.com', principalDetails: {}, resourceAccount: A },
    ),
    'allowed',
    'denied',
  ],
  'parent-of-federated-session': [
    scenario(
      { resourcePolicy: policy(allow(to(USER))), identityPolicies: [NONE], sessionPolicies: [ALL] },
      { principal: `arn:aws:sts::${A}:federated-user/ann`, principalDetails: {} },
    ),
    'undetermined',
    'allowed',
  ],
  'case-of-arn-head': [identity(allow({ Resource: 'arn:aws:S3:::b/*' })), 'denied', 'allowed'],
  'everyone-in-trust-policy': [
    scenario({ resourcePolicy: { ...policy(allow(to('*'))), kind: 'trust' }, identityPolicies: [NONE] }, ASSUME),
    'allowed',
    'denied',
  ],
  'wildcard-in-resource-type': [
    scenario(
      {
        identityPolicies: [
          policy(allow({ Resource: '*' }), { ...allow({ Resource: 'arn:aws:iam::*:ro*/target' }), Effect: 'Deny' }),
        ],
      },
      { action: 'iam:GetRole', resource: TARGET },
    ),
    'undetermined',
    'allowed',
    'denied',
  ],
  'empty-value-list': [identity(allow(when({ StringEquals: { 's3:prefix': [] } }))), 'denied', 'allowed'],
  'empty-condition': [identity(allow(when({}))), 'allowed', 'denied'],
}

const rowOf = (name: DisputeName): Dispute => DISPUTES[name]

describe('every choice of a disputed rule does what its row says, in both evaluators', () => {
  for (const name of DISPUTE_NAMES) {
    const example = CASES[name]
    if (example === 'hop') continue
    const [given, ...effects] = example
    it(`${name} has a decision for each of its choices (${rowOf(name).id}, ${rowOf(name).rule})`, () => {
      assert.equal(effects.length, rowOf(name).choices.length)
      assert.equal(rowOf(name).does.length, rowOf(name).choices.length)
      assert.ok(new Set(effects).size > 1, 'the choices make no difference')
    })
    rowOf(name).choices.forEach((choice, i) =>
      it(`${name}=${choice}: ${effects[i]}, for ${rowOf(name).does[i]}`, () => {
        const readings = { [name]: choice } as SomeReadings
        assert.equal(spec(given, readings).decision, effects[i], 'second evaluator')
        const got = evaluate(given, readings)
        assert.equal(got.decision, effects[i], 'engine')
        assert.deepEqual(
          got.readings,
          i === 0 ? undefined : readings,
          'an answer says which readings are not the default',
        )
      }),
    )
  }

  it('source-ip-of-forwarded-calls: the hop has the address of the caller, or one that is not known', () => {
    const bucket = { arn: 'arn:aws:s3:::b', account: A, attributes: { sseKmsKeyArn: KEY } }
    const put: Scenario = {
      ...withContext(identity(allow()), { 'aws:SourceIp': '203.0.113.9' }),
      resources: [bucket],
    }
    const asked = { ...put, request: { ...put.request, action: 's3:PutObject' } }
    const addressOf = (readings: SomeReadings) =>
      furtherRequests(asked, readings).find(({ request }) => request.action === 'kms:GenerateDataKey')?.request
        .context?.['aws:SourceIp']
    assert.equal(addressOf({}), '203.0.113.9')
    assert.deepEqual(addressOf({ 'source-ip-of-forwarded-calls': 'unknown' }), { state: 'present' })
    const steps = evaluateChain(asked, { 'source-ip-of-forwarded-calls': 'unknown' }).steps ?? []
    assert.ok(steps.every(({ decision }) => decision.readings?.['source-ip-of-forwarded-calls'] === 'unknown'))
  })

  it('readings that change nothing are the defaults, and wrong ones are named', () => {
    assert.equal(withReadings(undefined), DEFAULT_READINGS)
    assert.equal(withReadings({ 'short-arns': 'by-policy-type' }), DEFAULT_READINGS)
    assert.equal(problemOfReadings({ 'short-arns': 'never' }), undefined)
    assert.match(problemOfReadings({ 'short-arn': 'never' }) ?? '', /short-arn/)
    assert.match(problemOfReadings({ 'short-arns': 'always' }) ?? '', /by-policy-type/)
    assert.match(problemOfReadings({ ['__proto__x']: 'never' }) ?? '', /no disputed rule/)
  })
})

const PAGE = join(import.meta.dirname, '../../docs/disputed.md')

const line = (name: DisputeName): string => {
  const { id, rule, about, choices, does, otherwise, docs } = rowOf(name)
  const ways = choices.map((choice, i) => `\`${choice}\`${i === 0 ? ' (default)' : ''}: ${does[i]}`).join('<br>')
  return `| \`${name}\` | ${id}, ${rule} | ${about} | ${ways} | ${otherwise} | [AWS](${docs}) |`
}

const register = (pattern: RegExp): DisputeName[] => DISPUTE_NAMES.filter((name) => pattern.test(rowOf(name).id))

const page = `# Disputed rules

For everyone who wants to check denytrace's reading of an unclear AWS rule, or to choose another.

Where AWS's pages contradict each other, other tools or themselves, or say nothing, denytrace follows one reading and
keeps the other behind an option. The default is what AWS documents; where AWS documents nothing, it is the reading with
the best evidence, or "not known". Each option is a row of \`src/iam/disputed.ts\`, and both evaluators know it.

On the command line: \`--reading NAME=VALUE\`, as often as needed; in the environment: \`DENYTRACE_READING\`, with commas
between several. In the library: \`evaluate(scenario, { readings: { 'short-arns': 'never' } })\`, and \`readings\` of
\`diagnose\`. An answer made with another reading says so in \`readings\`, and its text in the last line.

## Where sources contradict each other

The ids are those of [rules.md](rules.md#disagreements).

| Option | Rule | About | Choices | Who reads it otherwise | Page |
| --- | --- | --- | --- | --- | --- |
${register(/^X-/).map(line).join('\n')}

## Where no page says

| Option | Rule | About | Choices | Who reads it otherwise | Page |
| --- | --- | --- | --- | --- | --- |
${register(/^\d/).map(line).join('\n')}

## No options

These change no decision, or there is nothing to choose.

| Rule | Why |
| --- | --- |
${NOT_OPTIONS.map(([id, why]) => `| ${id} | ${why} |`).join('\n')}
`

describe('docs/disputed.md', () => {
  it('shows the table', () => {
    if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(PAGE, page)
    assert.equal(readFileSync(PAGE, 'utf8'), page)
  })

  it('accounts for every row of both registers', () => {
    const ids = new Set([...DISPUTE_NAMES.map((name) => rowOf(name).id), ...NOT_OPTIONS.map(([id]) => id)])
    for (let i = 1; i <= 15; i++) assert.ok(ids.has(`X-${String(i).padStart(2, '0')}`), `X-${i}`)
    for (let i = 1; i <= 16; i++) assert.ok(ids.has(String(i)), `number ${i} of what is not documented`)
  })
})
