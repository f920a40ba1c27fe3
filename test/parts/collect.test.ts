import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { denytrace } from '../cli/run-cli.ts'
import { denytraceInside } from '../cli/run-inside.ts'
import { buildPolicies, OPEN_POLICY } from './estate-policies.ts'
import { ACCOUNT, BUCKET_POLICY, buildEstate, buildUser, configOf, type Estate, ROLE } from './estate.ts'
import { type Moto, motoEnv, noMoto, startMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-collect-'))
const out = join(folder, 'snapshot')
let moto: Moto
let estate: Estate

const read = (path: string, base = out): Record<string, unknown> =>
  JSON.parse(readFileSync(join(base, path), 'utf8')) as Record<string, unknown>

const filesOf = (base: string): string[] =>
  (readdirSync(base, { recursive: true, encoding: 'utf8' }) as string[]).filter((name) => name.endsWith('.json')).sort()

/** Everything but the time of collection. */
const contentOf = (base: string): string =>
  filesOf(base)
    .map((file) => `${file}\n${readFileSync(join(base, file), 'utf8')}`)
    .join('\n')
    .replace(/"collectedAt": "[^"]{20,30}"/, '')

interface Tree {
  readonly id: string
  readonly managementAccount: string
  readonly roots: { ous: { id: string; scps: string[]; accounts: { id: string }[] }[] }[]
}

const states = (base: string): Map<string, string> =>
  new Map(
    (read('meta.json', base)['coverage'] as { part: string; state: string }[]).map(({ part, state }) => [part, state]),
  )

describe('collect against an AWS-compatible server', { skip: noMoto ?? false }, () => {
  before(async () => {
    moto = await startMoto()
    estate = await buildEstate(configOf(moto.url))
  })
  after(() => {
    moto?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** moto has no more of the rest than errors, which are tried again. */
  const SERVICES = ['--services', 'dynamodb,ecr,kms,logs,s3,s3vectors,secretsmanager,sqs,vpc-lattice']

  const collect = (
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = motoEnv(moto.url),
    to = out,
  ) => {
    const services = args.includes('--services') ? [] : SERVICES
    return denytraceInside(['collect', '--out', to, '--regions', 'us-east-1', ...services, ...args], { env })
  }

  test('a snapshot holds what is there, verbatim', async () => {
    const { code, out: said, err } = await collect()
    assert.deepEqual([code, err], [0, ''])
    assert.match(said, /^Collected 1 account, \d{1,3} files/)

    const { id, managementAccount, roots } = read('organization.json') as unknown as Tree
    const [root] = roots
    assert.deepEqual([id, managementAccount], [estate.organization, ACCOUNT])
    assert.deepEqual(
      root?.ous.map((unit) => [unit.id, unit.scps, unit.accounts.map((one) => one.id)]),
      [[estate.unit, ['p-FullAWSAccess', estate.scp].sort(), [estate.member]]],
    )
    const [statement] = read(`policies/${estate.scp}.json`)['Statement'] as { Sid: string }[]
    assert.equal(statement?.Sid, 'Stay')

    const details = read(`accounts/${ACCOUNT}/authorization-details.json`)
    const [role] = details['RoleDetailList'] as { Arn: string; RolePolicyList: { PolicyDocument: unknown }[] }[]
    assert.equal(role?.Arn, ROLE)
    assert.equal(typeof role.RolePolicyList[0]?.PolicyDocument, 'object', 'decoded, as the AWS CLI prints it')

    const bucket = read(`accounts/${ACCOUNT}/resources/s3/prod-artifacts.json`)
    assert.deepEqual(bucket['policy'], BUCKET_POLICY)
    const attributes = bucket['attributes'] as Record<string, unknown>
    assert.equal(attributes['sseKmsKeyArn'], estate.key)
    assert.equal(attributes['bucketKeyEnabled'], true)
    assert.equal((attributes['blockPublicAccess'] as Record<string, boolean>)['RestrictPublicBuckets'], false)

    const keys = filesOf(join(out, 'accounts', ACCOUNT, 'resources', 'kms'))
    const key = read(`accounts/${ACCOUNT}/resources/kms/${keys[0]}`) as {
      arn: string
      attributes: Record<string, unknown>
    }
    assert.equal(key.arn, estate.key)
    assert.deepEqual(key.attributes['aliases'], ['alias/app'])
    assert.equal((key.attributes['kmsGrants'] as { GranteePrincipal: string }[])[0]?.GranteePrincipal, ROLE)
    assert.ok(filesOf(join(out, 'accounts', ACCOUNT, 'resources', 'sqs')).some((name) => name.includes('jobs')))
    assert.equal(states(out).get('organization.json'), 'complete')
    assert.equal(states(out).get(`accounts/${ACCOUNT}/resources/s3`), 'complete')
  })

  test('policies of services that moto has, as they were put there', async () => {
    const made = await buildPolicies(configOf(moto.url))
    const to = join(folder, 'policies')
    assert.equal((await collect([], undefined, to)).code, 0)
    const found = new Map(
      filesOf(join(to, 'accounts', ACCOUNT, 'resources')).map((file) => {
        const { arn, policy } = read(`accounts/${ACCOUNT}/resources/${file}`, to)
        return [String(arn), policy]
      }),
    )
    // Moto cannot list the policies of a secret, so there may be others: none of them is told for the whole.
    const isSecret = (arn: string): boolean => arn.includes(':secret:')
    for (const arn of made) assert.deepEqual(found.get(arn), isSecret(arn) ? undefined : OPEN_POLICY, arn)
    assert.equal(made.filter((arn) => isSecret(arn) && found.has(arn)).length, 1)
    assert.match(readFileSync(join(to, 'meta.json'), 'utf8'), /secretsmanager:GetResourcePolicy: /)
    assert.equal(
      states(to).get(`accounts/${ACCOUNT}/resources/vpc-lattice`),
      'partial',
      'the other Regions were not read',
    )
  })

  test('a second run over it changes nothing but the time', async () => {
    assert.equal((await collect()).code, 0)
    const first = contentOf(out)
    assert.equal((await collect()).code, 0)
    assert.equal(contentOf(out), first)
  })

  test('all Regions are read where none is named', async () => {
    const to = join(folder, 'regions')
    const { code } = await denytrace(['collect', '--out', to, '--services', 'sqs,s3'], { env: motoEnv(moto.url) })
    assert.equal(code, 0)
    assert.deepEqual([...new Set(states(to).values())], ['complete'])
  })

  test('each service may have an address of its own', async () => {
    const to = join(folder, 'addresses')
    const { AWS_ENDPOINT_URL: url, ...env } = motoEnv(moto.url.replace('127.0.0.1', 'localhost'))
    const services = ['EC2', 'IAM', 'ORGANIZATIONS', 'S3', 'SECRETS_MANAGER', 'SSO_ADMIN', 'STS']
    const addresses = Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, url]))
    // The account's own setting is asked of a host that has the account in its name.
    const control = { AWS_ENDPOINT_URL_S3_CONTROL: 'http://127.0.0.1:9' }
    const given = { ...env, ...addresses, ...control, AWS_MAX_ATTEMPTS: '1' }
    assert.equal((await collect(['--services', 's3,secretsmanager'], given, to)).code, 0)
    assert.equal(states(to).get(`accounts/${ACCOUNT}/resources/s3`), 'complete')
    assert.equal(states(to).get(`accounts/${ACCOUNT}/resources/s3/prod-artifacts.json`), undefined)
    assert.equal(states(to).get(`accounts/${ACCOUNT}/resources/secretsmanager`), 'partial')
    assert.ok(filesOf(to).some((file) => file.includes('/secretsmanager/')))
  })

  test('a request is judged against it', async () => {
    const request = [
      '--principal',
      ROLE,
      '--action',
      's3:PutObject',
      '--resource',
      'arn:aws:s3:::prod-artifacts/app.zip',
    ]
    const args = [
      'evaluate',
      '--snapshot',
      out,
      ...request,
      '--no-session-policy',
      '--context',
      'aws:SecureTransport=true',
    ]
    const { code, out: said } = await denytraceInside([
      ...args,
      '--context',
      'aws:SourceIp=203.0.113.9',
      '--chain',
      '--format',
      'json',
    ])
    const decision = JSON.parse(said) as {
      decision: string
      steps: { decision: { decision: string; blockedBy: string[] } }[]
    }
    assert.deepEqual([code, decision.decision], [1, 'allowed'], 'the exit code is that of the worst of the chain')
    assert.deepEqual(decision.steps[0]?.decision.blockedBy, ['identity-policy'], 'the key leaves it to the account')
  })

  test('Regions that are not read leave what is not found unknown', async () => {
    const to = join(folder, 'one-region')
    assert.equal((await collect(['--services', 'kms,s3'], undefined, to)).code, 0)
    const found = states(to)
    assert.equal(found.get(`accounts/${ACCOUNT}/resources/kms`), 'partial')
    assert.equal(found.get(`accounts/${ACCOUNT}/resources/s3`), 'complete')
    assert.equal(found.get(`accounts/${ACCOUNT}/vpc-endpoints.json`), 'partial')
  })

  test('the other accounts are entered by a role', async () => {
    const to = join(folder, 'all')
    const args = ['--role', 'OrganizationAccountAccessRole', '--services', 's3', '--format', 'json']
    const { code, out: said } = await collect(args, undefined, to)
    const { accounts, caller } = JSON.parse(said) as { accounts: string[]; caller: string }
    assert.equal(code, 0)
    assert.deepEqual(accounts, [ACCOUNT, estate.member].sort())
    assert.match(caller, /^arn:aws:sts::123456789012:/)
    assert.equal(read(`accounts/${estate.member}/account.json`, to)['name'], 'app')
  })

  test('what is gone in AWS is gone from the snapshot', async () => {
    const config = configOf(moto.url)
    const client = new S3Client({ ...config, forcePathStyle: true })
    await client.send(new DeleteBucketCommand({ Bucket: 'prod-artifacts' }))
    const { code, err } = await collect(['--services', 's3'])
    assert.deepEqual([code, err], [0, ''])
    assert.ok(!filesOf(out).some((file) => file.includes('prod-artifacts')))
    assert.ok(
      filesOf(out).some((file) => file.includes('/sqs/')),
      'other services are left as they were',
    )
    assert.equal(states(out).get(`accounts/${ACCOUNT}/resources/sqs`), 'partial')
  })

  test('a caller with few permissions gets a snapshot that says what is missing', async () => {
    const config = configOf(moto.url)
    const keys = await buildUser(config, 'auditor', { Effect: 'Allow', Action: 'iam:Get*', Resource: '*' })
    await moto.enforce()
    const to = join(folder, 'few')
    const { code, out: said } = await collect(['--services', 'kms,s3'], motoEnv(moto.url, keys.id, keys.secret), to)
    assert.equal(code, 0)
    assert.match(said, /Not complete, so unknown where a decision needs it:/)
    const found = states(to)
    assert.equal(found.get(`accounts/${ACCOUNT}/authorization-details.json`), 'complete')
    assert.equal(found.get('organization.json'), 'missing')
    assert.equal(found.get(`accounts/${ACCOUNT}/resources/kms`), 'missing')
  })
})
