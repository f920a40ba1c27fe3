import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { denytrace } from '../cli/run-cli.ts'
import { ACCOUNT, buildRole, buildUser, configOf, type Keys } from './estate.ts'
import { type Moto, motoEnv, noAws, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-replay-'))
const snapshot = join(folder, 'snapshot')
const fixes = join(folder, 'fix')
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/deploy-role/GitHubActions`

/** One denial from the refused call to the call that succeeds, on a server that enforces IAM (docs/run.md). */
describe('a denial on a real server, to its end', { skip: noMoto ?? noAws ?? false }, () => {
  let moto: Moto
  let admin: Keys
  let job: Record<string, string>
  let message: string

  before(async () => {
    moto = await startMoto()
    const config = configOf(moto.url)
    admin = await buildUser(config, 'admin', { Effect: 'Allow', Action: '*', Resource: '*' })
    await buildRole(config)
    const sts = new STSClient(configOf(moto.url, admin))
    const assumed = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/ci/deploy-role`,
        RoleSessionName: 'GitHubActions',
      }),
    )
    const keys = assumed.Credentials
    job = {
      ...motoEnv(moto.url, keys?.AccessKeyId, keys?.SecretAccessKey),
      AWS_SESSION_TOKEN: keys?.SessionToken ?? '',
    }
    await moto.enforce()
  })
  after(() => {
    moto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const asAdmin = () => motoEnv(moto.url, admin.id, admin.secret)
  const call = (name: string) => denytrace(['run', '--snapshot', snapshot, '--', 'aws', 'iam', name], { env: job })

  test('collect reads the server as it is before the call', async () => {
    const args = ['collect', '--out', snapshot, '--regions', 'us-east-1', '--services', 's3']
    assert.equal((await denytrace(args, { env: asAdmin() })).code, 0)
  })

  test('run says who it runs as, and explains the refusal from the snapshot', async () => {
    const { code, err } = await call('list-users')
    message = err
    assert.notEqual(code, 0)
    assert.ok(err.startsWith(`denytrace: AWS knows the caller as \`${SESSION}\``), err)
    assert.match(err, /is not authorized to perform: iam:ListUsers/, 'in the words of the server')
    assert.match(err, /^Cause {4}No identity policy of role deploy-role allows it\./m)
    assert.ok(!err.includes(job['AWS_SECRET_ACCESS_KEY'] ?? '-') && !err.includes(job['AWS_SESSION_TOKEN'] ?? '-'))
  })

  test('fix writes the change, and the printed commands make it', async () => {
    const args = ['fix', '--snapshot', snapshot, '--out', fixes, '--with-tests']
    const { code } = await denytrace(args, { stdin: message })
    assert.equal(code, 0)
    assert.ok(existsSync(join(fixes, 'access.test.yaml')))
    const script = readFileSync(join(fixes, 'fix.sh'), 'utf8')
    assert.match(script, /aws iam put-role-policy --role-name deploy-role/)
    const done = spawnSync('sh', [join(fixes, 'fix.sh')], {
      cwd: fixes,
      encoding: 'utf8',
      env: { ...process.env, ...asAdmin() },
    })
    assert.equal(done.status, 0, done.stderr)
  })

  test('the same call succeeds, and its neighbours are refused as before', async () => {
    const again = await call('list-users')
    assert.equal(again.code, 0, again.err)
    assert.match(again.out, /"UserName": "admin"/)
    for (const neighbour of ['list-roles', 'list-groups']) assert.notEqual((await call(neighbour)).code, 0, neighbour)
  })
})
