import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreatePermissionSetCommand, ListInstancesCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { denytrace } from '../cli/run-cli.ts'
import { ACCOUNT, buildEstate, configOf, type Estate } from './estate.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-live-'))
const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'
const DENIED = `User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci is not authorized to perform: s3:GetObject on resource: "${OBJECT}" because no identity-based policy allows the s3:GetObject action`

/** What bears on one denial, and nothing else, read from a server (docs/live.md). */
describe('a denial with nothing at hand but credentials', { skip: noMoto ?? false }, () => {
  let moto: Moto
  let estate: Estate
  let counted: Awaited<ReturnType<typeof countCalls>>
  before(async () => {
    moto = await startMoto()
    estate = await buildEstate(configOf(moto.url))
    counted = await countCalls(moto.url)
  })
  after(() => {
    counted?.stop()
    moto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const env = () => motoEnv(counted.url)

  test('the role, its bucket and the bucket’s key are read, and the fix is made on them', async () => {
    const before = counted.calls.length
    const { code, out, err } = await denytrace(['diagnose', '--live', '--format', 'json'], {
      stdin: DENIED,
      env: env(),
    })
    assert.equal(code, 0, out + err)
    assert.match(err, /read .*role deploy-role.* as .* sees it \(\d+ calls\)/)
    assert.ok(err.includes(estate.key), err)
    const [diagnosis] = (
      JSON.parse(out) as {
        diagnoses: {
          basis: string
          causes: { layer: string; nearest?: object }[]
          fixes: { changes: { policy: string }[] }[]
        }[]
      }
    ).diagnoses
    assert.equal(diagnosis?.basis, 'policies')
    assert.deepEqual(
      diagnosis.causes.map(({ layer }) => layer),
      ['identity-policy'],
    )
    // AWS's words say that no Deny refused it: what the bucket policy asks of TLS is no part of the fix.
    assert.deepEqual(
      diagnosis.fixes[0]?.changes.map(({ policy }) => policy),
      ['put'],
    )
    const calls = counted.calls.slice(before)
    assert.ok(calls.length <= 40, `${calls.length} calls: ${calls.join(' ')}`)
    // Lists of a whole account are no business of one denial.
    assert.ok(
      calls.every((call) => !/GetAccountAuthorizationDetails|ListKeys|ListQueues|ListRoles/.test(call)),
      calls.join(' '),
    )
  })

  test('`--save` keeps a snapshot on which the same answer is given without a call', async () => {
    const saved = join(folder, 'saved')
    const live = await denytrace(['diagnose', '--live', '--save', saved], { stdin: DENIED, env: env() })
    const before = counted.calls.length
    const offline = await denytrace(['diagnose', '--snapshot', saved], { stdin: DENIED, env: env() })
    assert.deepEqual([live.code, offline.code], [0, 0], live.err + offline.err)
    assert.equal(counted.calls.length, before)
    assert.equal(offline.out, live.out)
    const { coverage } = JSON.parse(readFileSync(join(saved, 'meta.json'), 'utf8')) as {
      coverage: { part: string; state: string }[]
    }
    const details = coverage.find(({ part }) => part.endsWith('authorization-details.json'))
    assert.equal(details?.state, 'partial', 'other principals of the account were not read')
  })

  test('`--print-policy` names the calls for this denial, and makes none', async () => {
    const before = counted.calls.length
    const { code, out } = await denytrace(['diagnose', '--live', '--print-policy'], { stdin: DENIED, env: env() })
    assert.equal(code, 0)
    const { Statement } = JSON.parse(out) as {
      Statement: { Sid: string; Action: string[]; Resource: string | string[] }[]
    }
    // A session does not name the path of its role.
    assert.deepEqual(Statement.find(({ Sid }) => Sid === 'Roles')?.Resource, [
      `arn:aws:iam::${ACCOUNT}:role/deploy-role`,
      `arn:aws:iam::${ACCOUNT}:role/*/deploy-role`,
    ])
    assert.equal(Statement.find(({ Sid }) => Sid === 'S3')?.Resource, 'arn:aws:s3:::prod-artifacts')
    const verbs = Statement.flatMap(({ Action }) => Action).map((action) => action.split(':')[1] ?? '')
    assert.ok(
      verbs.every((verb) => /^(?:Get|List|Describe)/.test(verb)),
      verbs.join(' '),
    )
    assert.equal(counted.calls.length, before)
    assert.ok(!verbs.includes('ListPermissionSets'), 'the role is none of Identity Center')
    const reserved = await denytrace(['diagnose', '--live', '--print-policy'], {
      stdin: DENIED.replace('deploy-role', 'AWSReservedSSO_PowerUser_0123456789abcdef'),
      env: env(),
    })
    assert.ok(reserved.out.includes('"sso:ListPermissionSets"'), reserved.out)
  })

  test('the printed policy has the calls of any service, and what cannot be read alone is told', async () => {
    const secret = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:db-a1b2c3`
    const bus = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/main`
    const of = (action: string, resource: string) =>
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/ci is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
    const policy = await denytrace(['diagnose', '--live', '--print-policy'], {
      stdin: of('secretsmanager:GetSecretValue', secret),
      env: env(),
    })
    const { Statement } = JSON.parse(policy.out) as { Statement: { Action: string[]; Resource: unknown }[] }
    const found = Statement.find(({ Resource }) => Resource === secret)?.Action ?? []
    for (const call of ['DescribeSecret', 'GetResourcePolicy', 'ListResourcePolicies'])
      assert.ok(found.includes(`secretsmanager:${call}`), found.join(' '))
    assert.ok(!found.includes('secretsmanager:ListSecrets'), 'no list of the account')
    const { err } = await denytrace(['diagnose', '--live'], { stdin: of('events:PutEvents', bus), env: env() })
    assert.ok(err.includes(`not read, so unknown: ${bus}`), err)
  })

  test('of a role of Identity Center the permission set is read, and the change is made there', async () => {
    const config = configOf(moto.url)
    const sso = new SSOAdminClient(config)
    const { Instances: [instance] = [] } = await sso.send(new ListInstancesCommand({}))
    const InstanceArn = instance?.InstanceArn ?? ''
    const sets = new Map<string, string>()
    for (const Name of ['ReadOnly', 'PowerUser']) {
      const { PermissionSet } = await sso.send(new CreatePermissionSetCommand({ InstanceArn, Name }))
      sets.set(Name, PermissionSet?.PermissionSetArn ?? '')
    }
    const RoleName = 'AWSReservedSSO_PowerUser_0123456789abcdef'
    const iam = new IAMClient(config)
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/AWSSSO_x` },
          Action: 'sts:AssumeRoleWithSAML',
        },
      ],
    }
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: '/aws-reserved/sso.amazonaws.com/',
        AssumeRolePolicyDocument: JSON.stringify(trust),
      }),
    )
    const text = DENIED.replace('deploy-role/ci', `${RoleName}/ana`)
    const saved = join(folder, 'identity-center')
    const live = await denytrace(['diagnose', '--live', '--save', saved], { stdin: text, env: env() })
    assert.match(live.err, /read .*permission set PowerUser.*role AWSReservedSSO_PowerUser_/)
    const json = await denytrace(['diagnose', '--snapshot', saved, '--format', 'json'], { stdin: text, env: env() })
    const [change] =
      (JSON.parse(json.out) as { diagnoses: { fixes: { changes: { awsCli: string }[] }[] }[] }).diagnoses[0]?.fixes[0]
        ?.changes ?? []
    const commands = change?.awsCli.replaceAll(/ \\\n +/g, ' ') ?? ''
    for (const call of ['put-inline-policy-to-permission-set', 'provision-permission-set'])
      assert.ok(
        commands.includes(
          `aws sso-admin ${call} --instance-arn ${InstanceArn} --permission-set-arn ${sets.get('PowerUser')}`,
        ),
        commands,
      )
    const { permissionSets } = JSON.parse(
      readFileSync(join(saved, 'accounts', ACCOUNT, 'identity-center.json'), 'utf8'),
    ) as { permissionSets: { name: string }[] }
    assert.deepEqual(
      permissionSets.map(({ name }) => name),
      ['PowerUser'],
      'others are no business of this denial',
    )
    const offline = await denytrace(['diagnose', '--snapshot', saved], { stdin: text, env: env() })
    assert.equal(offline.out, live.out)
  })

  test('another account is not read without a role of it, and that is said', async () => {
    const other = DENIED.replaceAll(ACCOUNT, '444455556666')
    const saved = join(folder, 'other')
    const { err } = await denytrace(['diagnose', '--live', '--save', saved], { stdin: other, env: env() })
    assert.ok(!err.includes('role deploy-role,'), err)
    assert.match(readFileSync(join(saved, 'meta.json'), 'utf8'), /--role NAME/)
  })

  test('a Region that is none reaches no host', async () => {
    const before = counted.calls.length
    const queue = `arn:aws:sqs:us-east-1.example.com:${ACCOUNT}:jobs`
    const text = DENIED.replaceAll('s3:GetObject', 'sqs:SendMessage').replace(OBJECT, queue)
    const { code } = await denytrace(['diagnose', '--live'], { stdin: text, env: motoEnv(counted.url) })
    assert.notEqual(code, 70)
    const calls = counted.calls.slice(before)
    assert.ok(calls.length > 0 && calls.every((call) => !/AmazonSQS/.test(call)), calls.join(' '))
  })

  test('options that contradict each other are told', async () => {
    const file = join(folder, 'denial.txt')
    writeFileSync(file, DENIED)
    for (const [args, code] of [
      [['--save', 'x'], 'usage/missing-option'],
      [['--live', '--snapshot', folder], 'usage/conflicting-options'],
    ] as const) {
      const found = await denytrace(['diagnose', file, ...args], { env: env() })
      assert.equal(found.code, 2)
      assert.ok(found.err.startsWith(`${code}:`), found.err)
    }
  })
})

/** Hands every call on, and keeps what it was. */
async function countCalls(moto: string) {
  const calls: string[] = []
  const server = createServer((incoming, answer) => {
    void buffer(incoming).then((body) => {
      const { host: _, ...headers } = incoming.headers
      const action = /Action=(\w+)/.exec(body.toString('latin1'))?.[1]
      calls.push(String(headers['x-amz-target'] ?? action ?? `${incoming.method} ${incoming.url}`))
      const outgoing = request(`${moto}${incoming.url}`, { method: incoming.method, headers }, (passed) => {
        answer.writeHead(passed.statusCode ?? 502, passed.headers)
        passed.pipe(answer)
      })
      outgoing.on('error', () => answer.destroy())
      outgoing.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    calls: calls as readonly string[],
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
