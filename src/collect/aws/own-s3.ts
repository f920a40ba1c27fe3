import type { AccountAccess } from './account-access.ts'

/** Whether S3 has an address of the user's: a server of one's own has no host name for each bucket. */
export const hasOwnS3 = ({ endpoint }: Pick<AccountAccess, 'endpoint'>): boolean =>
  endpoint !== undefined || process.env['AWS_ENDPOINT_URL_S3'] !== undefined
