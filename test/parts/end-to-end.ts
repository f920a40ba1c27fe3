import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CreateOrganizationCommand, CreateAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { denytrace, type Ran, ROOT } from '../cli/run-cli.ts'
import { buildCaller, type Incident, type Job, type World } from './enforcing-aws/incidents.ts'
import { type EnforcingAws, startEnforcingAws } from './enforcing-aws/server.ts'
import { ACCOUNT, buildUser, type Config, configOf, type Keys } from './estate.ts'
import { type Moto, motoEnv, noAws, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-end-to-end-'))
const ADMIN = { Effect: 'Allow', Action: '*', Resource: '*' }

/** From the job that fails to the job that succeeds, with nothing at hand but credentials, and no file edited by hand. */
export const mendedAndConfirmed = (incidents: readonly Incident[]): Promise<void> =>
  describe('a job that is refused, mended and confirmed', { skip: noMoto ?? noAws ?? false }, () => {
    let moto: Moto
    let aws: EnforcingAws
    let world: World
    const admins: Record<string, Record<string, string>> = {}

    before(async () => {
      moto = await startMoto()
      aws = await startEnforcingAws(moto.url, ACCOUNT)
      const management = configOf(moto.url)
      const organizations = new OrganizationsClient(management)
      await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
      const { CreateAccountStatus } = await organizations.send(
        new CreateAccountCommand({ AccountName: 'app', Email: 'app@example.com' }),
      )
      const account = CreateAccountStatus?.AccountId ?? ''
      const member = await sessionConfig(management, `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`)
      world = { member, management, account }
      admins['member'] = envOf(await registered(member, account, 'admin', ADMIN))
      admins['management'] = envOf(await registered(management, ACCOUNT, 'admin', ADMIN))
    })
    after(() => {
      aws?.stop()
      moto?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    const envOf = ({ id, secret }: Keys) => motoEnv(aws.url, id, secret)

    async function registered(config: Config, account: string, name: string, ...has: readonly object[]): Promise<Keys> {
      const keys = await buildUser(config, name, ...has)
      aws.register(keys.id, { arn: `arn:aws:iam::${account}:user/${name}`, account })
      return keys
    }

    /** The environment of the job: keys of a user, or of a session that was made through the server. */
    async function callerEnv(incident: Incident, name: string): Promise<Record<string, string>> {
      if (incident.as === 'user') return envOf(await registered(world.member, world.account, name, ...incident.has))
      await buildCaller(world, incident, name)
      const config = { ...world.member, endpoint: aws.url }
      const { credentials } = await sessionConfig(config, `arn:aws:iam::${world.account}:role/${name}`)
      const env = motoEnv(aws.url, credentials.accessKeyId, credentials.secretAccessKey)
      return { ...env, AWS_SESSION_TOKEN: credentials.sessionToken ?? '' }
    }

    for (const [i, incident] of incidents.entries())
      test(`${incident.name} (${incident.layer})`, async () => {
        const name = `job-${i + 1}`
        const env = await callerEnv(incident, name)
        await incident.build(world, name)
        const admin = admins[incident.mendedIn ?? 'member'] ?? {}
        const job = incident.job(world)
        // With the credentials of the job, which may read nothing of IAM: what it cannot see stays unknown.
        const refused = await denytrace(['run', '--', ...commandOf(job)], { env })
        assert.notEqual(refused.code, 0, `the job is refused\n${refused.out}${refused.err}`)
        assert.match(refused.err, /^DENIED /m)
        const log = join(folder, `${name}.log`)
        writeFileSync(log, refused.out + refused.err)
        const out = join(folder, name)
        const fixed = await denytrace(['fix', log, '--live', '--out', out], { env: admin })
        const told = `${refused.err}\n${fixed.out}${fixed.err}`
        assert.equal(fixed.code, incident.opensMore === true ? 1 : 0, told)
        const mended = await run('sh', [join(out, 'fix.sh')], admin)
        assert.equal(mended.code, 0, `${told}${mended.out}${mended.err}`)
        const before = aws.trail.length
        const again = await denytrace(['run', '--', ...commandOf(job)], { env })
        assert.equal(again.code, 0, `${told}${mended.out}${again.out}${again.err}`)
        const trail = join(folder, `${name}-trail.json`)
        writeFileSync(trail, JSON.stringify({ Records: aws.trail.slice(before) }))
        const verified = await denytrace(['verify', log, '--events', trail], { env: admin })
        assert.equal(verified.code, 0, `${told}${verified.out}${verified.err}`)
      })
  })

const commandOf = ({ by, args }: Job): readonly string[] => [
  { cli: 'aws', python: 'python3', node: process.execPath }[by],
  ...args,
]

async function sessionConfig(config: Config, RoleArn: string): Promise<Config> {
  const { Credentials: keys } = await new STSClient(config).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ci' }),
  )
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = keys ?? {}
  return { ...config, credentials: { accessKeyId, secretAccessKey, sessionToken } }
}

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
