/** The playbooks as guided sessions, answered through a pipe. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { PROGRAM, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const guided = (topic: string, answers: readonly string[], ...args: string[]) =>
  denytrace(['guide', topic, '--interactive', ...args], { stdin: `${answers.join('\n')}\n` })

const OVERNIGHT = 'examples/scp-overnight'

describe('authorization-denial', () => {
  test('goes from the evidence to a fix, and asks nothing that it was given', async () => {
    const answers = [
      `${OVERNIGHT}/denial.json`,
      '',
      `${OVERNIGHT}/snapshot`,
      `${OVERNIGHT}/snapshot-yesterday`,
      '1',
      '',
    ]
    // Nobody was expected: the second line ends the paste, the third answers who.
    const { code, out, err } = await guided('authorization-denial', [answers[0] ?? '', '', ...answers.slice(1)])
    assert.equal(code, 0)
    for (const title of [
      'Get the evidence',
      'Ask who called',
      'Bring what was in force',
      'Judge all layers',
      'Say when it began',
      'Choose a fix',
      'Repeat the call',
    ])
      assert.match(err, new RegExp(`^\\d\\. ${title}`, 'm'))
    assert.match(out, /an SCP at ou-7c2d-8ty5zk3b/)
    assert.match(out, /^ {2}changed {4}policies\/p-r8w3e5region\.json$/m)
    // The readable exception comes first, and behind it the exact one.
    assert.match(
      out,
      /^ {2}2\. Except this principal .*, for this request alone; for this resource \(grants nothing else: proved\)$/m,
    )
    assert.match(
      out,
      /denytrace fix examples\/scp-overnight\/denial\.json --snapshot examples\/scp-overnight\/snapshot --choose \S+ --with-tests --out DIR$/m,
    )
    const given = await guided(
      'authorization-denial',
      [answers[0] ?? '', '', ''],
      '--snapshot',
      `${OVERNIGHT}/snapshot`,
    )
    assert.doesNotMatch(given.err, /Its directory/)
    assert.match(given.out, /^Snapshot: examples\/scp-overnight\/snapshot$/m)
  })

  test('says first that another one called', async () => {
    const text = readFileSync(join(ROOT, 'examples/ci-wrong-caller/denial.txt'), 'utf8').trim()
    const answers = [text, '', 'arn:aws:iam::123456789012:role/ci/image-publisher', 'examples/ci-wrong-caller/snapshot']
    const { out } = await guided('authorization-denial', answers)
    assert.match(
      out,
      /^DENIED .* can't .*\n.*\n {9}AWS evaluated `\S+eks-ci-node\S+`, not `\S+image-publisher`[^]*^Cause /m,
    )
  })

  test('a record pasted over many lines, with empty ones inside, is one paste', async () => {
    const record = readFileSync(join(ROOT, OVERNIGHT, 'denial.json'), 'utf8')
      .trim()
      .replace('\n', '\n\n')
    const { code, out } = await guided('authorization-denial', [record, '', '', ''], '--format', 'json')
    const done = JSON.parse(out)
    assert.deepEqual([code, done.schemaVersion, done.status, done.diagnosis.basis], [0, 1, 'explained', 'message'])
    assert.deepEqual(done.answers, { expected: null, snapshot: null, repeated: null })
  })

  test('a key that is missing is asked for, and the answer settles it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'denytrace-guided-'))
    cpSync(join(ROOT, 'examples/kms-behind-s3/snapshot'), folder, { recursive: true })
    const file = join(folder, 'accounts/111122223333/authorization-details.json')
    const details = JSON.parse(readFileSync(file, 'utf8'))
    const role = details.RoleDetailList.find(({ RoleName }: { RoleName: string }) => RoleName === 'deploy-role')
    const Condition = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }
    const Statement = [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition }]
    role.RolePolicyList = [{ PolicyName: 'deploy', PolicyDocument: { Version: '2012-10-17', Statement } }]
    writeFileSync(file, JSON.stringify(details))
    // A second one that may refuse, to be mended in another policy: the denial alone does not tell them apart.
    const bucket = join(folder, 'accounts/111122223333/resources/s3/prod-artifacts.json')
    const resource = JSON.parse(readFileSync(bucket, 'utf8'))
    const Deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::prod-artifacts/*' }
    const legacy = { ...Deny, Condition: { StringLike: { 'aws:UserAgent': '*legacy*' } } }
    resource.policy = { Version: '2012-10-17', Statement: [...(resource.policy?.Statement ?? []), legacy] }
    writeFileSync(bucket, JSON.stringify(resource))
    const text =
      'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::prod-artifacts/releases/app.zip'
    const run = (...answers: string[]) =>
      guided('authorization-denial', [text, '', '', ...answers], '--snapshot', folder)
    const outside = await run('true', 'aws-cli/2.27', '198.51.100.1')
    const inside = await run('true', 'aws-cli/2.27', '203.0.113.9')
    rmSync(folder, { recursive: true })
    assert.match(outside.err, /aws:SourceIp \(/)
    assert.equal(outside.code, 4)
    assert.match(outside.out, /^Denied {3}s3:PutObject/m)
    assert.match(inside.out, /^Allowed {3}s3:PutObject/m)
  })

  test('after the fix the same refusal counts as not cured, another as the next hop, and none as cured', async () => {
    const first =
      'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k because no identity-based policy allows the s3:GetObject action'
    const next = first
      .replaceAll('s3:GetObject', 'kms:Decrypt')
      .replace('arn:aws:s3:::b/k', 'arn:aws:kms:us-east-1:111122223333:key/1')
    const after = async (text: string, ...more: string[]) => {
      const answers = [first, '', '', '', text, '', ...more]
      const { code, out } = await guided('authorization-denial', answers, '--format', 'json')
      return [code, JSON.parse(out).verified]
    }
    assert.deepEqual(await after(first), [1, false])
    assert.deepEqual(await after(next), [1, false])
    // What is no denial may be another failure: whoever sits there says whether it succeeded.
    assert.deepEqual(await after('download: s3://b/k to ./k', 'y'), [0, true])
    assert.deepEqual(await after('hello', 'n'), [0, null])
    assert.deepEqual(await after('hello'), [0, null])
    const expired =
      'An error occurred (ExpiredToken) when calling the GetObject operation: The provided token has expired.'
    assert.deepEqual(await after(expired, 'y'), [0, null])
    const event = (name: string) => ({
      eventVersion: '1.11',
      eventSource: 's3.amazonaws.com',
      eventName: name,
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/ann', accountId: '111122223333' },
      requestParameters: { bucketName: 'b', key: 'k' },
    })
    assert.deepEqual(await after(JSON.stringify(event('GetObject'))), [0, true])
    assert.deepEqual(await after(JSON.stringify(event('PutObject'))), [0, null])
    assert.deepEqual(await after(''), [0, null])
  })

  test('what is no denial is asked for again, and an end of the input ends the session', async () => {
    const { code, err, out } = await guided('authorization-denial', [
      'hello',
      '',
      'ThrottlingException: Rate exceeded',
      '',
      '',
    ])
    assert.equal(code, 3)
    assert.equal(err.split('Paste it').length - 1, 3)
    assert.match(out, /no denial/)
    assert.match(err, /input\/no-denial: .*\nhint: .*\n$/)
    assert.equal((await denytrace(['guide', 'authorization-denial', '--interactive'])).code, 3)
  })

  test('a snapshot that is not there is said, and asked for again', async () => {
    const answers = [`${OVERNIGHT}/denial.json`, '', '', 'nowhere', `${OVERNIGHT}/snapshot`]
    const { out, code } = await guided('authorization-denial', answers)
    assert.match(out, /there is no .*`nowhere`|`nowhere`/)
    assert.match(out, /an SCP at/)
    assert.equal(code, 0)
  })
})

test('a wrong answer is asked for again, three times', async () => {
  const answers = [
    `${OVERNIGHT}/denial.json`,
    '',
    'nonsense',
    'arn:aws:iam::111122223333:role/x',
    `${OVERNIGHT}/snapshot`,
  ]
  const { out, err } = await guided('authorization-denial', [...answers, '', '99', 'x', '0', ''])
  assert.match(err, /`nonsense` is no ARN/)
  assert.match(out, /not\s`arn:aws:iam::111122223333:role\/x`/)
  assert.equal(err.split('Which one?').length - 1, 3)
  const cors = [
    '',
    'not a url',
    'https://127.0.0.1:9/x',
    'nope',
    'https://app.example.com',
    'GE T',
    'PUT',
    'a b:c',
    'x-trace',
    '',
  ]
  const said = await guided('cors-fix', cors)
  for (const wrong of [/`--url not a url` is no/, /`--origin nope` is no/, /`--method GE T` is no/, /`a b:c` names no/])
    assert.match(said.err, wrong)
  assert.match(said.out, /^request {6}PUT https:\/\/127\.0\.0\.1:9\/x$/m)
})

describe('cors-fix', () => {
  test('takes what the message says, asks for the rest, and names the header that fails', async () => {
    const server = createServer((_, response) => response.writeHead(204, { 'Access-Control-Allow-Origin': '*' }).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const message = `Access to fetch at '${url}' from origin 'https://app.example.com' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.`
    const said = await guided('cors-fix', [message, '', ...(message.includes('PUT') ? [] : ['PUT']), '', ''])
    assert.doesNotMatch(said.err, /URL of the call|Origin of the page/)
    assert.match(said.out, /^URL: http:\/\/127/m)
    const asked = await guided(
      'cors-fix',
      ['', url, 'https://app.example.com', 'PUT', 'x-trace', 'n'],
      '--format',
      'json',
    )
    server.close()
    const done = JSON.parse(asked.out)
    assert.deepEqual([asked.code, done.passes], [1, false])
    assert.deepEqual(
      done.check.findings.map(({ header }: { header: string }) => header),
      ['Access-Control-Allow-Methods', 'Access-Control-Allow-Headers'],
    )
    assert.match(
      done.commands[0],
      /^denytrace guide cors --url \S+ --origin https:\/\/app\.example\.com --method PUT --header x-trace$/,
    )
  })

  test('without URL or origin there is nothing to replay', async () => {
    const { code, err } = await guided('cors-fix', ['', '', ''])
    assert.equal(code, 3)
    assert.match(err, /nothing to replay\nhint: .*\n$/)
  })
})

describe('gcp-permission-denied', () => {
  const MESSAGE =
    'ERROR: (gcloud.storage.cp) PERMISSION_DENIED: release-bot@example-build.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object.'

  test('takes what the message does not say from the log entry, and fills in what to ask Google Cloud', async () => {
    const answers = [MESSAGE, '', 'examples/gcp-audit-log.json', '', '', MESSAGE.replace('create', 'delete'), '']
    const { code, out } = await guided('gcp-permission-denied', answers, '--format', 'json')
    const done = JSON.parse(out)
    assert.deepEqual([code, done.status, done.verified], [1, 'read', false])
    assert.equal(done.resource, 'projects/_/buckets/example-artifacts/objects/app.zip')
    assert.deepEqual(done.commands, [
      'gcloud beta policy-intelligence troubleshoot-policy iam //storage.googleapis.com/projects/_/buckets/example-artifacts/objects/app.zip --principal-email=release-bot@example-build.iam.gserviceaccount.com --permission=storage.objects.create',
      'gcloud iam policies list --kind=denypolicies --attachment-point=cloudresourcemanager.googleapis.com/projects/PROJECT',
    ])
  })

  test('says first that another account called', async () => {
    const { out } = await guided('gcp-permission-denied', [MESSAGE, '', '', 'deployer@example.com', ''])
    assert.match(out, /called, not deployer@example\.com: mend that first/)
  })

  test('against a perimeter no role is asked about', async () => {
    const { code, out, err } = await guided('gcp-permission-denied', ['examples/gcp-perimeter.txt', '', '', '', ''])
    assert.equal(code, 0)
    assert.match(out, /vpcServiceControlsUniqueId="6TfQ0a1hJm2dYx8ZkV3rLw9PbNcE4uGs"/)
    assert.match(out, /A service perimeter refuses/)
    assert.doesNotMatch(out, /troubleshoot-policy/)
    for (const title of ['Read the message', 'Find the audit log entry', 'Ask who called', 'Repeat the call'])
      assert.match(err, new RegExp(`^\\d\\. ${title}`, 'm'))
  })

  test('what was read is quoted for a shell', async () => {
    const entry = JSON.parse(readFileSync(join(ROOT, 'examples/gcp-audit-log.json'), 'utf8'))
    entry.protoPayload.authenticationInfo.principalEmail = `a'; touch owned; '@example.com`
    const { out } = await guided('gcp-permission-denied', [JSON.stringify(entry), '', '', '', ''], '--format', 'json')
    assert.match(JSON.parse(out).commands[0], /--principal-email='a'\\''; touch owned; '\\''@example\.com'/)
  })

  test('a denial of AWS goes to its own playbook', async () => {
    const text = 'User: arn:aws:iam::111122223333:user/a is not authorized to perform: s3:GetObject'
    const { code, out } = await guided('gcp-permission-denied', [text, ''])
    assert.equal(code, 3)
    assert.match(out, /guide authorization-denial --interactive/)
  })
})

test('the session ends with its last answer, though whoever answers is still there', async () => {
  const [program, ...first] = PROGRAM
  const child = spawn(program, [...first, 'guide', 'cors-fix', '--interactive'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.stdin.write('\n\n\n')
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 3)
})

test('only the playbooks can be gone through', async () => {
  const { code, err } = await guided('identity-policy', [])
  assert.equal(code, 2)
  assert.match(err, /^usage\/conflicting-options: .*\nhint: .*authorization-denial/)
})
