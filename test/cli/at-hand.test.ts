/** A denial, a policy or two as AWS prints them, and what a person knows: an answer without a snapshot. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { denytraceInside as denytrace } from './run-inside.ts'

const cwd = mkdtempSync(join(tmpdir(), 'denytrace-at-hand-'))
const put = (name: string, value: unknown): void =>
  writeFileSync(join(cwd, name), typeof value === 'string' ? value : JSON.stringify(value, null, 4))

const CALLER = 'arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions'
const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'
const LOG = `2026-04-27T10:03:00Z upload failed: An error occurred (AccessDenied) when calling the PutObject operation: User: ${CALLER} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" because no identity-based policy allows the s3:PutObject action\n`
const UPLOAD = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'UploadArtifacts', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::staging-artifacts/*' },
  ],
}
const ALLOW = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] }
const inBucket = (more: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::prod-artifacts/*'], ...more }],
  })

before(() => {
  put('job.log', LOG)
  put('bare.txt', 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied\n')
  put('role.json', { RoleName: 'deploy-role', PolicyName: 'artifact-upload', PolicyDocument: UPLOAD })
  put('bucket.json', {
    Policy: inBucket({ Sid: 'NoPlainHttp', Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
  })
  put('closed.json', { Policy: inBucket({ Sid: 'Frozen', Effect: 'Deny' }) })
  put('document.json', ALLOW)
  put('attached.json', { AttachedPolicies: [] })
  put('inline.json', { PolicyNames: ['artifact-upload'] })
  put('unknown.json', { foo: 1, bar: 2 })
  put('credentials.json', {
    Credentials: { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: 'hidden-value', SessionToken: 'x' },
  })
  put('details.json', {
    UserDetailList: [],
    GroupDetailList: [],
    Policies: [],
    RoleDetailList: [
      {
        Path: '/',
        RoleName: 'deploy-role',
        RoleId: 'AROAEXAMPLEEXAMPLEEX',
        Arn: 'arn:aws:iam::111122223333:role/deploy-role',
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        RolePolicyList: [{ PolicyName: 'artifact-upload', PolicyDocument: UPLOAD }],
        AttachedManagedPolicies: [],
        Tags: [],
      },
    ],
  })
  put('scp.json', {
    Version: '2012-10-17',
    Statement: [{ Sid: 'NoS3', Effect: 'Deny', Action: 's3:*', Resource: '*' }],
  })
})
after(() => rmSync(cwd, { recursive: true, force: true }))

const run = (...words: readonly string[]) => denytrace(words, { cwd, env: { COLUMNS: '120' } })
const REQUEST = [
  '--principal',
  'arn:aws:iam::111122223333:role/deploy-role',
  '--action',
  's3:PutObject',
  '--resource',
  OBJECT,
]

interface Cause {
  readonly layer: string
  readonly certainty: string
  readonly statement?: { readonly sid?: string; readonly file?: string; readonly line?: number }
}
interface Told {
  readonly status: string
  readonly causes: readonly Cause[]
  readonly denial: { readonly principal: string; readonly action: string; readonly context: object }
  readonly unseen: readonly { readonly layer: string; readonly what: string }[]
  readonly fixes: readonly { readonly proof: { readonly status: string } }[]
}

async function told(...words: readonly string[]): Promise<Told> {
  const { out, err } = await run('diagnose', '--format', 'json', ...words)
  const { diagnoses } = JSON.parse(out || `{"diagnoses":[]}`) as { diagnoses: readonly Told[] }
  assert.ok(diagnoses[0], err)
  return diagnoses[0]
}

describe('files beside a denial', () => {
  test('are told apart by what they hold, and cited by name and line', async () => {
    const { code, out, err } = await run('diagnose', 'job.log', 'role.json', 'bucket.json')
    assert.equal(code, 0, err)
    assert.match(out, /Nearest: policy artifact-upload, statement UploadArtifacts \(role\.json:7\)/)
    assert.match(out, /^Fix /m)
    assert.match(out, /^Apply {4}denytrace fix job\.log role\.json bucket\.json --out fix/m)
    assert.match(err, /^read: role\.json \(aws iam get-role-policy\), bucket\.json \(aws s3api get-bucket-policy\)$/m)
  })

  test('a Deny in one of them is the cause', async () => {
    const { causes } = await told('bare.txt', 'closed.json', ...REQUEST)
    assert.equal(causes[0]?.layer, 'resource-policy')
    assert.equal(causes[0].statement?.sid, 'Frozen')
    assert.equal(causes[0].statement.file, 'closed.json')
  })

  test('policies that nobody gave stay unknown, and the lists of the role make them none', async () => {
    const some = await told('bare.txt', 'role.json', ...REQUEST)
    assert.ok(some.unseen.some(({ what }) => what === 'further identity policies'))
    const all = await told('bare.txt', 'role.json', 'attached.json', 'inline.json', ...REQUEST)
    assert.ok(!all.unseen.some(({ layer }) => layer === 'identity-policy'))
    assert.equal(all.causes[0]?.layer, 'identity-policy')
  })

  test('an allowing policy beside a denial is never an answer that it was allowed', async () => {
    const { causes, status } = await told('bare.txt', 'document.json', ...REQUEST)
    assert.notEqual(status, 'explained')
    assert.ok(!causes.some(({ certainty }) => certainty === 'certain'))
  })

  test('the details of an account are its whole list, cited by the file of the user', async () => {
    const { out, err } = await run('diagnose', 'job.log', 'details.json')
    assert.match(out, /statement UploadArtifacts \(details\.json:\d+\)/, err)
  })

  test('a service control policy is named, and refuses', async () => {
    const { causes } = await told('bare.txt', '--scp', 'scp.json', ...REQUEST)
    assert.deepEqual([causes[0]?.layer, causes[0]?.statement?.sid], ['service-control-policy', 'NoS3'])
  })

  test('a file that is nothing known is told, and the others count', async () => {
    const { code, out, err } = await run('diagnose', 'job.log', 'role.json', 'unknown.json')
    assert.equal(code, 3)
    assert.match(out, /UploadArtifacts/)
    assert.match(
      err,
      /^input\/unknown-kind: `unknown\.json` is not used: it looks like a JSON object with `foo`, `bar`/m,
    )
  })

  test('a template that names no account is told with the command that takes one', async () => {
    const template = { AWSTemplateFormatVersion: '2010-09-09', Resources: { B: { Type: 'AWS::S3::Bucket' } } }
    writeFileSync(join(cwd, 'template.json'), JSON.stringify(template))
    const { err } = await run('diagnose', 'job.log', 'template.json')
    assert.match(err, /`template\.json` is not used: a template does not say for which account it is/)
    assert.match(err, /`denytrace import cloudformation template\.json --account ID --out snapshot`/)
  })

  test('credentials are refused, and their values are not printed', async () => {
    const { code, out, err } = await run('diagnose', 'job.log', 'credentials.json')
    assert.equal(code, 2 + 1)
    assert.match(err, /^input\/credentials: `credentials\.json`/)
    assert.ok(!`${out}${err}`.includes('hidden-value'))
  })

  test('policies without a denial are read with the denial on standard input', async () => {
    const { code, out } = await denytrace(['diagnose', 'role.json'], { cwd, stdin: LOG })
    assert.equal(code, 0)
    assert.match(out, /UploadArtifacts \(role\.json:7\)/)
    const none = await denytrace(['diagnose', 'role.json'], { cwd })
    assert.equal(none.code, 3)
    assert.match(none.err, /`role\.json` says what was in force, and not what was refused/)
  })

  test('`fix` writes what mends it', async () => {
    const { code, err } = await run('fix', 'job.log', 'role.json', 'bucket.json', '--out', 'fix')
    assert.equal(code, 0, err)
    assert.ok(readdirSync(join(cwd, 'fix')).includes('fix.sh'))
  })

  test('`run` holds what a command prints against them', async () => {
    const words = [
      'run',
      '--offline',
      '--identity-policy',
      'role.json',
      '--',
      process.execPath,
      '-e',
      `console.error(${JSON.stringify(LOG)}); process.exit(1)`,
    ]
    const { code, err } = await run(...words)
    assert.equal(code, 1)
    assert.match(err, /UploadArtifacts \(role\.json:7\)/)
  })
})

describe("AWS's authorization details", () => {
  test('in a file beside the message are of the same denial', async () => {
    const evaluation = {
      action: 's3:PutObject',
      resource: OBJECT,
      evaluatedEffect: 'IMPLICIT_DENY',
      checks: [{ checkType: 'PRINCIPAL', evaluatedEffect: 'IMPLICIT_DENY' }],
    }
    const requestContext = {
      'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/deploy-role',
      'aws:userid': 'A:GitHubActions',
    }
    put('authorization.json', { requestContext, evaluations: [evaluation], policies: [] })
    put('with-id.log', `${LOG.trimEnd()}. For more details, use authorization id: 4k2q9x7mexample\n`)
    const { out } = await run('diagnose', 'with-id.log', 'authorization.json', '--format', 'json')
    const { diagnoses } = JSON.parse(out) as { diagnoses: readonly { basis: string; causes: readonly Cause[] }[] }
    assert.deepEqual(
      diagnoses.map(({ basis, causes }) => [basis, causes[0]?.layer, causes[0]?.certainty]),
      [['authorization', 'identity-policy', 'certain']],
    )
  })
})

describe('facts by option', () => {
  test('are the denial where there is no text', async () => {
    const { denial, causes } = await told('closed.json', ...REQUEST)
    assert.equal(denial.action, 's3:PutObject')
    assert.equal(causes[0]?.statement?.sid, 'Frozen')
  })

  test('stand before the text, and a conflict is told', async () => {
    const { out, err } = await run(
      'diagnose',
      'job.log',
      'role.json',
      '--action',
      's3:PutObjectAcl',
      '--format',
      'json',
    )
    assert.match(err, /the evidence says `s3:PutObject`, and `--action` says `s3:PutObjectAcl`: the option counts/)
    assert.equal((JSON.parse(out) as { diagnoses: Told[] }).diagnoses[0]?.denial.action, 's3:PutObjectAcl')
  })

  test('`KEY=` says that the request had no such key', async () => {
    const { denial } = await told(
      'job.log',
      'role.json',
      '--context',
      'aws:SourceIp=',
      '--context',
      'aws:TagKeys=a',
      '--context',
      'aws:TagKeys=b',
    )
    assert.deepEqual(denial.context, { 'aws:SourceIp': null, 'aws:TagKeys': ['a', 'b'] })
    const both = await run('diagnose', 'job.log', '--context', 'aws:TagKeys=', '--context', 'aws:TagKeys=b')
    assert.equal(both.code, 2)
  })
})

describe('evaluate', () => {
  test('judges a request by the policies in files', async () => {
    const lists = ['attached.json', 'inline.json']
    const denied = await run(
      'evaluate',
      'role.json',
      ...lists,
      'bucket.json',
      ...REQUEST,
      '--no-session-policy',
      '--no-endpoint',
      '--no-organization',
      '--format',
      'json',
    )
    assert.equal(denied.code, 1, denied.err)
    const open = await run('evaluate', 'document.json', ...REQUEST)
    assert.equal(open.code, 4)
  })

  test('an identity policy alone never allows', async () => {
    const { out } = await run(
      'evaluate',
      'document.json',
      ...REQUEST,
      '--no-session-policy',
      '--no-endpoint',
      '--no-organization',
      '--format',
      'json',
    )
    assert.equal((JSON.parse(out) as { decision: string }).decision, 'undetermined')
  })

  test('a log is no policy', async () => {
    const { code, err } = await run('evaluate', 'document.json', 'job.log', ...REQUEST)
    assert.equal(code, 3)
    assert.match(err, /`job\.log` says nothing of what was in force/)
  })
})

describe('a batch line', () => {
  test('has files beside its text, and says what became of each', async () => {
    const files = [
      { name: 'role.json', text: JSON.stringify({ RoleName: 'deploy-role', PolicyName: 'p', PolicyDocument: UPLOAD }) },
      { name: 'other.json', text: JSON.stringify({ RoleName: 'other', PolicyName: 'p', PolicyDocument: UPLOAD }) },
      { name: 'unknown.json', text: '{"foo":1}' },
    ]
    const { out } = await denytrace(['diagnose', '--batch', '-'], {
      cwd,
      stdin: JSON.stringify({ id: 1, text: LOG, files }),
    })
    const { result } = JSON.parse(out) as { result: { files: readonly Record<string, unknown>[]; diagnoses: Told[] } }
    assert.equal(result.diagnoses[0]?.causes[0]?.layer, 'identity-policy')
    assert.deepEqual(
      result.files.map(({ name, readAs, used }) => [name, readAs, used]),
      [
        ['role.json', 'aws iam get-role-policy', true],
        ['other.json', 'aws iam get-role-policy', false],
        ['unknown.json', undefined, undefined],
      ],
    )
  })

  test('says of a file what it is, and of the request what the text leaves out', async () => {
    const guard = (Condition: object) => ({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Sid: 'Guard', Effect: 'Deny', Action: 's3:PutObject', Resource: '*', Condition },
      ],
    })
    const BARE = `${CALLER} AccessDenied s3:PutObject`
    const files = [
      { name: 'job.log', text: LOG.replace(/because.*\n/, '\n') },
      { name: 'full.json', text: JSON.stringify(guard({ Null: { 's3:x-amz-acl': 'false' } })), as: 'scp' },
    ]
    const ask = async (more: object) => {
      const { out } = await denytrace(['diagnose', '--batch', '-'], {
        cwd,
        stdin: JSON.stringify({ id: 1, files, ...more }),
      })
      return JSON.parse(out) as {
        error?: { code: string; hint: string }
        result: { files: readonly Record<string, unknown>[]; diagnoses: Told[] }
      }
    }
    const { result } = await ask({ context: { 's3:x-amz-acl': 'public-read' } })
    assert.deepEqual(
      result.diagnoses[0]?.causes.map(({ layer, certainty }) => [layer, certainty]),
      [['service-control-policy', 'certain']],
    )
    assert.deepEqual(
      result.files.map(({ name, readAs }) => [name, readAs]),
      [
        ['job.log', 'evidence'],
        ['full.json', '--scp'],
      ],
    )
    const without = await ask({ context: { 's3:x-amz-acl': null } })
    assert.ok(!without.result.diagnoses[0]?.causes.some(({ layer }) => layer === 'service-control-policy'))
    const wrong = await ask({ files: [{ name: 'x', text: BARE, as: 'policy' }] })
    assert.equal(wrong.error?.code, 'batch/missing-field')
    assert.match(wrong.error?.hint ?? '', /`boundary`/)
    assert.equal((await ask({ context: ['x'] })).error?.code, 'batch/missing-field')
  })

  test('takes a policy for that of the session', async () => {
    const files = [{ name: 'session.json', text: JSON.stringify(UPLOAD), as: 'session-policy' }]
    const text = LOG.replace('identity-based', 'session')
    const { out } = await denytrace(['diagnose', '--batch', '-'], {
      cwd,
      stdin: JSON.stringify({ id: 1, text, files }),
    })
    const { result } = JSON.parse(out) as {
      result: { diagnoses: (Told & { causes: { nearest?: { sid?: string } }[] })[] }
    }
    const [cause] = result.diagnoses[0]?.causes ?? []
    assert.equal(cause?.layer, 'session-policy')
    assert.equal(cause?.nearest?.sid, 'UploadArtifacts')
  })
})

test('a Deny at hand that can match is told before one of a policy that nobody gave (R-EVID-02)', async () => {
  const network = { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }
  const deny = { Sid: 'Network', Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: network }
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, deny] }
  writeFileSync(join(cwd, 'network.json'), JSON.stringify(policy))
  const text =
    'User: arn:aws:sts::111122223333:assumed-role/app/job is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in an identity-based policy'
  const { out } = await denytrace(['diagnose', '-', '--identity-policy', 'network.json'], { cwd, stdin: text })
  assert.match(
    out,
    /^Cause {4}Policy network, statement Network .*denies it because aws:SourceIp is not in 10\.0\.0\.0\/8, or was not sent\. AWS agrees\.$/m,
  )
  assert.doesNotMatch(out, /policy was not provided/)
})

test('the Deny of a group is changed as the group’s policy, and the screen names the group', async () => {
  put(
    'user.log',
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::reports/q3.csv" with an explicit deny in an identity-based policy\n',
  )
  const statement = { Sid: 'NoReports', Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' }
  const document = { Version: '2012-10-17', Statement: [statement] }
  put('group.json', { GroupName: 'analysts', PolicyName: 'no-reports', PolicyDocument: document })
  const { out } = await denytrace(['diagnose', 'user.log', 'group.json'], { cwd })
  assert.match(out, /group analysts, inline policy no-reports \(account 111122223333\)/)
  assert.match(out, /group analysts: user ana is in it/)
  assert.doesNotMatch(out, /user ana, inline policy no-reports/)
})
