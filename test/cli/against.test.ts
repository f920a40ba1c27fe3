import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-against-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const PROD = '111122223333'
const STAGING = '444455556666'
const roleArn = (account: string, name = 'ops'): string => `arn:aws:iam::${account}:role/${name}`

type Statement = Readonly<Record<string, unknown>>
const document = (...Statement: readonly Statement[]) => ({ Version: '2012-10-17', Statement })
const look = (Effect: string, Sid: string): Statement => ({
  Sid,
  Effect,
  Action: 'ec2:DescribeInstances',
  Resource: '*',
})

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(value))
}

const role = (account: string, name: string, statement: Statement) => ({
  Path: '/',
  RoleName: name,
  RoleId: `AROAEXAMPLE${account}${name}`,
  Arn: roleArn(account, name),
  AssumeRolePolicyDocument: document(),
  InstanceProfileList: [],
  AttachedManagedPolicies: [],
  Tags: [],
  RolePolicyList: [{ PolicyName: 'look', PolicyDocument: document(statement) }],
})

function writeAccount(root: string, id: string, ops: Statement): void {
  const at = join(root, 'accounts', id)
  const RoleDetailList = [role(id, 'ops', ops), role(id, 'reader', look('Allow', 'LookAllowed'))]
  write(join(at, 'account.json'), { id, name: id })
  write(join(at, 'vpc-endpoints.json'), { VpcEndpoints: [] })
  write(join(at, 'authorization-details.json'), {
    UserDetailList: [],
    GroupDetailList: [],
    Policies: [],
    RoleDetailList,
  })
}

const scp = (id: string) => ({
  name: id.slice(2),
  arn: `arn:aws:organizations::aws:policy/service_control_policy/${id}`,
  type: 'SERVICE_CONTROL_POLICY',
})

/** `ops` of the production account as given; staging allows the call; `scps` are those of the production account. */
function snapshot(name: string, prodOps: Statement, scps = ['p-FullAWSAccess']): string {
  const root = join(folder, name)
  const account = (id: string, own: readonly string[]) => ({ id, name: id, scps: own, rcps: [] })
  const accounts = [account(PROD, scps), account(STAGING, ['p-FullAWSAccess'])]
  writeAccount(root, PROD, prodOps)
  writeAccount(root, STAGING, look('Allow', 'LookAllowed'))
  write(join(root, 'policies', 'p-stop.json'), document(look('Deny', 'Stop')))
  write(join(root, 'organization.json'), {
    id: 'o-7k2m9q4x1z',
    managementAccount: '999988887777',
    policies: { 'p-FullAWSAccess': scp('p-FullAWSAccess'), 'p-stop': scp('p-stop') },
    roots: [{ id: 'r-7c2d', name: 'Root', scps: ['p-FullAWSAccess'], rcps: [], ous: [], accounts }],
  })
  const parts = ['organization.json', 'policies', `accounts/${PROD}`, `accounts/${STAGING}`]
  const coverage = parts.map((part) => ({ part, state: 'complete' }))
  write(join(root, 'meta.json'), { collectedAt: '2026-09-15T06:10:00Z', tool: 'denytrace collect', coverage })
  return root
}

const denied = snapshot('denied', look('Deny', 'LookDenied'))
const allowed = snapshot('allowed', look('Allow', 'LookAllowed'))
const stopped = snapshot('stopped', look('Deny', 'LookDenied'), ['p-FullAWSAccess', 'p-stop'])

const ask = (root: string, target: string, ...more: readonly string[]) => {
  const request = ['--principal', roleArn(PROD), '--action', 'ec2:DescribeInstances', '--resource', '*']
  const rest = ['--context', 'aws:SourceVpce=vpce-1', '--no-session-policy', '--snapshot', root, '--against', target]
  return denytrace(['evaluate', ...request, ...rest, ...more])
}

interface Answer {
  readonly schemaVersion: number
  readonly here: { readonly request: { readonly principal: string }; readonly decision: { readonly decision: string } }
  readonly there: Answer['here']
  readonly differences: readonly { readonly layer: string; readonly here: string; readonly there: string }[]
}
const json = async (root: string, target: string): Promise<Answer> =>
  JSON.parse((await ask(root, target, '--format', 'json')).out) as Answer

test('against an account, the role of that name there is judged, and the statements that differ are told', async () => {
  const { code, out, err } = await ask(denied, STAGING)
  assert.equal(err, '')
  assert.equal(code, 1)
  assert.ok(out.includes(roleArn(STAGING)), out)
  const [, difference = ''] = out.split('The difference\n')
  assert.match(difference, /^ {2}identity policy: explicit deny here, allow there\n/)
  assert.match(difference, /Deny `look` statement 1 "LookDenied".* is only here, and matches/)
  assert.match(difference, /Allow `look` statement 1 "LookAllowed".* is only there, and matches/)
})

test('against the ARN of a role, that role is judged', async () => {
  const { there, differences } = await json(denied, roleArn(PROD, 'reader'))
  assert.equal(there.request.principal, roleArn(PROD, 'reader'))
  assert.deepEqual(
    differences.map(({ layer, here, there }) => [layer, here, there]),
    [['identity-policy', 'explicit-deny', 'allow']],
  )
})

test('against another snapshot, the same principal is judged by the policies there', async () => {
  const { there, differences } = await json(denied, allowed)
  assert.equal(there.request.principal, roleArn(PROD))
  assert.deepEqual(
    differences.map(({ layer }) => layer),
    ['identity-policy'],
  )
})

test('the same answer on both sides says that no layer differs', async () => {
  const { out } = await ask(denied, denied)
  assert.match(out, /\nNo layer differs\.\n$/)
  assert.ok(!out.includes('The difference'))
  assert.deepEqual((await json(denied, denied)).differences, [])
})

test('of several layers that differ the first in the order of docs/json.md is the difference, the others come after', async () => {
  const { out } = await ask(stopped, STAGING)
  const [, found = ''] = out.split('The difference\n')
  const [first = '', others = ''] = found.split('Also different\n')
  assert.match(first, /^ {2}service control policy at 111122223333: explicit deny here, allow there\n/)
  assert.match(first, /Deny `\S+` statement 1 "Stop".* is only here, and matches/)
  assert.match(others, /^ {2}identity policy: explicit deny here, allow there\n/)
})

test('the JSON form has both judgements and the differences, and nothing else', async () => {
  const answer = await json(denied, STAGING)
  assert.deepEqual(Object.keys(answer), ['schemaVersion', 'here', 'there', 'differences'])
  assert.equal(answer.schemaVersion, 1)
  assert.equal(answer.here.request.principal, roleArn(PROD))
  assert.equal(answer.here.decision.decision, 'denied')
  assert.equal(answer.there.request.principal, roleArn(STAGING))
})

for (const [target, exit, name] of [
  ['arn:nonsense', 2, 'usage/not-a-value'],
  ['11112222333', 2, 'usage/not-a-value'],
  ['no-such-folder', 3, 'snapshot/not-found'],
  ['README.md', 3, 'snapshot/not-found'],
] as const)
  test(`\`--against ${target}\` is an error with a hint, and exits with ${exit}`, async () => {
    const { code, out, err } = await ask(denied, target)
    assert.equal(out, '')
    const [first = '', second = '', ...rest] = err.split('\n')
    assert.ok(first.startsWith(`${name}: `) && first.includes(target), err)
    assert.ok(second.startsWith('hint: '), err)
    assert.deepEqual(rest, [''])
    assert.equal(code, exit)
  })

test('the exit code is that of the judgement here: 4 where the policy of the endpoint is not known', async () => {
  const { code, out } = await ask(allowed, denied)
  const [here = '', there = ''] = out.split('\n\n')
  assert.ok(here.startsWith('Undetermined'), out)
  assert.ok(there.startsWith('Denied'), out)
  assert.equal(code, 4)
})

test('`--against` without a snapshot is an error of usage', async () => {
  const request = ['--principal', roleArn(PROD), '--action', 'ec2:DescribeInstances', '--resource', '*']
  const { code, err } = await denytrace(['evaluate', ...request, '--against', STAGING])
  assert.equal(code, 2)
  assert.match(err, /^usage\/missing-option: .*`--against`.*\nhint: .*--snapshot.*\n$/)
})
