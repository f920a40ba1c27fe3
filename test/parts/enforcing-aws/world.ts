import { CreateAccountCommand, CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations'
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { ACCOUNT, buildUser, type Config, configOf, document, type Keys } from '../estate.ts'
import { type Moto, motoEnv, startMoto } from '../moto.ts'
import { buildCaller, type Incident, type World } from './incidents.ts'
import { type EnforcingAws, startEnforcingAws } from './server.ts'

export type Env = Readonly<Record<string, string>>

/** An organization of two accounts on a loopback server that enforces, with an administrator in each. */
export interface StartedWorld {
  readonly world: World
  readonly aws: EnforcingAws
  /** The environment of an administrator's programs. */
  readonly adminOf: (account: 'member' | 'management') => Env
  /** Builds the caller of an incident, and what else there is; the environment of its job. */
  readonly build: (incident: Incident, name: string) => Promise<Env>
  readonly stop: () => void
}

const ADMIN = { Effect: 'Allow', Action: '*', Resource: '*' }

/** Starts moto and the server before it, on free ports of the loopback address. */
export async function startWorld(): Promise<StartedWorld> {
  const moto = await startMoto()
  const aws = await startEnforcingAws(moto.url, ACCOUNT)
  const stop = (): void => {
    aws.stop()
    moto.stop()
  }
  try {
    return { ...(await organizationOn(moto, aws)), aws, stop }
  } catch (error) {
    stop()
    throw error
  }
}

async function organizationOn(moto: Moto, aws: EnforcingAws): Promise<Omit<StartedWorld, 'aws' | 'stop'>> {
  const management = configOf(moto.url)
  const organizations = new OrganizationsClient(management)
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: 'app', Email: 'app@example.com' }),
  )
  const account = CreateAccountStatus?.AccountId ?? ''
  const member = await sessionConfig(management, `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`)
  await new IAMClient(member).send(
    new PutRolePolicyCommand({
      RoleName: 'OrganizationAccountAccessRole',
      PolicyName: 'AdministratorAccess',
      PolicyDocument: document(ADMIN),
    }),
  )
  const world: World = { member, management, account }
  const envOf = ({ id, secret }: Keys): Env => motoEnv(aws.url, id, secret)

  async function registered(config: Config, home: string, name: string, ...has: readonly object[]): Promise<Keys> {
    const keys = await buildUser(config, name, ...has)
    aws.register(keys.id, { arn: `arn:aws:iam::${home}:user/${name}`, account: home })
    return keys
  }

  /** Keys of a user, or of a session that was made through the server. */
  async function callerEnv(incident: Incident, name: string): Promise<Env> {
    if (incident.as === 'user') return envOf(await registered(member, account, name, ...incident.has))
    await buildCaller(world, incident, name)
    const config = { ...member, endpoint: aws.url }
    const { credentials } = await sessionConfig(config, `arn:aws:iam::${account}:role/${name}`)
    const env = motoEnv(aws.url, credentials.accessKeyId, credentials.secretAccessKey)
    return { ...env, AWS_SESSION_TOKEN: credentials.sessionToken ?? '' }
  }

  const admins = {
    member: envOf(await registered(member, account, 'admin', ADMIN)),
    management: envOf(await registered(management, ACCOUNT, 'admin', ADMIN)),
  }
  return {
    world,
    adminOf: (home) => admins[home],
    build: async (incident, name) => {
      const env = await callerEnv(incident, name)
      await incident.build(world, name)
      aws.changed()
      return env
    },
  }
}

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
