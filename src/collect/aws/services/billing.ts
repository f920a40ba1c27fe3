import { call, describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { kindOf, policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

/** The Region that answers for all, and whose host alone these services have. */
const US_EAST = { aws: 'us-east-1' }

const billing = describedService({
  id: 'Billing',
  host: 'billing',
  protocol: 'json-1.0',
  target: 'AWSBilling',
  dualStackOnly: true,
})
const listViews = billing.operation(
  'ListBillingViews',
  ['POST', '/'],
  { nextToken: 'body' },
  { billingViews: json<{ arn?: string; billingViewType?: string }[]>(), nextToken: text },
)

export const billingViews = policyTable({
  service: 'billing',
  make: billing.Client,
  once: US_EAST,
  kinds: [
    describedKind({
      of: billing,
      prefix: 'billing',
      kind: 'billing-view',
      list: ['ListBillingViews'],
      items: (client) => listed(client, listViews, 'billingViews'),
      // The others are made by AWS and cannot be shared.
      arn: ({ arn, billingViewType }) => (billingViewType === 'CUSTOM' ? arn : undefined),
      get: billing.operation('GetResourcePolicy', ['POST', '/'], { resourceArn: 'body' }, { policy: text }),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})

const dashboards = describedService({
  id: 'BCM Dashboards',
  host: 'bcm-dashboards',
  protocol: 'json-1.0',
  target: 'AWSBCMDashboardsService',
  dualStackOnly: true,
})
const listDashboards = dashboards.operation(
  'ListDashboards',
  ['POST', '/'],
  { nextToken: 'body' },
  { dashboards: json<{ arn?: string }[]>(), nextToken: text },
)

export const costDashboards = policyTable({
  service: 'bcm-dashboards',
  make: dashboards.Client,
  once: US_EAST,
  kinds: [
    describedKind({
      of: dashboards,
      prefix: 'bcm-dashboards',
      kind: 'dashboard',
      list: ['ListDashboards'],
      items: (client) => listed(client, listDashboards, 'dashboards'),
      arn: ({ arn }) => arn,
      get: dashboards.operation('GetResourcePolicy', ['POST', '/'], { resourceArn: 'body' }, { policyDocument: text }),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ policyDocument }) => policyDocument,
      none: NOT_FOUND,
    }),
  ],
})

const catalog = describedService({
  id: 'Marketplace Catalog',
  host: 'catalog.marketplace',
  signs: 'aws-marketplace',
  protocol: 'rest-json',
})
const listEntities = catalog.operation(
  'ListEntities',
  ['POST', '/ListEntities'],
  { Catalog: 'body', EntityType: 'body', NextToken: 'body' },
  { EntitySummaryList: json<{ EntityArn?: string }[]>(), NextToken: text },
)

/** A list is of one type. https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/welcome.html */
export const ENTITY_TYPES = [
  'AmiProduct',
  'ContainerProduct',
  'DataProduct',
  'MachineLearningProduct',
  'SaaSProduct',
  'Offer',
  'OfferSet',
  'ResaleAuthorization',
]

export const marketplaceEntities = policyTable({
  service: 'aws-marketplace',
  make: catalog.Client,
  once: US_EAST,
  kinds: [
    describedKind({
      of: catalog,
      prefix: 'aws-marketplace',
      kind: 'entity',
      list: ['ListEntities'],
      async *items(client) {
        for (const EntityType of ENTITY_TYPES)
          yield* listed(client, listEntities, 'EntitySummaryList', { Catalog: 'AWSMarketplace', EntityType })
      },
      arn: ({ EntityArn }) => EntityArn,
      get: catalog.operation(
        'GetResourcePolicy',
        ['GET', '/GetResourcePolicy'],
        { resourceArn: 'query' },
        { Policy: text },
      ),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
      sparse: true,
    }),
  ],
})

const approval = describedService({ id: 'MPA', host: 'mpa', protocol: 'rest-json', dualStackOnly: true })
const listTeams = approval.operation(
  'ListApprovalTeams',
  ['POST', '/approval-teams/?List'],
  { NextToken: 'query' },
  { ApprovalTeams: json<{ Arn?: string }[]>(), NextToken: text },
)
const listPolicies = approval.operation(
  'ListResourcePolicies',
  ['POST', '/resource-policies/{ResourceArn}/?List'],
  { ResourceArn: 'path', NextToken: 'query' },
  { ResourcePolicies: json<{ PolicyName?: string; PolicyType?: string }[]>(), NextToken: text },
)
const getPolicy = approval.operation(
  'GetResourcePolicy',
  ['POST', '/GetResourcePolicy'],
  { ResourceArn: 'body', PolicyName: 'body', PolicyType: 'body' },
  { PolicyDocument: text },
)

/** Multi-party approval. A team may have several policies. */
export const approvalTeams = policyTable({
  service: 'mpa',
  make: approval.Client,
  kinds: [
    kindOf({
      kind: 'approval-team',
      list: ['mpa:ListApprovalTeams'],
      items: (client: InstanceType<typeof approval.Client>) => listed(client, listTeams, 'ApprovalTeams'),
      arn: ({ Arn }) => Arn,
      get: ['mpa:GetResourcePolicy', 'mpa:ListResourcePolicies'],
      policy: async (client, { Arn: ResourceArn }) => {
        const documents: (string | undefined)[] = []
        for await (const { PolicyName, PolicyType } of listed(client, listPolicies, 'ResourcePolicies', {
          ResourceArn,
        }))
          documents.push((await call(client, getPolicy, { ResourceArn, PolicyName, PolicyType })).PolicyDocument)
        return documents
      },
      none: NOT_FOUND,
    }),
  ],
})
