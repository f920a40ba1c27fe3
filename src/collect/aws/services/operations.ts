import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const contacts = describedService({
  id: 'SSM Contacts',
  host: 'ssm-contacts',
  protocol: 'json-1.1',
  target: 'SSMContacts',
})
const listContacts = contacts.operation(
  'ListContacts',
  ['POST', '/'],
  { NextToken: 'body' },
  { Contacts: json<{ ContactArn?: string }[]>(), NextToken: text },
)

export const incidentContacts = policyTable({
  service: 'ssm-contacts',
  make: contacts.Client,
  kinds: [
    describedKind({
      of: contacts,
      prefix: 'ssm-contacts',
      kind: 'contact',
      list: ['ListContacts'],
      items: (client) => listed(client, listContacts, 'Contacts'),
      arn: ({ ContactArn }) => ContactArn,
      get: contacts.operation('GetContactPolicy', ['POST', '/'], { ContactArn: 'body' }, { Policy: text }),
      at: (_, ContactArn) => ({ ContactArn }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})

const incidents = describedService({ id: 'SSM Incidents', host: 'ssm-incidents', protocol: 'rest-json' })
const listPlans = incidents.operation(
  'ListResponsePlans',
  ['POST', '/listResponsePlans'],
  { nextToken: 'body' },
  { responsePlanSummaries: json<{ arn?: string }[]>(), nextToken: text },
)

export const responsePlans = policyTable({
  service: 'ssm-incidents',
  make: incidents.Client,
  kinds: [
    describedKind({
      of: incidents,
      prefix: 'ssm-incidents',
      kind: 'response-plan',
      list: ['ListResponsePlans'],
      items: (client) => listed(client, listPlans, 'responsePlanSummaries'),
      arn: ({ arn }) => arn,
      get: incidents.operation(
        'GetResourcePolicies',
        ['POST', '/getResourcePolicies'],
        { resourceArn: 'query' },
        { resourcePolicies: json<{ policyDocument?: string }[]>() },
      ),
      at: (_, resourceArn) => ({ resourceArn }),
      policy: ({ resourcePolicies = [] }) => resourcePolicies.map(({ policyDocument }) => policyDocument),
      none: NOT_FOUND,
    }),
  ],
})

const aiops = describedService({ id: 'AIOps', host: 'aiops', protocol: 'rest-json' })
const listInvestigations = aiops.operation(
  'ListInvestigationGroups',
  ['GET', '/investigationGroups'],
  { nextToken: 'query' },
  { investigationGroups: json<{ arn?: string }[]>(), nextToken: text },
)

export const investigationGroups = policyTable({
  service: 'aiops',
  make: aiops.Client,
  kinds: [
    describedKind({
      of: aiops,
      prefix: 'aiops',
      kind: 'investigation-group',
      list: ['ListInvestigationGroups'],
      items: (client) => listed(client, listInvestigations, 'investigationGroups'),
      arn: ({ arn }) => arn,
      get: aiops.operation(
        'GetInvestigationGroupPolicy',
        ['GET', '/investigationGroups/{identifier}/policy'],
        { identifier: 'path' },
        { policy: text },
      ),
      at: (_, identifier) => ({ identifier }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})

const oam = describedService({ id: 'OAM', host: 'oam', protocol: 'rest-json' })
const listSinks = oam.operation(
  'ListSinks',
  ['POST', '/ListSinks'],
  { NextToken: 'body' },
  { Items: json<{ Arn?: string }[]>(), NextToken: text },
)

/** Observability Access Manager: which accounts may link to a monitoring account. */
export const sinks = policyTable({
  service: 'oam',
  make: oam.Client,
  kinds: [
    describedKind({
      of: oam,
      prefix: 'oam',
      kind: 'sink',
      list: ['ListSinks'],
      items: (client) => listed(client, listSinks, 'Items'),
      arn: ({ Arn }) => Arn,
      get: oam.operation('GetSinkPolicy', ['POST', '/GetSinkPolicy'], { SinkIdentifier: 'body' }, { Policy: text }),
      at: (_, SinkIdentifier) => ({ SinkIdentifier }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})

const profiler = describedService({ id: 'CodeGuruProfiler', host: 'codeguru-profiler', protocol: 'rest-json' })
const listGroups = profiler.operation(
  'ListProfilingGroups',
  ['GET', '/profilingGroups'],
  { includeDescription: 'query', nextToken: 'query' },
  { profilingGroups: json<{ arn?: string; name?: string }[]>(), nextToken: text },
)

export const profilingGroups = policyTable({
  service: 'codeguru-profiler',
  make: profiler.Client,
  kinds: [
    describedKind({
      of: profiler,
      prefix: 'codeguru-profiler',
      kind: 'profiling-group',
      list: ['ListProfilingGroups'],
      // Without descriptions AWS gives names alone.
      items: (client) => listed(client, listGroups, 'profilingGroups', { includeDescription: 'true' }),
      arn: ({ arn }) => arn,
      get: profiler.operation(
        'GetPolicy',
        ['GET', '/profilingGroups/{profilingGroupName}/policy'],
        { profilingGroupName: 'path' },
        { policy: text },
      ),
      at: ({ name }) => ({ profilingGroupName: name }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})
