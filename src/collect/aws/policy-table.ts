import type { AccountAccess } from './account-access.ts'
import { type AccountRegion, type Collector, eachOf, type Found } from './collector.ts'
import { isOffered } from './host.ts'
import { mergedDocument } from './merged-document.ts'
import { startReading } from './outcome.ts'

/**
 * Most services are read alike: list what there is, ask each for its policy. A service is a row of `policyTable`, each of
 * its resource types a `kindOf`.
 */

type AnyClient = Parameters<AccountAccess['client']>[0] extends new (config: never) => infer C ? C : never

/** Documents as text. AWS keeps several for some resources; all of them apply. */
export type Texts = string | undefined | readonly (string | undefined)[]

type Ask = ReturnType<typeof startReading>['ask']

interface Kind<C, T> {
  readonly kind: string
  /** IAM actions of the calls that list; the first stands for them in `coverage`. */
  readonly list: readonly [string, ...string[]]
  readonly items: (client: C, place: AccountRegion) => AsyncIterable<T>
  /** Undefined: AWS told none, and nothing is kept of it. */
  readonly arn: (item: T, place: AccountRegion) => string | undefined
  /** IAM actions of the calls for the policy; the first stands for them. Empty: the list has it. */
  readonly get: readonly string[]
  readonly policy: (client: C, item: T, place: AccountRegion) => Promise<Texts> | Texts
  /** Names of errors by which AWS says that there is no policy. */
  readonly none?: readonly string[]
  /** What else the list says of it (docs/snapshot.md, attributes). */
  readonly attributes?: (item: T, place: AccountRegion) => Readonly<Record<string, unknown>>
  /** What else is asked for: IAM actions, and the calls. */
  readonly more?: {
    readonly actions: readonly string[]
    readonly read: (client: C, item: T, ask: Ask, place: AccountRegion) => Promise<Readonly<Record<string, unknown>>>
  }
  /** The item behind an ARN, read without the list; left out: it is looked for in the list. */
  readonly item?: {
    /** IAM actions of the call; left out: the ARN says it. */
    readonly actions?: readonly string[]
    readonly read: (client: C, arn: string, place: AccountRegion) => Promise<T | undefined>
  }
  /** Resources without a policy get no file: there are many, and in a folder that is complete their absence says it. */
  readonly sparse?: true
}

interface ListedKind<C> {
  readonly actions: readonly string[]
  readonly find: (client: C, place: AccountRegion) => AsyncIterable<Found>
  readonly one: (client: C, place: AccountRegion, arn: string) => Promise<Found | undefined>
  /** IAM actions of the calls for one; undefined: it is looked for in the list. */
  readonly oneActions: readonly string[] | undefined
}

interface Row<C> {
  /** Folder below `resources/`: the service of its ARNs. */
  readonly service: string
  readonly make: new (config: object) => C
  /** For a client that needs more than a Region. */
  readonly open?: (access: AccountAccess, region: string) => C
  /** What tells the SDK which of the service's hosts is asked, beside the Region. */
  readonly hostOf?: object
  /** Asked once and not in every Region: in the one that answers for all of a partition, or in any (`true`). */
  readonly once?: Readonly<Record<string, string>> | true
  readonly kinds: readonly ListedKind<C>[]
}

/** A resource type of a row: what its calls are, and what in their answers is what. */
export const kindOf = <C, T>(kind: Kind<C, T>): ListedKind<C> => ({
  actions: [...kind.list, ...kind.get, ...(kind.more?.actions ?? [])],
  find: (client, place) => findAll(kind, client, place),
  one: (client, place, arn) => findOne(kind, client, place, arn),
  oneActions: kind.item && [...(kind.item.actions ?? []), ...kind.get, ...(kind.more?.actions ?? [])],
})

/** A service's row as a collector. */
export function policyTable<C extends AnyClient>({ service, make, open, hostOf, once, kinds }: Row<C>): Collector {
  // A list of a whole account is read for one resource only where there is no other way to it.
  const direct = kinds.filter(({ oneActions }) => oneActions !== undefined)
  const single = direct.length > 0 ? direct : kinds
  return {
    service,
    scope: once === undefined ? 'region' : 'account',
    actions: [...new Set(kinds.flatMap(({ actions }) => actions))].sort(),
    async *collect(place) {
      // Credentials of another partition would be refused there as wrong ones.
      const region = typeof once === 'object' ? once[place.partition] : place.region
      if (region === undefined) return
      const client = open?.(place.access, region) ?? (place.access.client(make as never, region) as C)
      if (!(await isOffered(service, client, { Region: region, ...hostOf }, place))) return
      for (const { find } of kinds) yield* find(client, { ...place, region })
    },
    one: {
      actions: [...new Set(single.flatMap(({ oneActions, actions }) => oneActions ?? actions))].sort(),
      async read(place, arn) {
        const region = typeof once === 'object' ? once[place.partition] : place.region
        if (region === undefined) return undefined
        const client = open?.(place.access, region) ?? (place.access.client(make as never, region) as C)
        for (const kind of single) {
          const found = await kind.one(client, { ...place, region }, arn)
          if (found !== undefined) return found
        }
        return undefined
      },
    },
  }
}

/** Items of a list that are looked through for one of them. */
const MOST_LISTED = 2000

async function findOne<C, T>(
  kind: Kind<C, T>,
  client: C,
  place: AccountRegion,
  arn: string,
): Promise<Found | undefined> {
  if (kind.item !== undefined) {
    const item = await kind.item.read(client, arn, place)
    const own = item === undefined ? undefined : kind.arn(item, place)
    return item === undefined || own === undefined ? undefined : describe(kind, client, place, item, own)
  }
  let seen = 0
  for await (const item of kind.items(client, place)) {
    if (kind.arn(item, place) === arn) return describe(kind, client, place, item, arn)
    seen++
    if (seen > MOST_LISTED) throw new Error(`it is not among the first ${MOST_LISTED}`)
  }
  return undefined
}

async function* findAll<C, T>(kind: Kind<C, T>, client: C, place: AccountRegion): AsyncGenerator<Found> {
  // What was listed before a page failed is kept: the part is then partial and not missing.
  const items: T[] = []
  await place.list.ask(kind.list[0], async () => {
    for await (const item of kind.items(client, place)) items.push(item)
  })
  const named = items.flatMap((item) => {
    const arn = kind.arn(item, place)
    return arn === undefined || arn === '' ? [] : [{ item, arn }]
  })
  for await (const found of eachOf(named, ({ item, arn }) => describe(kind, client, place, item, arn)))
    if (kind.sparse === undefined || found.policy !== null) yield found
}

async function describe<C, T>(kind: Kind<C, T>, client: C, place: AccountRegion, item: T, arn: string): Promise<Found> {
  const { unread, ask } = startReading()
  const [texts, more] = await Promise.all([
    ask(kind.get[0] ?? kind.list[0], async () => listOf(await kind.policy(client, item, place)), kind.none),
    kind.more?.read(client, item, ask, place),
  ])
  const merged = mergedDocument(texts ?? [])
  return {
    arn,
    kind: kind.kind,
    policy: texts === undefined || 'problem' in merged ? undefined : merged.document,
    attributes: { ...kind.attributes?.(item, place), ...more },
    unread: 'problem' in merged ? [...unread, `${kind.get[0] ?? kind.list[0]}: ${merged.problem}`] : unread,
  }
}

const listOf = (texts: Texts): readonly string[] =>
  (typeof texts === 'string' || texts === undefined ? [texts] : texts).filter((text) => text !== undefined)

/** The entries of all pages. */
export async function* each<P, T>(
  pages: AsyncIterable<P>,
  items: (page: P) => readonly T[] | undefined,
): AsyncGenerator<T> {
  for await (const page of pages) yield* items(page) ?? []
}

/** Entries that lie within those of a list: the tables of each bucket. */
export async function* within<O, T>(outer: AsyncIterable<O>, inner: (one: O) => AsyncIterable<T>): AsyncGenerator<T> {
  for await (const one of outer) yield* inner(one)
}

/** List of a single resource that every account has, and no call lists. */
export async function* only<T>(item: T): AsyncGenerator<T> {
  yield await Promise.resolve(item)
}

/**
 * Pages of a call for which the SDK has no paginator. `token` names the next page in both input and answer. The input is the
 * same object for every page, as with the SDK's paginators, so that the pages count as one call (clients.ts).
 */
export async function* pages<I extends object, P extends object>(
  send: (input: I) => Promise<P>,
  input: NoInfer<I>,
  token: keyof I & keyof P & string,
  next = (page: P) => page[token] as string | undefined,
): AsyncGenerator<P> {
  const request = { ...input }
  let following: string | undefined
  do {
    const page = await send(request)
    yield page
    following = next(page)
    Object.assign(request, { [token]: following })
  } while (following !== undefined && following !== '')
}
