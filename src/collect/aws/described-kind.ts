import { parseArn } from '#iam/arn.ts'
import type { AccountRegion } from './collector.ts'
import { type Answer, type Answers, call, type DescribedService, type Operation } from './described-client.ts'
import { orNone } from './outcome.ts'
import { kindOf, type Texts } from './policy-table.ts'

type Client = InstanceType<DescribedService['Client']>

/** A resource type of a described service: a call that lists, and one that gives the policy. */
interface DescribedKind<T, G extends Answers> {
  readonly of: DescribedService
  /** What IAM calls the service in actions. */
  readonly prefix: string
  readonly kind: string
  /** The calls that list; the first stands for them in `coverage`. */
  readonly list: readonly [string, ...string[]]
  readonly items: (client: Client, place: AccountRegion) => AsyncIterable<T>
  readonly arn: (item: T, place: AccountRegion) => string | undefined
  readonly get: Operation<G>
  /** What the call for the policy is sent; several where there are several policies, each of which may be missing. */
  readonly at: (item: T, arn: string) => object | readonly object[]
  readonly policy: (answer: Answer<G>, arn: string) => Texts
  /** Names of errors by which AWS says that there is no policy. */
  readonly none?: readonly string[]
  readonly attributes?: (item: T, place: AccountRegion) => Readonly<Record<string, unknown>>
  readonly sparse?: true
}

/** Lists also show what other accounts share; its policy is for its owner to read, and it is kept with its owner. */
export function describedKind<T, G extends Answers>(row: DescribedKind<T, G>): ReturnType<typeof kindOf<unknown, T>> {
  const { of, prefix, list, get, none, attributes, sparse } = row
  const clientOf = ({ access, region }: AccountRegion): Client => access.client(of.Client, region)
  const action = (name: string): string => `${prefix}:${name}`
  const ownArn = (item: T, place: AccountRegion): string | undefined => {
    const arn = row.arn(item, place)
    const owner = parseArn(arn ?? '')?.account
    return owner === undefined || owner === '' || owner === place.account ? arn : undefined
  }
  return kindOf({
    kind: row.kind,
    list: [action(list[0]), ...list.slice(1).map(action)],
    items: (_: unknown, place) => row.items(clientOf(place), place),
    arn: ownArn,
    get: [action(get.name)],
    policy: async (_, item, place) => {
      const arn = ownArn(item, place) ?? ''
      const at = row.at(item, arn)
      if (!Array.isArray(at)) return row.policy(await call(clientOf(place), get, at), arn)
      const asked = at.map((one: object) => orNone(call(clientOf(place), get, one), none ?? []))
      const answers = await Promise.all(asked)
      return answers.flatMap((answer) => (answer === undefined ? [] : row.policy(answer, arn)))
    },
    ...(none === undefined ? {} : { none }),
    ...(attributes === undefined ? {} : { attributes }),
    ...(sparse === undefined ? {} : { sparse }),
  })
}
