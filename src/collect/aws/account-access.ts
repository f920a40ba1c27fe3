import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import pLimit from 'p-limit'
import { type CallLimits, clientMaker, limitedHandler, type MakeClient, USUAL_LIMITS } from './clients.ts'
import { type Credentials, credentialsOf } from './credentials.ts'

/** How AWS is reached. Everything left out comes from the environment and the profile, as with the AWS CLI. */
export interface AwsSettings {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
  /** Calls under way at once, over all accounts and Regions. */
  readonly concurrency: number
  /** How often a call is tried that fails by the network or the server; left out: 8. */
  readonly attempts?: number
  /** What a call may cost at most; what is left out is as usual. */
  readonly limits?: Partial<CallLimits>
  /** Told of each call before it is made. */
  readonly onCall?: () => void
}

interface ClientConfig {
  readonly region: string
  readonly credentials: Credentials
  readonly endpoint?: string
  readonly maxAttempts: number
  readonly retryMode: string
}

interface Client {
  send: (command: never, options?: never) => Promise<unknown>
}

/** Account as a set of credentials sees it. */
export interface AccountAccess {
  readonly account: string
  readonly partition: string
  readonly region: string
  /** All calls go to one address of the user's: no Region, account or bucket is part of a host name. */
  readonly endpoint: string | undefined
  /** Where these are called, if at an address of the user's: their own, or the one for all. */
  readonly addresses: { readonly s3?: string; readonly s3Control?: string }
  /** A client of the SDK for a Region; made once. Its calls wait their turn and are retried with back-off. */
  readonly client: <C extends Client, F extends object>(make: new (config: F) => C, region?: string, more?: object) => C
}

/** Regions of a partition for calls that belong to none. */
const HOME_REGION: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }

export interface Access {
  readonly own: AccountAccess
  /** Access to another account, through a role of it. */
  readonly assume: (account: string, role: string, externalId?: string) => AccountAccess
  /** ARN of the caller, and its unique id (`AIDA…`, or `AROA…:session`). */
  readonly caller: string
  readonly userId: string
}

/** Finds out who calls (sts:GetCallerIdentity, which needs no permission). Throws what the SDK throws. */
export async function openAccess(settings: AwsSettings): Promise<Access> {
  const credentials = credentialsOf(settings.profile)
  const region = settings.region ?? (await usualRegion())
  const limits = { ...USUAL_LIMITS, ...settings.limits }
  const turn = pLimit(settings.concurrency)
  const makeClient = clientMaker({ limits, turn, onCall: settings.onCall })
  const sts = firstClient(configOf(settings, region ?? 'us-east-1', credentials), limits)
  const {
    Arn: caller = '',
    Account: account = '',
    UserId: userId = '',
  } = await sts.send(new GetCallerIdentityCommand({}))
  settings.onCall?.()
  const partition = caller.split(':')[1] ?? 'aws'
  const home = region ?? HOME_REGION[partition] ?? 'us-east-1'
  const where = { partition, region: home, ...(await addressesOf(settings)) }
  const accessOf = (id: string, by: Credentials): AccountAccess =>
    accountAccess({ ...where, account: id }, settings, by, makeClient)
  return {
    caller,
    userId,
    own: accessOf(account, credentials),
    assume: (id, role, externalId) =>
      accessOf(
        id,
        fromTemporaryCredentials({
          masterCredentials: credentials,
          clientConfig: { ...configOf(settings, home, credentials), requestHandler: limitedHandler(limits) },
          params: {
            RoleArn: role.startsWith('arn:') ? role : `arn:${partition}:iam::${id}:role/${role}`,
            RoleSessionName: 'denytrace-collect',
            ...(externalId === undefined ? {} : { ExternalId: externalId }),
          },
        }),
      ),
  }
}

/** The first call shows what is wrong with credentials or network, so it does not try for long. */
function firstClient(config: ClientConfig, limits: CallLimits): STSClient {
  const milliseconds = Math.min(FIRST_CALL_MILLISECONDS, limits.milliseconds)
  const make = clientMaker({ limits: { ...limits, milliseconds }, turn: pLimit(1) })
  return make(STSClient, { ...config, maxAttempts: 3 })
}

const FIRST_CALL_MILLISECONDS = 20_000

/** A client that nothing is asked of: the SDK finds its settings in environment and profile. */
const settingsClient = (config: object): STSClient =>
  clientMaker({ limits: USUAL_LIMITS, turn: pLimit(1) })(STSClient, config)

/** The Region that the AWS CLI would use: of the environment, or of the profile. */
async function usualRegion(): Promise<string | undefined> {
  try {
    return await settingsClient({}).config.region()
  } catch (error) {
    // A Region that cannot be one must not become another.
    if (String(error).includes('Region not accepted')) throw error
    return process.env['AWS_DEFAULT_REGION']
  }
}

/** By option, or as the SDK finds it: of the service or of all, of the environment or of the profile. */
async function addressesOf({ endpoint }: AwsSettings): Promise<Pick<AccountAccess, 'endpoint' | 'addresses'>> {
  if (endpoint !== undefined) return { endpoint, addresses: { s3: endpoint, s3Control: endpoint } }
  const [all, s3, s3Control] = await Promise.all(['denytrace', 'S3', 'S3 Control'].map(configuredAddress))
  return {
    endpoint: all,
    addresses: { ...(s3 === undefined ? {} : { s3 }), ...(s3Control === undefined ? {} : { s3Control }) },
  }
}

/** A service that AWS does not have has the address for all. */
async function configuredAddress(serviceId: string): Promise<string | undefined> {
  // The SDK keeps what it has found in the client's configuration; nothing is called.
  const { config } = settingsClient({ serviceId, region: 'us-east-1' })
  return await (
    config as { serviceConfiguredEndpoint?: () => Promise<string | undefined> }
  ).serviceConfiguredEndpoint?.()
}

const configOf = (settings: AwsSettings, region: string, credentials: Credentials): ClientConfig => ({
  region,
  credentials,
  ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  maxAttempts: settings.attempts ?? 8,
  retryMode: 'adaptive',
})

function accountAccess(
  where: Omit<AccountAccess, 'client'>,
  settings: AwsSettings,
  credentials: Credentials,
  makeClient: MakeClient,
): AccountAccess {
  const made = new Map<unknown, Map<string, Client>>()
  return {
    ...where,
    client: (make, region = where.region, more = {}) => {
      const byRegion = made.get(make) ?? new Map<string, Client>()
      made.set(make, byRegion)
      const before = byRegion.get(region)
      if (before !== undefined) return before as InstanceType<typeof make>
      const client = makeClient(make, { ...configOf(settings, region, credentials), ...more })
      byRegion.set(region, client)
      return client
    },
  }
}
