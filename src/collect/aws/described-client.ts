import { BackupClient } from '@aws-sdk/client-backup'
import { partition } from '@aws-sdk/core/client'
import {
  AwsJson1_0Protocol,
  AwsJson1_1Protocol,
  AwsQueryProtocol,
  AwsRestJsonProtocol,
  AwsSmithyRpcV2CborProtocol,
} from '@aws-sdk/core/protocols'
import { makeBuilder } from '@smithy/core/client'
import { getEndpointPlugin } from '@smithy/core/endpoints'

/**
 * Clients for services of which the SDK's own cannot be taken (ADR 0036): the SDK's signer, credentials, retries and
 * protocols, with a description of the two or three calls that are made. A test holds each description against AWS's model
 * of that API.
 */
export interface Description {
  /** The service id: names `AWS_ENDPOINT_URL_<ID>` and the client. */
  readonly id: string
  /** What the host name begins with. */
  readonly host: string
  /** The name under which requests are signed; left out: the host's. */
  readonly signs?: string
  /** `query` sends a form and is answered in XML: `entries` and `group` say what its elements are. */
  readonly protocol: 'rest-json' | 'json-1.0' | 'json-1.1' | 'query' | 'rpc-v2-cbor'
  /** What `X-Amz-Target` begins with, of the JSON protocols; the service in the address, of CBOR. */
  readonly target?: string
  /** The date by which the query protocol names the version of the API. */
  readonly version?: string
  /** Its only hosts are those that IPv6 reaches too, such as `mpa.us-east-1.api.aws`. */
  readonly dualStackOnly?: true
}

/** Where in the request a member stands; members are named as on the wire. */
export type In = 'path' | 'query' | 'body'

/** A text of an answer. */
export const text = 0 as unknown as string

/** Anything else of an answer, as the JSON has it. */
export const json = <T>(): T => 15 as T

/** Members within a member of an answer in XML, where they are not told from a text. */
export const group = <A extends Answers>(members: A): Answer<A> =>
  [3, '', '', 0, Object.keys(members), Object.values(members)] as unknown as Answer<A>

/** A list of such in an answer in XML, where one of one entry is not told from that entry. */
export const entries = <A extends Answers>(members: A): readonly Answer<A>[] =>
  [1, '', '', 0, group(members)] as unknown as readonly Answer<A>[]

export type Answers = Readonly<Record<string, unknown>>
export type Answer<A> = { readonly [K in keyof A]?: A[K] }

/** A call, and what of its answer is read. */
export interface Operation<A extends Answers> {
  readonly name: string
  readonly at: readonly [method: 'GET' | 'POST', path: string]
  readonly input: Readonly<Record<string, In>>
  readonly output: A
  readonly Command: new (input: object) => unknown
}

/** The generated client whose configuration the described ones share; it is told apart by what is given here. */
type Client = BackupClient

const PROTOCOLS = {
  'rest-json': AwsRestJsonProtocol,
  'json-1.0': AwsJson1_0Protocol,
  'json-1.1': AwsJson1_1Protocol,
  query: AwsQueryProtocol,
  'rpc-v2-cbor': AwsSmithyRpcV2CborProtocol,
}

export interface DescribedService {
  readonly described: Description
  readonly Client: new (config: object) => Client
  readonly operation: <A extends Answers>(
    name: string,
    at: Operation<A>['at'],
    input: Operation<A>['input'],
    output: A,
  ) => Operation<A>
}

export function describedService(described: Description): DescribedService {
  const { id, target, version } = described
  const name = `${id.replaceAll(' ', '')}Client`
  const namespace = `com.amazonaws.${described.host}`
  const Described = class extends BackupClient {
    /** For the test that holds it against AWS's model. */
    static readonly described = described

    constructor(config: object) {
      super({
        ...config,
        serviceId: id,
        protocol: PROTOCOLS[described.protocol],
        protocolSettings: {
          defaultNamespace: namespace,
          ...(target === undefined ? {} : { serviceTarget: target }),
          ...(version === undefined ? {} : { version }),
        },
        endpointProvider: (at: EndpointAt) => ({ url: urlOf(described, at) }),
        signingName: described.signs ?? described.host,
      } as never)
    }
  }
  Object.defineProperty(Described, 'name', { value: name })
  const build = makeBuilder(ENDPOINT_PARAMETERS, target ?? id, name, getEndpointPlugin as never) as unknown as Builder
  return {
    described,
    Client: Described as never,
    operation: (operation, at, input, output) => {
      const Command = class extends build({}, () => [], operation, schemaOf(namespace, operation, at, input, output)) {}
      Object.defineProperty(Command, 'name', { value: `${operation}Command` })
      return { name: operation, at, input, output, Command }
    },
  }
}

type Builder = (added: object, plugins: () => [], name: string, schema: unknown) => new (input: object) => object

/** What the SDK knows of where a client calls, under the names of its endpoint rules. */
const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
} as const

interface EndpointAt {
  readonly Region?: string
  readonly Endpoint?: string
  readonly UseFIPS?: boolean
  readonly UseDualStack?: boolean
}

/** The rules that all of these services have: `host.region.suffix`, with `-fips` behind the host where that is asked for. */
function urlOf({ host, dualStackOnly }: Description, at: EndpointAt): URL {
  if (at.Endpoint !== undefined) return new URL(at.Endpoint)
  const { dnsSuffix, dualStackDnsSuffix } = partition(at.Region ?? '')
  const suffix = dualStackOnly === true || at.UseDualStack === true ? dualStackDnsSuffix : dnsSuffix
  return new URL(`https://${host}${at.UseFIPS === true ? '-fips' : ''}.${at.Region}.${suffix}`)
}

/**
 * The SDK's form of an operation: `[9, namespace, name, traits, input, output]`; of a structure
 * `[3, namespace, name, traits, names, types]`, of a list `[1, namespace, name, traits, type]`; 0 is a text, 15 anything.
 */
function schemaOf(
  namespace: string,
  name: string,
  at: readonly [string, string],
  input: Readonly<Record<string, In>>,
  output: Answers,
): readonly unknown[] {
  const memberOf: Readonly<Record<In, (member: string) => unknown>> = {
    path: () => [0, 1],
    query: (member) => [0, { httpQuery: member }],
    body: () => 15,
  }
  const members = Object.entries(input)
  const request = [
    3,
    namespace,
    `${name}Input`,
    0,
    members.map(([m]) => m),
    members.map(([m, where]) => memberOf[where](m)),
  ]
  const answer = [3, namespace, `${name}Output`, 0, Object.keys(output), Object.values(output)]
  return [9, namespace, name, { http: [...at, 200] }, () => request, () => answer]
}

/** Calls an operation of a service. Throws what the SDK throws. */
export async function call<A extends Answers>(
  client: Client,
  operation: Operation<A>,
  input: object,
): Promise<Answer<A>> {
  return (await client.send(new operation.Command(input) as never)) as unknown as Answer<A>
}

type Entry<L> = L extends readonly (infer T)[] ? T : never

/** The entries of all pages: `member` of each answer. */
export async function* listed<A extends Answers, K extends keyof A>(
  client: Client,
  operation: Operation<A>,
  member: K,
  input: object = {},
): AsyncGenerator<Entry<A[K]>> {
  // A token may be spelled otherwise in the address than in the answer.
  const sent = 'nextToken' in operation.input ? 'nextToken' : 'NextToken'
  const got = 'nextToken' in operation.output ? 'nextToken' : 'NextToken'
  // One object for all pages, as with the SDK's paginators, so that they count as one call (clients.ts).
  const request: Record<string, unknown> = { ...input }
  let next: unknown
  do {
    if (next !== undefined) request[sent] = next
    const page = await call(client, operation, request)
    yield* (page[member] ?? []) as Entry<A[K]>[]
    if (page[got] !== undefined && page[got] === next) throw new Error(`${operation.name} gives the same page again`)
    next = page[got]
  } while (typeof next === 'string' && next !== '')
}
