import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable, within } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const packager = describedService({ id: 'MediaPackageV2', host: 'mediapackagev2', protocol: 'rest-json' })
type Client = InstanceType<typeof packager.Client>

interface Channel {
  readonly Arn?: string
  readonly ChannelGroupName?: string
  readonly ChannelName?: string
}

interface Endpoint extends Channel {
  readonly OriginEndpointName?: string
}

const CHANNEL = '/channelGroup/{ChannelGroupName}/channel/{ChannelName}'
const ENDPOINT = `${CHANNEL}/originEndpoint/{OriginEndpointName}`
const IN_CHANNEL = { ChannelGroupName: 'path', ChannelName: 'path' } as const

const listGroups = packager.operation(
  'ListChannelGroups',
  ['GET', '/channelGroup'],
  { nextToken: 'query' },
  { Items: json<{ ChannelGroupName?: string }[]>(), NextToken: text },
)
const listChannels = packager.operation(
  'ListChannels',
  ['GET', '/channelGroup/{ChannelGroupName}/channel'],
  { ChannelGroupName: 'path', nextToken: 'query' },
  { Items: json<Channel[]>(), NextToken: text },
)
const listEndpoints = packager.operation(
  'ListOriginEndpoints',
  ['GET', `${CHANNEL}/originEndpoint`],
  { ...IN_CHANNEL, nextToken: 'query' },
  { Items: json<Endpoint[]>(), NextToken: text },
)

const channelsOf = (client: Client): AsyncIterable<Channel> =>
  within(listed(client, listGroups, 'Items'), ({ ChannelGroupName }) =>
    listed(client, listChannels, 'Items', { ChannelGroupName }),
  )

export const packagedChannels = policyTable({
  service: 'mediapackagev2',
  make: packager.Client,
  kinds: [
    describedKind({
      of: packager,
      prefix: 'mediapackagev2',
      kind: 'channel',
      list: ['ListChannels', 'ListChannelGroups'],
      items: channelsOf,
      arn: ({ Arn }) => Arn,
      get: packager.operation('GetChannelPolicy', ['GET', `${CHANNEL}/policy`], IN_CHANNEL, { Policy: text }),
      at: ({ ChannelGroupName, ChannelName }) => ({ ChannelGroupName, ChannelName }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
    describedKind({
      of: packager,
      prefix: 'mediapackagev2',
      kind: 'origin-endpoint',
      list: ['ListOriginEndpoints', 'ListChannels', 'ListChannelGroups'],
      items: (client) =>
        within(channelsOf(client), ({ ChannelGroupName, ChannelName }) =>
          listed(client, listEndpoints, 'Items', { ChannelGroupName, ChannelName }),
        ),
      arn: ({ Arn }) => Arn,
      get: packager.operation(
        'GetOriginEndpointPolicy',
        ['GET', `${ENDPOINT}/policy`],
        { ...IN_CHANNEL, OriginEndpointName: 'path' },
        { Policy: text },
      ),
      at: ({ ChannelGroupName, ChannelName, OriginEndpointName }) => ({
        ChannelGroupName,
        ChannelName,
        OriginEndpointName,
      }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})

const tailor = describedService({
  id: 'MediaTailor',
  host: 'api.mediatailor',
  signs: 'mediatailor',
  protocol: 'rest-json',
})
const listTailored = tailor.operation(
  'ListChannels',
  ['GET', '/channels'],
  { nextToken: 'query' },
  { Items: json<{ Arn?: string; ChannelName?: string }[]>(), NextToken: text },
)

export const assembledChannels = policyTable({
  service: 'mediatailor',
  make: tailor.Client,
  kinds: [
    describedKind({
      of: tailor,
      prefix: 'mediatailor',
      kind: 'channel',
      list: ['ListChannels'],
      items: (client) => listed(client, listTailored, 'Items'),
      arn: ({ Arn }) => Arn,
      get: tailor.operation(
        'GetChannelPolicy',
        ['GET', '/channel/{ChannelName}/policy'],
        { ChannelName: 'path' },
        { Policy: text },
      ),
      at: ({ ChannelName }) => ({ ChannelName }),
      policy: ({ Policy }) => Policy,
      // AWS's model of the call names no errors.
      none: ['NotFoundException', ...NOT_FOUND],
    }),
  ],
})

const inference = describedService({ id: 'ElementalInference', host: 'elemental-inference', protocol: 'rest-json' })
const listFeeds = inference.operation(
  'ListFeeds',
  ['GET', '/v1/feeds'],
  { nextToken: 'query' },
  { feeds: json<{ arn?: string; id?: string }[]>(), nextToken: text },
)

export const inferenceFeeds = policyTable({
  service: 'elemental-inference',
  make: inference.Client,
  kinds: [
    describedKind({
      of: inference,
      prefix: 'elemental-inference',
      kind: 'feed',
      list: ['ListFeeds'],
      items: (client) => listed(client, listFeeds, 'feeds'),
      arn: ({ arn }) => arn,
      get: inference.operation('GetFeedPolicy', ['GET', '/v1/feed/{id}/policy'], { id: 'path' }, { policy: text }),
      at: ({ id }) => ({ id }),
      policy: ({ policy }) => policy,
      none: NOT_FOUND,
    }),
  ],
})
