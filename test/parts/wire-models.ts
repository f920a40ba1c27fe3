/**
 * AWS's models of its APIs as botocore has them, the library behind moto and the AWS CLI: newer than aws-sdk 2's, and with all
 * services. Where it is not installed, nothing is checked. Members are named here as they are on the wire.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { modelFaults, type Shape } from './api-models.ts'

interface Member extends Shape {
  readonly location?: string
  readonly locationName?: string
}

interface Operation {
  readonly http: { readonly method: string; readonly requestUri: string }
  readonly input?: Shape
  readonly output?: Shape
}

interface Model {
  readonly metadata: Readonly<Record<string, string>> & { readonly protocols?: readonly string[] }
  readonly operations: Readonly<Record<string, Operation>>
  readonly shapes: Readonly<Record<string, Shape>>
}

/** The folder that holds a folder for each service; undefined: botocore is not here. */
const DATA = ((): string | undefined => {
  const server = spawnSync('which', ['moto_server'], { encoding: 'utf8' }).stdout.trim()
  if (server === '') return undefined
  const lib = join(dirname(dirname(server)), 'lib')
  const found = (existsSync(lib) ? readdirSync(lib) : []).map((one) => join(lib, one, 'site-packages/botocore/data'))
  return found.find((one) => existsSync(one))
})()

export const hasWireModels = DATA !== undefined

const models = new Map<string, Model>()

/** The newest version of a service's model, by its folder's name. */
function modelOf(folder: string): Model {
  const before = models.get(folder)
  if (before !== undefined) return before
  const at = join(DATA ?? '', folder)
  const version = readdirSync(at)
    .filter((name) => /^\d{4}-/.test(name))
    .sort()
    .at(-1)
  const path = join(at, version ?? '', 'service-2.json')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8')
  const model = JSON.parse(text) as Model
  const wired = { ...model, shapes: Object.fromEntries(Object.entries(model.shapes).map(([n, s]) => [n, onWire(s)])) }
  models.set(folder, wired)
  return wired
}

/** Members under the names that they have on the wire. */
function onWire(shape: Shape): Shape {
  if (shape.members === undefined) return shape
  const names = Object.entries(shape.members as Readonly<Record<string, Member>>).map(
    ([name, member]) => [name, member.locationName ?? name] as const,
  )
  const wire = new Map(names)
  return {
    ...shape,
    members: Object.fromEntries(names.map(([name, sent]) => [sent, shape.members?.[name] ?? {}])),
    required: (shape.required ?? []).map((name) => wire.get(name) ?? name),
  }
}

/** What of a request or an answer is not as the model has it. */
export function wireFaults(
  folder: string,
  operation: string,
  part: 'input' | 'output',
  value: object,
): readonly string[] {
  if (DATA === undefined) return []
  const { operations, shapes } = modelOf(folder)
  return modelFaults(
    shapes,
    operations[operation]?.[part] ?? {},
    value,
    `${folder}:${operation} ${part}`,
    part === 'input',
  )
}

/** How a client of ours says that it speaks to a service. */
export interface Spoken {
  readonly serviceId: string
  readonly signingName: string
  readonly protocol: string
  readonly target: string | undefined
  /** Of the API, which the query protocol names in each request. */
  readonly version: string | undefined
  readonly host: string
}

/** What botocore calls them. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  'json-1.0': 'json',
  'json-1.1': 'json',
  'rpc-v2-cbor': 'smithy-rpc-v2-cbor',
}

/** What of it the model says otherwise. */
export function serviceFaults(folder: string, said: Spoken): readonly string[] {
  if (DATA === undefined) return []
  const { metadata } = modelOf(folder)
  const protocol = PROTOCOLS[said.protocol] ?? said.protocol
  const jsonVersion = said.protocol.startsWith('json') ? said.protocol.slice(5) : metadata['jsonVersion']
  const wanted = {
    serviceId: metadata['serviceId'],
    signingName: metadata['signingName'] ?? metadata['endpointPrefix'],
    protocol: (metadata.protocols ?? [metadata['protocol']]).includes(protocol) ? protocol : metadata['protocol'],
    jsonVersion: metadata['jsonVersion'],
    version: protocol === 'query' ? metadata['apiVersion'] : undefined,
    target: protocol === 'json' || protocol === PROTOCOLS['rpc-v2-cbor'] ? metadata['targetPrefix'] : undefined,
    host: metadata['endpointPrefix'],
  }
  const given = { ...said, protocol, jsonVersion }
  return Object.entries(wanted)
    .filter(([key, value]) => given[key as keyof typeof given] !== value)
    .map(([key, value]) => `${folder}: ${key} is ${given[key as keyof typeof given]}, and is to be ${value}`)
}

/** An operation in the SDK's form: `[9, namespace, name, { http }, input, output]`. */
type Schema = readonly unknown[]

interface Structure {
  readonly names: readonly string[]
  readonly types: readonly unknown[]
}

const structure = (of: unknown): Structure => {
  const read = (typeof of === 'function' ? of() : of) as readonly unknown[]
  return { names: read[4] as readonly string[], types: read[5] as readonly unknown[] }
}

/** What of a described operation the model has otherwise: address, where members stand, their names, and what is a text. */
export function operationFaults(folder: string, schema: Schema): readonly string[] {
  if (DATA === undefined) return []
  const { operations, shapes, metadata } = modelOf(folder)
  const [, , name, { http }] = schema as [9, string, string, { http: readonly [string, string, number] }]
  const known = operations[name]
  if (known === undefined) return [`${folder} has no operation ${name}`]
  const membersOf = (use: Shape | undefined): Readonly<Record<string, Member>> =>
    (shapes[use?.shape ?? '']?.members ?? {}) as Readonly<Record<string, Member>>
  const where = (type: unknown): string =>
    !Array.isArray(type) ? 'body' : type[1] === 1 ? 'uri' : 'httpQuery' in (type[1] as object) ? 'querystring' : '?'
  const sent = structure(schema[4])
  const got = structure(schema[5])
  return [
    ...(`${http[0]} ${http[1]}` === `${known.http.method} ${known.http.requestUri}`
      ? []
      : [`${name} is ${known.http.method} ${known.http.requestUri}`]),
    ...sent.names.flatMap((one, i) => {
      const location = membersOf(known.input)[one]
      if (location === undefined) return [`${name} is not sent ${one}`]
      return (location.location ?? 'body') === where(sent.types[i]) ? [] : [`${name}: ${one} stands elsewhere`]
    }),
    ...got.names.flatMap((one, i) => {
      const shape = membersOf(known.output)[one]
      if (shape === undefined) return [`${name} does not answer ${one}`]
      return answerFaults({ shapes, isXml: metadata['protocol'] === 'query' }, shape, got.types[i], `${name}: ${one}`)
    }),
  ]
}

interface Answered {
  readonly shapes: Model['shapes']
  readonly isXml: boolean
}

/** What the model says otherwise of a member of an answer, and of what is read within it. */
function answerFaults(model: Answered, use: Shape, type: unknown, path: string): readonly string[] {
  const shape: Shape & { readonly flattened?: boolean } = model.shapes[use.shape ?? ''] ?? use
  const isText = shape.type === 'string'
  if (isText !== (type === 0)) return [`${path} is ${isText ? 'a' : 'no'} text`]
  if (isText) return []
  if (!Array.isArray(type)) return model.isXml ? [`${path} is XML, of which the form has to be told`] : []
  if (shape.type !== (type[0] === 1 ? 'list' : 'structure') || shape.flattened === true)
    return [`${path} is a ${shape.flattened === true ? 'flattened ' : ''}${shape.type}`]
  if (type[0] === 1) return answerFaults(model, shape.member ?? {}, type[4], `${path}[]`)
  const { names, types } = structure(type)
  return names.flatMap((one, i) => {
    const member = shape.members?.[one]
    return member === undefined ? [`${path} has no ${one}`] : answerFaults(model, member, types[i], `${path}.${one}`)
  })
}
