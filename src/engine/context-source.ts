import type { Caller } from '#iam/caller.ts'
import type { Readings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import type { RequestResource } from '#iam/resource.ts'
import type { Organization } from './scenario.ts'

/** Names of aliases, as `alias/app`. */
export interface KeyAliases {
  /** All that the key has; undefined: not known. */
  readonly all: readonly string[] | undefined
  /** The one by which the request names the key, where it does. */
  readonly inRequest: string | undefined
}

/** The facts that a context is derived from, besides the values the request lists. */
export interface ContextSource {
  readonly request: Request
  readonly caller: Caller
  readonly action: { readonly service: string; readonly name: string }
  readonly resource: RequestResource
  readonly resourceAccount: string | undefined
  readonly organization: Organization | null | undefined
  /** Tags of the resource; undefined: not known. */
  readonly resourceTags: Readonly<Record<string, unknown>> | undefined
  /** Whether nobody knows if requests are told of the tags. */
  readonly tagsInDoubt?: boolean
  /** Aliases of a KMS key; left out: not known. */
  readonly keyAliases?: KeyAliases | undefined
  /** How the function URL of the call authorizes callers; left out: not known, or no call through a URL. */
  readonly urlAuthType?: string | undefined
  /** Whether levels of service control policies are given for the caller's account. */
  readonly hasControlLevels: boolean
  /** Whether the request came through a VPC endpoint whose policy is given. */
  readonly throughEndpoint: boolean
  /** The Region of services that have one endpoint for all Regions. */
  readonly globalRegion: string | undefined
  readonly readings: Readings
}
