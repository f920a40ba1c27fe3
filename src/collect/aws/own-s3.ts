import type { AccountAccess } from './account-access.ts'

/** Whether S3 has an address of the user's: a server of one's own has no host name for each bucket. */
export const hasOwnS3 = ({ addresses }: Pick<AccountAccess, 'addresses'>): boolean => addresses.s3 !== undefined
