import { lookup } from 'node:dns/promises'
import type { AccountRegion } from './collector.ts'

/** Hosts that were looked for. */
const hosts = new Map<string, Promise<boolean>>()

/**
 * Whether a service has a host in a Region. Where it is not offered it has none, and the SDK would look for it again and
 * again. The part is then incomplete all the same: a resolver that hides names looks just so.
 */
export async function isOffered(
  service: string,
  client: object,
  at: object,
  { access, list }: Pick<AccountRegion, 'access' | 'list'>,
): Promise<boolean> {
  const host = access.endpoint === undefined && !(await hasAddressOfItsOwn(client)) ? hostOf(client, at) : undefined
  if (host === undefined) return true
  const known = hosts.get(host) ?? hasAddress(host)
  hosts.set(host, known)
  if (await known) return true
  await list.ask(service, () =>
    Promise.reject(new Error('the service has no host here; it may not be offered in the Region')),
  )
  return false
}

interface WithEndpoints {
  readonly config?: {
    /** `AWS_ENDPOINT_URL_<SERVICE>`, or what the profile says in its place. */
    readonly serviceConfiguredEndpoint?: () => Promise<unknown>
    readonly endpointProvider?: (at: object) => { readonly url: URL }
  }
}

/** Calls to a service that has an address of the user's, such as that of a VPC endpoint, look for no other host. */
async function hasAddressOfItsOwn(client: WithEndpoints): Promise<boolean> {
  return (await client.config?.serviceConfiguredEndpoint?.()) !== undefined
}

function hostOf(client: object, at: object): string | undefined {
  try {
    return (client as WithEndpoints).config?.endpointProvider?.(at).url.hostname
  } catch {
    return undefined
  }
}

async function hasAddress(host: string): Promise<boolean> {
  try {
    await lookup(host)
    return true
  } catch (error) {
    // Any other fault is for the call to meet.
    return !(error instanceof Error && 'code' in error && error.code === 'ENOTFOUND')
  }
}
