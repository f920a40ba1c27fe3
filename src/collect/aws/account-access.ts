import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import pLimit, { type LimitFunction } from 'p-limit'

/** How AWS is reached. Everything left out comes from the environment and the profile, as with the AWS CLI. */
export interface AwsSettings {
  readonly profile?: string
  readonly region?: string
  readonly endpoint?: string
  /** Calls under way at once, over all accounts and Regions. */
  readonly concurrency: number
}

type Credentials = ReturnType<typeof fromNodeProviderChain>

interface ClientConfig {
  readonly region: string
  readonly credentials: Credentials
  readonly endpoint?: string
  readonly maxAttempts: number
  readonly retryMode: string
  readonly requestHandler: ReturnType<typeof patience>
}

interface Client {
  readonly middlewareStack: {
    add: (middleware: never, options: { readonly step: 'initialize'; readonly name: string }) => void
  }
}

/** One account as one set of credentials sees it. */
export interface AccountAccess {
  readonly account: string
  readonly partition: string
  readonly region: string
  /** All calls go to one address of the user's: no Region, account or bucket is part of a host name. */
  readonly endpoint: string | undefined
  /** A client of the SDK for a Region; made once. Its calls wait their turn and are retried with back-off. */
  readonly client: <C extends Client, F extends object>(make: new (config: F) => C, region?: string, more?: object) => C
}

/** Regions of a partition for calls that belong to none. */
const HOME_REGION: Readonly<Record<string, string>> = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }

export interface Access {
  readonly own: AccountAccess
  /** The same for another account, through a role of it. */
  readonly assume: (account: string, role: string, externalId?: string) => AccountAccess
  /** ARN of the caller, and its unique id (`AIDA…`, or `AROA…:session`). */
  readonly caller: string
  readonly userId: string
}

/** Finds out who calls (sts:GetCallerIdentity, which needs no permission). Throws what the SDK throws. */
export async function openAccess(settings: AwsSettings): Promise<Access> {
  // Node 20 users are told by `denytrace doctor`, not by a warning inside every answer.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const profile = settings.profile === undefined ? {} : { profile: settings.profile }
  const region = settings.region ?? (await usualRegion(profile))
  const credentials = fromNodeProviderChain(profile)
  const limit = pLimit(settings.concurrency)
  // The first call tells what is wrong with credentials or network, so it does not try for long.
  const first = { maxAttempts: 3, requestHandler: patience(20_000) }
  const sts = new STSClient({ ...configOf(settings, region ?? 'us-east-1', credentials), ...first })
  const {
    Arn: caller = '',
    Account: account = '',
    UserId: userId = '',
  } = await sts.send(new GetCallerIdentityCommand({}))
  const partition = caller.split(':')[1] ?? 'aws'
  const home = region ?? HOME_REGION[partition] ?? 'us-east-1'
  const accessOf = (id: string, by: Credentials): AccountAccess =>
    accountAccess({ account: id, partition, region: home }, settings, by, limit)
  return {
    caller,
    userId,
    own: accessOf(account, credentials),
    assume: (id, role, externalId) =>
      accessOf(
        id,
        fromTemporaryCredentials({
          masterCredentials: credentials,
          clientConfig: configOf(settings, home, credentials),
          params: {
            RoleArn: role.startsWith('arn:') ? role : `arn:${partition}:iam::${id}:role/${role}`,
            RoleSessionName: 'denytrace-collect',
            ...(externalId === undefined ? {} : { ExternalId: externalId }),
          },
        }),
      ),
  }
}

/** The Region that the AWS CLI would use: of the environment, or of the profile. */
async function usualRegion(profile: { readonly profile?: string }): Promise<string | undefined> {
  try {
    return await new STSClient(profile).config.region()
  } catch (error) {
    // A Region that cannot be one must not become another.
    if (String(error).includes('Region not accepted')) throw error
    return process.env['AWS_DEFAULT_REGION']
  }
}

const configOf = (settings: AwsSettings, region: string, credentials: Credentials): ClientConfig => ({
  region,
  credentials,
  ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
  maxAttempts: 8,
  retryMode: 'adaptive',
  requestHandler: patience(60_000),
})

/** The SDK by itself waits for an answer without end. In milliseconds; the AWS CLI waits a minute. */
const patience = (requestTimeout: number) => ({
  connectionTimeout: 10_000,
  requestTimeout,
  throwOnRequestTimeout: true,
})

function accountAccess(
  where: Pick<AccountAccess, 'account' | 'partition' | 'region'>,
  settings: AwsSettings,
  credentials: Credentials,
  limit: LimitFunction,
): AccountAccess {
  const made = new Map<unknown, Map<string, Client>>()
  return {
    ...where,
    endpoint: settings.endpoint ?? process.env['AWS_ENDPOINT_URL'],
    client: (make, region = where.region, more = {}) => {
      const byRegion = made.get(make) ?? new Map<string, Client>()
      made.set(make, byRegion)
      const before = byRegion.get(region)
      if (before !== undefined) return before as InstanceType<typeof make>
      const client = new make({ ...configOf(settings, region, credentials), ...more } as never)
      const waiting = (next: (args: unknown) => Promise<unknown>) => (args: unknown) => limit(() => next(args))
      client.middlewareStack.add(waiting as never, { step: 'initialize', name: 'denytraceTurn' })
      byRegion.set(region, client)
      return client
    },
  }
}
