import { S3ControlClient } from '@aws-sdk/client-s3-control'
import type { AccountAccess } from './account-access.ts'

/**
 * S3 Control puts the account into the host name. An address that all calls go to does not have it, nor can an IP address or
 * `localhost`; the host of a VPC endpoint, which is named for the service alone, does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
 */
export function s3ControlClient(access: AccountAccess, region?: string): S3ControlClient {
  const { endpoint, addresses } = access
  const own = addresses.s3Control
  if (own === undefined || (own !== endpoint && !takesNoAccount(own))) return access.client(S3ControlClient, region)
  const url = new URL(own)
  return access.client(S3ControlClient, region, { endpointProvider: () => ({ url }), disableHostPrefix: true })
}

function takesNoAccount(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { hostname } = new URL(address)
  // As a URL has it, an address of IPv6 stands in brackets, and one of IPv4 is four numbers.
  return hostname === 'localhost' || hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
}
