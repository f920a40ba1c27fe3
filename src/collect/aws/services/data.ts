import {
  DescribeTableCommand,
  DynamoDBClient,
  GetResourcePolicyCommand,
  paginateListTables,
} from '@aws-sdk/client-dynamodb'
import {
  GetResourcePolicyCommand as GetCatalogPolicyCommand,
  GlueClient,
  paginateGetResourcePolicies,
} from '@aws-sdk/client-glue'
import { DescribeDomainsCommand, ListDomainNamesCommand, OpenSearchClient } from '@aws-sdk/client-opensearch'
import { type AccountRegion, type Collector, documentOf, keyArn, known } from '../collector.ts'
import { call, describedService, entries, group, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { orNone } from '../outcome.ts'
import { each, kindOf, only, policyTable, within } from '../policy-table.ts'

const tableNames = (client: DynamoDBClient) =>
  each(paginateListTables({ client }, { Limit: 100 }), ({ TableNames }) => TableNames)

const tableArn = (name: string, { partition, region, account }: AccountRegion): string =>
  `arn:${partition}:dynamodb:${region}:${account}:table/${name}`

const tablePolicy = async (client: DynamoDBClient, ResourceArn: string): Promise<string | undefined> =>
  (await client.send(new GetResourcePolicyCommand({ ResourceArn }))).Policy

async function* streamOf(client: DynamoDBClient, TableName: string): AsyncGenerator<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  if (Table?.LatestStreamArn !== undefined) yield Table.LatestStreamArn
}

const DYNAMODB = { get: ['dynamodb:GetResourcePolicy'], none: ['PolicyNotFoundException'] }

/** Tables and the streams that they have now; each has a policy of its own. */
export const tables = policyTable({
  service: 'dynamodb',
  make: DynamoDBClient,
  kinds: [
    kindOf({
      ...DYNAMODB,
      kind: 'table',
      list: ['dynamodb:ListTables'],
      items: tableNames,
      item: { read: (_, arn) => Promise.resolve(/:table\/([^/]+)$/.exec(arn)?.[1]) },
      arn: tableArn,
      policy: (client, name, place) => tablePolicy(client, tableArn(name, place)),
      more: {
        actions: ['dynamodb:DescribeTable'],
        read: async (client, TableName, ask) => {
          const about = await ask('dynamodb:DescribeTable', () => client.send(new DescribeTableCommand({ TableName })))
          return known({ kmsKeyArn: about && (about.Table?.SSEDescription?.KMSMasterKeyArn ?? null) })
        },
      },
    }),
    kindOf({
      ...DYNAMODB,
      kind: 'stream',
      list: ['dynamodb:DescribeTable', 'dynamodb:ListTables'],
      items: (client: DynamoDBClient) => within(tableNames(client), (name) => streamOf(client, name)),
      arn: (arn) => arn,
      policy: tablePolicy,
    }),
  ],
})

/** Policies of single databases and tables, which AWS RAM makes for grants to other accounts; and that of the catalog again. */
async function grantPolicies(client: GlueClient): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = []
  for await (const page of paginateGetResourcePolicies({ client }, {}))
    for (const { PolicyInJson } of page.GetResourcePoliciesResponseList ?? []) found.push(PolicyInJson)
  return found
}

/**
 * The Data Catalog has one policy for an account and Region. Those that AWS RAM makes stand with it, as their statements name
 * what they are for. It is asked for by itself too: where metadata are encrypted, the list may lack it and not say so.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetResourcePolicies.html
 */
export const catalog = policyTable({
  service: 'glue',
  make: GlueClient,
  kinds: [
    kindOf({
      kind: 'catalog',
      list: ['glue:GetResourcePolicy'],
      items: (_: GlueClient, { partition, region, account }) =>
        only(`arn:${partition}:glue:${region}:${account}:catalog`),
      arn: (arn) => arn,
      get: ['glue:GetResourcePolicies'],
      policy: async (client) => {
        const own = orNone(client.send(new GetCatalogPolicyCommand({})), ['EntityNotFoundException'])
        const [catalog, others] = await Promise.all([own, grantPolicies(client)])
        return [...new Set([catalog?.PolicyInJson, ...others])]
      },
    }),
  ],
})

export const domains: Collector = {
  service: 'es',
  scope: 'region',
  actions: ['es:DescribeDomains', 'es:ListDomainNames'],
  async *collect(place) {
    const client = place.access.client(OpenSearchClient, place.region)
    const names = await place.list.ask('es:ListDomainNames', async () => {
      const { DomainNames = [] } = await client.send(new ListDomainNamesCommand({}))
      return DomainNames.flatMap(({ DomainName }) => (DomainName === undefined ? [] : [DomainName]))
    })
    for (let from = 0; from < (names ?? []).length; from += 5) {
      const DomainNames = names?.slice(from, from + 5)
      const answer = await place.list.ask('es:DescribeDomains', () =>
        client.send(new DescribeDomainsCommand({ DomainNames })),
      )
      for (const { ARN, AccessPolicies, EncryptionAtRestOptions } of answer?.DomainStatusList ?? [])
        if (ARN !== undefined)
          yield {
            arn: ARN,
            kind: 'domain',
            policy: documentOf(AccessPolicies ?? null),
            attributes: { kmsKeyArn: keyArn(EncryptionAtRestOptions?.KmsKeyId, place) },
            unread: [],
          }
    }
  },
}

const search = describedService({ id: 'CloudSearch', host: 'cloudsearch', protocol: 'query', version: '2013-01-01' })
const describeSearchDomains = search.operation(
  'DescribeDomains',
  ['POST', '/'],
  {},
  { DomainStatusList: entries({ DomainName: text, ARN: text }) },
)

/** What the answer has to hold: one in which it is missing does not say that there is none. */
function present<T>(member: T | undefined, name: string): T {
  if (member === undefined) throw new Error(`the answer has no ${name}`)
  return member
}

export const searchDomains = policyTable({
  service: 'cloudsearch',
  make: search.Client,
  kinds: [
    describedKind({
      of: search,
      prefix: 'cloudsearch',
      kind: 'search-domain',
      list: ['DescribeDomains'],
      async *items(client) {
        const { DomainStatusList } = await call(client, describeSearchDomains, {})
        yield* present(DomainStatusList, 'DomainStatusList')
      },
      arn: ({ ARN }) => ARN,
      get: search.operation(
        'DescribeServiceAccessPolicies',
        ['POST', '/'],
        { DomainName: 'body', Deployed: 'body' },
        { AccessPolicies: group({ Options: text }) },
      ),
      // A change that is still being applied is not in force.
      at: ({ DomainName }) => ({ DomainName, Deployed: true }),
      policy: ({ AccessPolicies }) => present(AccessPolicies?.Options, 'AccessPolicies'),
    }),
  ],
})
