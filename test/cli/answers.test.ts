import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { denytrace as inProcess, EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-answers-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const SNAPSHOT = `${EXAMPLE}/snapshot`
const DENIAL = `${EXAMPLE}/denial.json`
const ROLE = 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci'

const ask = (bucket: string, ...more: readonly string[]): string[] => {
  const request = `--principal ${ROLE} --action s3:PutObject --resource arn:aws:s3:::${bucket}/releases/app.zip`
  return ['evaluate', ...request.split(' '), ...more]
}

const policy = (effect: string, action = 's3:GetObject') => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement: [{ Effect: effect, Action: action, Resource: '*' }] },
})

function scenarioFile(name: string, identityPolicies: readonly unknown[], more: object = {}): string {
  const request = {
    principal: 'arn:aws:iam::111122223333:user/ann',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
  }
  const path = join(folder, name)
  const policies = { complete: true, identityPolicies }
  const whole = { request: { ...request, resourceAccount: '111122223333', contextComplete: true }, policies, ...more }
  writeFileSync(path, JSON.stringify(whole))
  return path
}

test('evaluate exits with 0 where the request is allowed, 1 where denied, 4 where undetermined', async () => {
  const typo = { name: 'typo', document: '{"Version": "2012-10-17", "Statement": [' }
  const runs = await Promise.all([
    denytrace(['evaluate', scenarioFile('allow.json', [policy('Allow')])]),
    denytrace(['evaluate', scenarioFile('deny.json', [policy('Deny')])]),
    denytrace(['evaluate', scenarioFile('typo.json', [typo])]),
  ])
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 1, 4],
  )
  assert.deepEqual(
    runs.map(({ out }) => out.split(' ', 1)[0]),
    ['Allowed', 'Denied', 'Undetermined'],
  )
})

test('an action that nobody knows is not allowed by a star: its nearest name is told, and a new one can be vouched for', async () => {
  const everything = [policy('Allow', 's3:*')]
  const request = {
    principal: 'arn:aws:iam::111122223333:user/ann',
    action: 's3:PutObjct',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: '111122223333',
    contextComplete: true,
  }
  const [slip, vouched] = await Promise.all([
    denytrace(['evaluate', scenarioFile('slip.json', everything, { request }), '--format', 'json']),
    denytrace(['evaluate', scenarioFile('vouched.json', everything, { request: { ...request, actionExists: true } })]),
  ])
  assert.equal(slip.code, 4)
  const { decision, lint } = JSON.parse(slip.out) as { decision: string; lint: { id: string; message: string }[] }
  assert.equal(decision, 'undetermined')
  assert.deepEqual(
    lint.map(({ id }) => id),
    ['Invalid action'],
  )
  assert.match(lint[0]?.message ?? '', /`s3:PutObjct` is no action .*the nearest is `s3:PutObject`/)
  assert.equal(vouched.code, 0)
  assert.match(vouched.out, /Found in the request\n {2}warning unknown-action at \/request\/action/)
})

test('a policy that cannot be read is lint, never an error', async () => {
  const typo = { name: 'typo', document: '{"Version": "2012-10-17", "Statement": [' }
  const { out } = await denytrace(['evaluate', scenarioFile('lint.json', [typo]), '--format', 'json'])
  const { lint } = JSON.parse(out) as { lint: { policy: string; severity: string }[] }
  assert.ok(lint.some((found) => found.policy === 'typo' && found.severity === 'error'))
})

test('a field that we do not know is reported with the nearest name', async () => {
  const path = scenarioFile('field.json', [policy('Allow')], { organisation: null })
  const { out } = await denytrace(['evaluate', path, '--format', 'json'])
  const { lint } = JSON.parse(out) as { lint: { id: string; message: string }[] }
  assert.match(lint.find(({ id }) => id === 'unknown-field')?.message ?? '', /organization/)
})

test('evaluate reads a scenario in YAML, and from standard input', async () => {
  const path = join(folder, 'scenario.yaml')
  const yaml = `request:
  principal: arn:aws:iam::111122223333:user/ann
  action: s3:GetObject
  resource: arn:aws:s3:::b/k
  resourceAccount: "111122223333"
  contextComplete: true
policies:
  complete: true
  identityPolicies: []
`
  writeFileSync(path, yaml)
  const runs = await Promise.all([denytrace(['evaluate', path]), denytrace(['evaluate'], { stdin: yaml })])
  assert.deepEqual(
    runs.map(({ code }) => code),
    [1, 1],
  )
})

test('--chain tells what the call needs next', async () => {
  const { code, out } = await denytrace(ask('prod-artifacts', '--snapshot', SNAPSHOT, '--chain', '--format', 'json'))
  assert.equal(code, 1)
  const { decision, steps } = JSON.parse(out) as {
    decision: string
    steps: { relation: string; request: { action: string } }[]
  }
  assert.equal(decision, 'denied')
  assert.deepEqual(
    steps.map(({ relation, request }) => [relation, request.action]),
    [['next', 'kms:GenerateDataKey']],
  )
})

test('--chain exits as the worst of its steps: what is allowed and needs more that is denied is not allowed', async () => {
  const key = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'
  const object = 'arn:aws:s3:::b/k'
  const own = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: object } }
  const keyPolicy = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:*', Resource: '*' },
  }
  const request = { principal: 'arn:aws:iam::111122223333:user/ann', action: 's3:GetObject', resource: object }
  const file = scenarioFile('encrypted.json', [{ name: 'own', document: own }], {
    request: { ...request, resourceAccount: '111122223333', contextComplete: true },
    resources: [
      { arn: 'arn:aws:s3:::b', account: '111122223333', kind: 'bucket', attributes: { sseKmsKeyArn: key } },
      { arn: key, account: '111122223333', kind: 'key', policy: keyPolicy, attributes: { kmsGrants: [] } },
    ],
  })
  const { code, out } = await denytrace(['evaluate', file, '--chain'])
  assert.match(out, /^Allowed {3}s3:GetObject[^]*\n {2}kms:Decrypt .* denied/)
  assert.equal(code, 1)
})

test('the seed incident is explained: the identity policy refuses, and the key policy would refuse next', async () => {
  const { code, out, err } = await denytrace(['diagnose', DENIAL, '--snapshot', SNAPSHOT])
  assert.equal(code, 0)
  assert.equal(err, '')
  assert.match(
    out,
    /^DENIED {3}role deploy-role can't s3:PutObject on arn:aws:s3:::prod-artifacts\/releases\/app\.zip\n/,
  )
  assert.match(
    out,
    /^Cause {4}The role's policy artifact-upload allows staging-artifacts, but the call went to prod-artifacts\. AWS agrees\.$/m,
  )
  assert.match(out, /^Next {5}kms:GenerateDataKey\b.*\bkey policy\b/m)
  assert.ok(out.includes('staging-artifacts'))
})

test('the environment gives what an option does not', async () => {
  const env = {
    DENYTRACE_SNAPSHOT: SNAPSHOT,
    DENYTRACE_FORMAT: 'json',
    DENYTRACE_EXPECT_PRINCIPAL: 'arn:aws:iam::111122223333:role/other',
  }
  const { out } = await denytrace(['diagnose', DENIAL], { env })
  const [diagnosis] = (JSON.parse(out) as { diagnoses: { status: string; identity: { agrees: boolean } }[] }).diagnoses
  assert.equal(diagnosis?.status, 'explained')
  assert.equal(diagnosis?.identity.agrees, false)
})

test('an option beats the environment, for the other of the two subjects too', async () => {
  const env = { DENYTRACE_SNAPSHOT: 'nowhere' }
  assert.equal((await denytrace(['diagnose', DENIAL, '--snapshot', SNAPSHOT], { env })).code, 0)
  assert.equal((await denytrace(['evaluate', scenarioFile('env.json', [policy('Allow')])], { env })).code, 0)
})

test('without the account of the caller the denial explains itself, and the decision alone stays undetermined', async () => {
  const copy = join(folder, 'partial')
  cpSync(join(ROOT, SNAPSHOT), copy, { recursive: true })
  rmSync(join(copy, 'accounts', '111122223333'), { recursive: true })
  const { code, out } = await denytrace(['diagnose', DENIAL, '--snapshot', copy, '--format', 'json'])
  assert.equal(code, 0)
  const [diagnosis] = (
    JSON.parse(out) as { diagnoses: { causes: object[]; steps: { decision: { decision: string } }[] }[] }
  ).diagnoses
  // AWS named the layer, so its policies, which nobody has seen, do not allow it (R-EVID-03).
  const [cause] = (diagnosis?.causes ?? []) as { layer: string; denyType: string; from: string[] }[]
  assert.deepEqual([cause?.layer, cause?.denyType, cause?.from], ['identity-policy', 'implicit', ['message']])
  assert.equal(diagnosis?.steps[0]?.decision.decision, 'undetermined')
  assert.equal((await denytrace(ask('prod-artifacts', '--snapshot', copy))).code, 4)
})

test('a principal that the snapshot does not have is undetermined', async () => {
  const args = ['evaluate', '--principal', 'arn:aws:iam::111122223333:user/nobody', '--action', 's3:GetObject']
  const { code } = await denytrace([...args, '--resource', 'arn:aws:s3:::prod-artifacts/a', '--snapshot', SNAPSHOT])
  assert.equal(code, 4)
})

test('an Allow that AWS did not see is a contradiction, and exits with 1', async () => {
  const stdin =
    'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k because no identity-based policy allows the s3:GetObject action'
  const { code, out } = await denytrace(
    ['diagnose', '--scenario', scenarioFile('yes.json', [policy('Allow')]), '--format', 'json'],
    { stdin },
  )
  assert.equal((JSON.parse(out) as { diagnoses: { status: string }[] }).diagnoses[0]?.status, 'contradicted')
  assert.equal(code, 1)
})

test('a session policy given by file is judged, with its lines', async () => {
  const path = join(folder, 'session.json')
  writeFileSync(
    path,
    '{"Version": "2012-10-17",\n "Statement": [\n  {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}',
  )
  const args = ask('staging-artifacts', '--snapshot', SNAPSHOT, '--session-policy', path, '--format', 'json')
  const { layers } = JSON.parse((await denytrace(args)).out) as {
    layers: { layer: string; verdict: string; statements: { line?: number; file?: string }[] }[]
  }
  const session = layers.find(({ layer }) => layer === 'session-policy')
  assert.equal(session?.verdict, 'implicit-deny')
  assert.equal(session?.statements[0]?.line, 3)
  assert.equal(session?.statements[0]?.file, path)
})

test('a pipe gets every line and ARN whole; COLUMNS wraps at words', async () => {
  const args = ['diagnose', DENIAL, '--snapshot', SNAPSHOT]
  const [wide, narrow] = await Promise.all([inProcess(args), inProcess(args, { env: { COLUMNS: '80' } })])
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'
  assert.ok(wide.out.includes(arn))
  assert.ok(narrow.out.includes(arn))
  const long = narrow.out.split('\n').filter((line) => line.length > 80 && !isCommand(line) && !isElement(line))
  assert.deepEqual(
    long.filter((line) => line.trim().includes(' ')),
    [],
  )
})

/** An element of a statement that is longer than the line, alone on it: broken it would be no JSON. */
const isElement = (line: string): boolean => /^ {5}\+ {3}"[A-Za-z]+": "[^" ]+"(?:,| \})$/.test(line)

/** What is to be pasted stands on one line, however narrow the terminal. */
const isCommand = (line: string): boolean => /\b(?:aws|denytrace) [a-z]/.test(line)

test('colour comes only when it is asked for, and NO_COLOR beats that', async () => {
  const args = ['diagnose', DENIAL, '--snapshot', SNAPSHOT]
  const [piped, forced, none] = await Promise.all([
    inProcess(args),
    inProcess(args, { env: { FORCE_COLOR: '1' } }),
    inProcess(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }),
  ])
  assert.ok(!piped.out.includes('\u001b['))
  assert.ok(forced.out.includes('\u001b['))
  assert.equal(none.out, piped.out)
})

test('the same input gives the same bytes', async () => {
  const args = ['diagnose', DENIAL, '--snapshot', SNAPSHOT, '--format', 'json']
  const [one, two] = await Promise.all([denytrace(args), denytrace(args)])
  assert.equal(one.out, two.out)
})

test('`--reading` reads a disputed rule in another way, from the command line and from the environment', async () => {
  const short = { name: 'p', document: { Statement: [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3' }] } }
  const args = ['evaluate', scenarioFile('short.json', [short])]
  const other = '--reading=short-arns=never'
  const [usual, option, variable, two] = await Promise.all([
    denytrace(args),
    denytrace([...args, other]),
    denytrace(args, { env: { DENYTRACE_READING: 'short-arns=never,arn-patterns=by-segment' } }),
    denytrace([...args, other, '--reading', 'null-on-empty-text=absent', '--format', 'json']),
  ])
  assert.deepEqual([usual.code, option.code, variable.code], [0, 1, 1])
  assert.ok(!usual.out.includes('Read otherwise'))
  assert.match(option.out, /Read otherwise than by default: short-arns=never \(docs\/disputed\.md\)/)
  const { readings } = JSON.parse(two.out) as { readings: unknown }
  assert.deepEqual(readings, { 'short-arns': 'never', 'null-on-empty-text': 'absent' })
})

test('a reading that does not exist is an error of usage that names the nearest', async () => {
  const scenario = scenarioFile('plain.json', [policy('Allow')])
  const wrong = [
    ['short-arn=never', /short-arn/, /did you mean `short-arns`\?/],
    ['short-arns=nevr', /nevr/, /short-arns=never/],
    ['short-arns', /has no value/, /by-policy-type/],
  ] as const
  for (const [word, message, hint] of wrong) {
    const { code, out, err } = await denytrace(['evaluate', scenario, '--reading', word])
    assert.deepEqual([code, out], [2, ''])
    assert.match(err, /^usage\/not-a-value: /)
    assert.match(err, message)
    assert.match(err, hint)
  }
})

test('`diagnose` reads them too', async () => {
  const args = ['diagnose', DENIAL, '--snapshot', SNAPSHOT, '--format', 'json', '--reading', 'arn-patterns=as-text']
  const { diagnoses } = JSON.parse((await denytrace(args)).out) as {
    diagnoses: { steps: { decision: { readings?: unknown } }[] }[]
  }
  const steps = diagnoses.flatMap((one) => one.steps)
  assert.ok(steps.length > 1)
  for (const { decision } of steps) assert.deepEqual(decision.readings, { 'arn-patterns': 'as-text' })
})
