import { S3ControlClient } from '@aws-sdk/client-s3-control'
import type { AccountAccess } from './account-access.ts'

/** S3 Control puts the account into the host name, which an address of the user's does not have. */
export function s3ControlClient(access: AccountAccess, region?: string): S3ControlClient {
  const { endpoint } = access
  if (endpoint === undefined) return access.client(S3ControlClient, region)
  const url = new URL(endpoint)
  return access.client(S3ControlClient, region, { endpointProvider: () => ({ url }), disableHostPrefix: true })
}
