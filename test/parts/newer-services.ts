/** Cases of collected-services.ts for resource types that came to services of which other types were read before. */
import { arn, both, named, paged, policyOf, type ServiceCase, text } from './service-case.ts'
import { ACCOUNT as A } from './sdk-stub.ts'

const AT = new Date(0)
const NONE = 'ResourceNotFoundException'
const bus = (name: string): string => arn('events', `event-busv2/${name}/1`)
const FOREIGN = '999988887777'

export const NEWER_CASES: readonly ServiceCase[] = [
  {
    service: 'apigateway-portals',
    answers: {
      // What another account shares is listed too, and left to that account.
      'ApiGatewayV2:ListPortalProducts': paged(
        'items',
        ['a', 'b'].map((name) => ({
          portalProductId: name,
          portalProductArn: arn('apigateway', `/portalproducts/${name}`).replace(A, name === 'a' ? A : FOREIGN),
          description: '',
          displayName: name,
          lastModified: AT,
        })),
      ),
      'ApiGatewayV2:GetPortalProductSharingPolicy': (input) => ({
        policyDocument: text(named(input, 'portalProductId')),
      }),
    },
    found: [{ arn: arn('apigateway', '/portalproducts/a'), kind: 'portal-product', policy: policyOf('a') }],
    policies: { 'ApiGatewayV2:GetPortalProductSharingPolicy': 'NotFoundException' },
  },
  {
    service: 'eventsv2',
    answers: {
      'EventBridgeV2:ListEventBuses': paged(
        'EventBuses',
        ['a', 'b', 'c'].map((name) => ({ Name: name, EventBusArn: bus(name) })),
        'NextToken',
      ),
      // `a` has both policies, `b` that of AWS RAM alone, `c` its owner's alone.
      'EventBridgeV2:GetResourcePolicy': ({ ResourceArn, PolicyName }) => {
        const own = PolicyName === 'default'
        if (ResourceArn === bus(own ? 'b' : 'c')) return NONE
        const PolicyDocument = text(`${String(ResourceArn)} ${String(PolicyName)}`)
        return { ResourceArn, PolicyName, PolicyDocument, RevisionId: '1' }
      },
    },
    found: [
      { arn: bus('a'), kind: 'event-bus-v2', policy: both(`${bus('a')} default`, `${bus('a')} AWS_RAM`) },
      { arn: bus('b'), kind: 'event-bus-v2', policy: policyOf(`${bus('b')} AWS_RAM`) },
      { arn: bus('c'), kind: 'event-bus-v2', policy: policyOf(`${bus('c')} default`) },
    ],
    policies: { 'EventBridgeV2:GetResourcePolicy': NONE },
  },
  {
    service: 'lambda-web',
    answers: {
      'LambdaWeb:ListWebFunctions': paged(
        'functions',
        ['a', 'b'].map((name) => ({
          functionArn: arn('lambda', `web-function/${name}`),
          functionName: name,
          state: 'ACTIVE',
          stateReason: '',
          createdAt: AT,
          updatedAt: AT,
        })),
      ),
      'LambdaWeb:GetResourcePolicy': (input) => ({ Policy: text(named(input, 'resourceArn')), RevisionId: '1' }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('lambda', `web-function/${name}`),
      kind: 'web-function',
      policy: policyOf(name),
    })),
    policies: { 'LambdaWeb:GetResourcePolicy': NONE },
  },
  {
    service: 'wellarchitected',
    answers: {
      'WellArchitected:ListAgentProfiles': paged(
        'items',
        ['a', 'b'].map((name) => ({
          name,
          arn: arn('wellarchitected', `agent-profile/${name}`),
          createdBy: 'x',
          createdAt: AT,
        })),
      ),
      'WellArchitected:GetAgentProfilePolicy': (input) => ({
        profileArn: input['profileArn'],
        policy: text(named(input, 'profileArn')),
      }),
    },
    found: ['a', 'b'].map((name) => ({
      arn: arn('wellarchitected', `agent-profile/${name}`),
      kind: 'agent-profile',
      policy: policyOf(name),
    })),
    policies: { 'WellArchitected:GetAgentProfilePolicy': NONE },
  },
  {
    service: 'xray',
    answers: {
      'XRay:ListResourcePolicies': paged(
        'ResourcePolicies',
        ['a', 'b'].map((PolicyName) => ({ PolicyName, PolicyDocument: text(PolicyName) })),
        'NextToken',
      ),
    },
    found: [{ arn: arn('xray', '*'), kind: 'traces', policy: both('a', 'b') }],
    policies: { 'XRay:ListResourcePolicies': { ResourcePolicies: [] } },
    sparse: true,
  },
]
