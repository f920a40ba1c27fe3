import {
  type GetAccountAuthorizationDetailsResponse,
  IAMClient,
  paginateGetAccountAuthorizationDetails,
} from '@aws-sdk/client-iam'
import { EC2Client, paginateDescribeVpcEndpoints } from '@aws-sdk/client-ec2'
import { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3-control'
import type { AccountAccess } from './account-access.ts'
import { startReading } from './outcome.ts'
import { s3ControlClient } from './s3-control.ts'
import type { Part } from './part.ts'

/** IAM actions of the calls here, for `collect --print-policy`. */
export const ACCOUNT_ACTIONS: readonly string[] = [
  'ec2:DescribeRegions',
  'ec2:DescribeVpcEndpoints',
  'iam:GetAccountAuthorizationDetails',
  's3:GetAccountPublicAccessBlock',
]

const LISTS = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const
type Lists = Record<(typeof LISTS)[number], unknown[]>

/** Users, groups, roles and policies, as `aws iam get-account-authorization-details` prints them. */
export async function readAuthorizationDetails(access: AccountAccess): Promise<Part> {
  const client = access.client(IAMClient)
  const { unread, ask } = startReading()
  const lists: Lists = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }
  const read = await ask('iam:GetAccountAuthorizationDetails', async () => {
    for await (const page of paginateGetAccountAuthorizationDetails({ client }, { MaxItems: 1000 }))
      addPage(lists, page)
    return true
  })
  const file = `accounts/${access.account}/authorization-details.json`
  for (const name of LISTS) lists[name].sort((a, b) => (arnOf(a) < arnOf(b) ? -1 : 1))
  return {
    part: file,
    files: new Map(read === true ? [[file, plain(lists)]] : []),
    state: read === true ? 'complete' : 'missing',
    why: unread,
  }
}

function addPage(lists: Lists, page: GetAccountAuthorizationDetailsResponse): void {
  lists.UserDetailList.push(...(page.UserDetailList ?? []))
  lists.GroupDetailList.push(...(page.GroupDetailList ?? []))
  lists.RoleDetailList.push(...(page.RoleDetailList ?? []))
  // AWS's own policies that nobody here uses are 1,600 documents and say nothing about the account.
  const used = (page.Policies ?? []).filter(
    ({ Arn = '', AttachmentCount = 0, PermissionsBoundaryUsageCount = 0 }) =>
      !Arn.includes(':iam::aws:policy/') || AttachmentCount + PermissionsBoundaryUsageCount > 0,
  )
  lists.Policies.push(...used)
}

const arnOf = (entry: unknown): string => String((entry as { readonly Arn?: string }).Arn)

/** Documents come URL-encoded; the AWS CLI decodes them and writes times as text, and so does this. */
export function plain(value: unknown, key = ''): unknown {
  if (value instanceof Date) return value.toISOString().replace('.000Z', '+00:00')
  if (Array.isArray(value)) return value.map((item) => plain(item))
  if (typeof value === 'string') return key.endsWith('Document') || key === 'Document' ? decoded(value) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, name)]))
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(text)) as unknown
  } catch {
    return text
  }
}

/** The account's own file: its name, and its public-access setting for S3. */
export async function readAccount(access: AccountAccess, name: string | undefined): Promise<Part> {
  const client = s3ControlClient(access)
  const { unread, ask } = startReading()
  const answer = await ask(
    's3:GetAccountPublicAccessBlock',
    () => client.send(new GetPublicAccessBlockCommand({ AccountId: access.account })),
    ['NoSuchPublicAccessBlockConfiguration'],
  )
  const file = `accounts/${access.account}/account.json`
  const value = {
    id: access.account,
    ...(name === undefined ? {} : { name }),
    ...(answer === undefined ? {} : { blockPublicAccess: answer?.PublicAccessBlockConfiguration ?? null }),
  }
  return {
    part: file,
    files: new Map([[file, value]]),
    state: unread.length === 0 ? 'complete' : 'partial',
    why: unread,
  }
}

/** The endpoints of all Regions, as `aws ec2 describe-vpc-endpoints` prints them, merged. */
export async function readVpcEndpoints(access: AccountAccess, regions: readonly string[]): Promise<Part> {
  const { unread, ask } = startReading()
  const found = await Promise.all(
    regions.map((region) =>
      ask(`ec2:DescribeVpcEndpoints (${region})`, async () => {
        const client = access.client(EC2Client, region)
        const endpoints = []
        for await (const page of paginateDescribeVpcEndpoints({ client }, { MaxResults: 1000 }))
          endpoints.push(...(page.VpcEndpoints ?? []))
        return endpoints
      }),
    ),
  )
  const endpoints = found.flatMap((list) => list ?? [])
  endpoints.sort((a, b) => (String(a.VpcEndpointId) < String(b.VpcEndpointId) ? -1 : 1))
  const file = `accounts/${access.account}/vpc-endpoints.json`
  const nothing = found.every((list) => list === undefined)
  return {
    part: file,
    files: new Map(nothing ? [] : [[file, { VpcEndpoints: plain(endpoints) }]]),
    state: nothing ? 'missing' : unread.length === 0 ? 'complete' : 'partial',
    why: unread,
  }
}
