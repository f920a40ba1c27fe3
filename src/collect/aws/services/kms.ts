import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  KMSClient,
  paginateListAliases,
  paginateListGrants,
  paginateListKeys,
  paginateListResourceTags,
} from '@aws-sdk/client-kms'
import { type Collector, documentOf, eachOf, type Found, known, tagsOf } from '../collector.ts'
import { startReading } from '../outcome.ts'

/** IAM actions of the calls for one key. */
const KEY_ACTIONS = ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListAliases', 'kms:ListGrants', 'kms:ListResourceTags']

/** Keys with policy, grants and aliases; AWS managed keys among them. */
export const keys: Collector = {
  service: 'kms',
  scope: 'region',
  actions: [...KEY_ACTIONS, 'kms:ListKeys'].toSorted(),
  async *collect(place) {
    const client = place.access.client(KMSClient, place.region)
    const listed = await place.list.ask('kms:ListKeys', () => keyArns(client))
    if (listed === undefined || listed === null || listed.length === 0) return
    const aliases = await place.list.ask('kms:ListAliases', () => aliasesByKey(client))
    yield* eachOf(listed, (arn) => key(client, arn, async () => aliases))
  },
  one: {
    actions: KEY_ACTIONS,
    async read(place, arn) {
      const client = place.access.client(KMSClient, place.region)
      const found = arn.includes(':alias/') ? await keyOfAlias(client, arn) : arn
      if (found === undefined) return undefined
      return key(client, found, (ask) => ask('kms:ListAliases', () => aliasesOf(client, found)))
    },
  },
}

/** A key policy is read by the key's ARN, and services name keys by alias, too. */
async function keyOfAlias(client: KMSClient, KeyId: string): Promise<string | undefined> {
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }))
  return KeyMetadata?.Arn
}

async function aliasesOf(client: KMSClient, KeyId: string): Promise<ReadonlyMap<string, string[]>> {
  const found: string[] = []
  for await (const page of paginateListAliases({ client }, { KeyId }))
    for (const { AliasName } of page.Aliases ?? []) if (AliasName !== undefined) found.push(AliasName)
  return new Map([[KeyId.slice(KeyId.lastIndexOf('/') + 1), found.sort()]])
}

async function keyArns(client: KMSClient): Promise<string[]> {
  const found: string[] = []
  for await (const page of paginateListKeys({ client }, { Limit: 1000 }))
    for (const { KeyArn } of page.Keys ?? []) if (KeyArn !== undefined) found.push(KeyArn)
  return found
}

async function aliasesByKey(client: KMSClient): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>()
  for await (const page of paginateListAliases({ client }, {}))
    for (const { AliasName, TargetKeyId } of page.Aliases ?? [])
      if (AliasName !== undefined && TargetKeyId !== undefined)
        found.set(TargetKeyId, [...(found.get(TargetKeyId) ?? []), AliasName].sort())
  return found
}

type Aliases = ReadonlyMap<string, string[]> | null | undefined

/** `aliasesBy`: undefined where they are refused, and then it is not known which the key has. */
async function key(
  client: KMSClient,
  arn: string,
  aliasesBy: (ask: ReturnType<typeof startReading>['ask']) => Promise<Aliases>,
): Promise<Found> {
  const { unread, ask } = startReading()
  const at = { KeyId: arn }
  const listed = settledOf(tagsOfKey(client, arn))
  const [policy, about, grants, aliases] = await Promise.all([
    ask('kms:GetKeyPolicy', () => client.send(new GetKeyPolicyCommand({ ...at, PolicyName: 'default' }))),
    ask('kms:DescribeKey', () => client.send(new DescribeKeyCommand(at))),
    ask('kms:ListGrants', () => grantsOf(client, arn)),
    aliasesBy(ask),
  ])
  const id = arn.slice(arn.lastIndexOf('/') + 1)
  const meta = about?.KeyMetadata
  // AWS managed keys have no tags, and AWS says so with a refusal; of any other key a refusal says nothing.
  const tags = await ask(
    'kms:ListResourceTags',
    async () => (await listed)(),
    meta?.KeyManager === 'AWS' ? ['AccessDeniedException'] : [],
  )
  return {
    arn,
    kind: 'key',
    policy: policy && documentOf(policy.Policy ?? null),
    attributes: known({
      aliases: aliases && (aliases.get(id) ?? []),
      keyManager: meta?.KeyManager,
      kmsGrants: grants,
      primaryKeyArn: about && (meta?.MultiRegionConfiguration?.PrimaryKey?.Arn ?? null),
      tags,
    }),
    unread,
  }
}

/** What a call comes to, as a function that gives it or throws: it may be asked for before it is known what its fault means. */
const settledOf = <T>(promise: Promise<T>): Promise<() => T> =>
  promise.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error
    },
  )

async function grantsOf(client: KMSClient, KeyId: string): Promise<unknown[]> {
  const found = []
  for await (const page of paginateListGrants({ client }, { KeyId }))
    for (const {
      GrantId,
      GranteePrincipal,
      RetiringPrincipal,
      IssuingAccount,
      Operations,
      Constraints,
      Name,
    } of page.Grants ?? [])
      found.push(known({ GrantId, Name, GranteePrincipal, RetiringPrincipal, IssuingAccount, Operations, Constraints }))
  return found.sort((a, b) => (String(a['GrantId']) < String(b['GrantId']) ? -1 : 1))
}

async function tagsOfKey(client: KMSClient, KeyId: string): Promise<Record<string, string> | undefined> {
  const found: { TagKey?: string | undefined; TagValue?: string | undefined }[] = []
  for await (const page of paginateListResourceTags({ client }, { KeyId })) found.push(...(page.Tags ?? []))
  return tagsOf(found as never, 'TagKey', 'TagValue')
}
