import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { kindOf, only, policyTable } from '../policy-table.ts'

/**
 * Resource types that came to services of which other types were read before. Each has a folder of its own: many Regions have
 * not got them, and that must not leave the older types incomplete.
 */

const NOT_FOUND = ['ResourceNotFoundException']

const portals = describedService({ id: 'ApiGatewayV2', host: 'apigateway', protocol: 'rest-json' })
const listProducts = portals.operation(
  'ListPortalProducts',
  ['GET', '/v2/portalproducts'],
  { nextToken: 'query' },
  { items: json<{ portalProductArn?: string; portalProductId?: string }[]>(), nextToken: text },
)

/** Products of API Gateway's portals, with the policy by which they are shared. */
export const portalProducts = policyTable({
  service: 'apigateway-portals',
  make: portals.Client,
  kinds: [
    describedKind({
      of: portals,
      prefix: 'apigateway',
      kind: 'portal-product',
      list: ['ListPortalProducts'],
      items: (client) => listed(client, listProducts, 'items'),
      arn: ({ portalProductArn }) => portalProductArn,
      get: portals.operation(
        'GetPortalProductSharingPolicy',
        ['GET', '/v2/portalproducts/{portalProductId}/sharingpolicy'],
        { portalProductId: 'path' },
        { policyDocument: text },
      ),
      at: ({ portalProductId }) => ({ portalProductId }),
      policy: ({ policyDocument }) => policyDocument,
      none: ['NotFoundException'],
    }),
  ],
})

const events = describedService({
  id: 'EventBridgeV2',
  host: 'eventsv2',
  signs: 'events',
  protocol: 'rpc-v2-cbor',
  target: 'AWSEventsV2',
})
const listBuses = events.operation(
  'ListEventBuses',
  ['POST', '/'],
  { NextToken: 'body' },
  { EventBuses: json<{ EventBusArn?: string }[]>(), NextToken: text },
)
/**
 * Event buses of the second generation. Each has two policies, its owner's and that of AWS RAM; both are evaluated.
 * https://docs.aws.amazon.com/cli/latest/reference/eventsv2/put-resource-policy.html
 */
export const secondEventBuses = policyTable({
  service: 'eventsv2',
  make: events.Client,
  kinds: [
    describedKind({
      of: events,
      prefix: 'events',
      kind: 'event-bus-v2',
      list: ['ListEventBuses'],
      items: (client) => listed(client, listBuses, 'EventBuses'),
      arn: ({ EventBusArn }) => EventBusArn,
      get: events.operation(
        'GetResourcePolicy',
        ['POST', '/'],
        { ResourceArn: 'body', PolicyName: 'body' },
        { PolicyDocument: text },
      ),
      at: (_, ResourceArn) => ['default', 'AWS_RAM'].map((PolicyName) => ({ ResourceArn, PolicyName })),
      policy: ({ PolicyDocument }) => PolicyDocument,
      none: NOT_FOUND,
    }),
  ],
})

const web = describedService({ id: 'Lambda Web', host: 'lambda', protocol: 'rest-json' })
const listWebFunctions = web.operation(
  'ListWebFunctions',
  ['POST', '/2025-03-07/web-functions'],
  { nextToken: 'body' },
  { functions: json<{ functionArn?: string }[]>(), nextToken: text },
)

/** Web functions of Lambda. */
export const webFunctions = policyTable({
  service: 'lambda-web',
  make: web.Client,
  kinds: [
    describedKind({
      of: web,
      prefix: 'lambda',
      kind: 'web-function',
      list: ['ListWebFunctions'],
      items: (client) => listed(client, listWebFunctions, 'functions'),
      arn: ({ functionArn }) => functionArn,
      get: web.operation(
        'GetResourcePolicy',
        ['GET', '/2025-03-07/resource-policy/{resourceArn}'],
        { resourceArn: 'path' },
        { Policy: text },
      ),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})

const reviews = describedService({ id: 'WellArchitected', host: 'wellarchitected', protocol: 'rest-json' })
const listProfiles = reviews.operation(
  'ListAgentProfiles',
  ['GET', '/api/v1/agent-profiles'],
  { nextToken: 'query' },
  { items: json<{ arn?: string }[]>(), nextToken: text },
)

/**
 * Profiles of the Well-Architected agent. For a recommendation the policy of its profile counts beside its own, and its ARN
 * does not tell the profile, so recommendations are not read.
 */
export const agentProfiles = policyTable({
  service: 'wellarchitected',
  make: reviews.Client,
  kinds: [
    describedKind({
      of: reviews,
      prefix: 'wellarchitected',
      kind: 'agent-profile',
      list: ['ListAgentProfiles'],
      items: (client) => listed(client, listProfiles, 'items'),
      arn: ({ arn }) => arn,
      get: reviews.operation(
        'GetAgentProfilePolicy',
        ['GET', '/api/v1/agent-profiles/{profileArn}/policy'],
        { profileArn: 'path' },
        { policy: text },
      ),
      at: (_, profileArn) => ({ profileArn }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})

const traces = describedService({ id: 'XRay', host: 'xray', protocol: 'rest-json' })
const listTracePolicies = traces.operation(
  'ListResourcePolicies',
  ['POST', '/ListResourcePolicies'],
  { NextToken: 'body' },
  { ResourcePolicies: json<{ PolicyDocument?: string }[]>(), NextToken: text },
)

/**
 * The policies of X-Ray are of an account and Region, and let services in. They hang on no resource that a request names:
 * whoever compares two snapshots sees them, and no decision reads them.
 */
export const tracePolicies = policyTable({
  service: 'xray',
  make: traces.Client,
  kinds: [
    kindOf({
      kind: 'traces',
      list: ['xray:ListResourcePolicies'],
      items: (_: unknown, { partition, region, account }) => only(`arn:${partition}:xray:${region}:${account}:*`),
      arn: (arn) => arn,
      get: [],
      policy: async (_, _arn, { access, region }) => {
        const found: (string | undefined)[] = []
        const client = access.client(traces.Client, region)
        for await (const one of listed(client, listTracePolicies, 'ResourcePolicies')) found.push(one.PolicyDocument)
        return found
      },
      sparse: true,
    }),
  ],
})
