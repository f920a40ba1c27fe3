import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable, within } from '../policy-table.ts'

const builder = describedService({ id: 'imagebuilder', host: 'imagebuilder', protocol: 'rest-json' })
type Client = InstanceType<typeof builder.Client>
type Listed = readonly { readonly arn?: string }[]

const list = <K extends string>(name: string, member: K, more: Readonly<Record<string, 'body'>>) =>
  builder.operation(
    name,
    ['POST', `/${name}`],
    { ...more, nextToken: 'body' },
    { [member]: json<Listed>(), nextToken: text },
  )

const OWN = { owner: 'Self' }
const owner = { owner: 'body' } as const
const listComponents = list('ListComponents', 'componentVersionList', owner)
const listComponentBuilds = list('ListComponentBuildVersions', 'componentSummaryList', { componentVersionArn: 'body' })
const listImages = list('ListImages', 'imageVersionList', owner)
const listImageBuilds = list('ListImageBuildVersions', 'imageSummaryList', { imageVersionArn: 'body' })
const listImageRecipes = list('ListImageRecipes', 'imageRecipeSummaryList', owner)
const listContainerRecipes = list('ListContainerRecipes', 'containerRecipeSummaryList', owner)

interface Row {
  readonly kind: string
  readonly list: readonly [string, ...string[]]
  readonly items: (client: Client) => AsyncIterable<{ readonly arn?: string }>
  readonly get: string
  readonly parameter: string
}

const kindOfBuilder = ({ kind, list: calls, items, get, parameter }: Row) =>
  describedKind({
    of: builder,
    prefix: 'imagebuilder',
    kind,
    list: calls,
    items,
    arn: ({ arn }) => arn,
    get: builder.operation(get, ['GET', `/${get}`], { [parameter]: 'query' }, { policy: text }),
    at: (_, arn) => ({ [parameter]: arn }),
    policy: ({ policy }) => policy,
    none: ['ResourceNotFoundException'],
    sparse: true,
  })

/** EC2 Image Builder: its versions are many, and few are shared. */
export const imageBuilder = policyTable({
  service: 'imagebuilder',
  make: builder.Client,
  kinds: [
    kindOfBuilder({
      kind: 'component',
      list: ['ListComponents', 'ListComponentBuildVersions'],
      items: (client) =>
        within(listed(client, listComponents, 'componentVersionList', OWN), ({ arn: componentVersionArn }) =>
          listed(client, listComponentBuilds, 'componentSummaryList', { componentVersionArn }),
        ),
      get: 'GetComponentPolicy',
      parameter: 'componentArn',
    }),
    kindOfBuilder({
      kind: 'image',
      list: ['ListImages', 'ListImageBuildVersions'],
      items: (client) =>
        within(listed(client, listImages, 'imageVersionList', OWN), ({ arn: imageVersionArn }) =>
          listed(client, listImageBuilds, 'imageSummaryList', { imageVersionArn }),
        ),
      get: 'GetImagePolicy',
      parameter: 'imageArn',
    }),
    kindOfBuilder({
      kind: 'image-recipe',
      list: ['ListImageRecipes'],
      items: (client) => listed(client, listImageRecipes, 'imageRecipeSummaryList', OWN),
      get: 'GetImageRecipePolicy',
      parameter: 'imageRecipeArn',
    }),
    kindOfBuilder({
      kind: 'container-recipe',
      list: ['ListContainerRecipes'],
      items: (client) => listed(client, listContainerRecipes, 'containerRecipeSummaryList', OWN),
      get: 'GetContainerRecipePolicy',
      parameter: 'containerRecipeArn',
    }),
  ],
})
