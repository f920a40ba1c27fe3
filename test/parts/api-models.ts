/**
 * AWS's own descriptions of its APIs (`apis/*.min.json` of aws-sdk 2), and whether a request or an answer has the form that
 * they describe. The package is large: `npm ci` in api-models/ installs it, and without it nothing is checked here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const APIS = join(import.meta.dirname, 'api-models', 'node_modules', 'aws-sdk', 'apis')

export const hasModels = (): boolean => existsSync(APIS)

/** The files of the services that the loopback server answers for. */
export const FILES = {
  sts: 'sts-2011-06-15',
  iam: 'iam-2010-05-08',
  cloudtrail: 'cloudtrail-2013-11-01',
  'access-analyzer': 'accessanalyzer-2019-11-01',
  ssm: 'ssm-2014-11-06',
  organizations: 'organizations-2016-11-28',
  sso: 'sso-admin-2020-07-20',
} as const

export type Service = keyof typeof FILES

interface Shape {
  readonly shape?: string
  readonly type?: string
  readonly required?: readonly string[]
  readonly members?: Readonly<Record<string, Shape>>
  readonly member?: Shape
  readonly value?: Shape
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: Shape; readonly output?: Shape }>>
  readonly shapes: Readonly<Record<string, Shape>>
}

const models = new Map<Service, Model>()

function modelOf(service: Service): Model {
  const before = models.get(service)
  if (before !== undefined) return before
  const model = JSON.parse(readFileSync(join(APIS, `${FILES[service]}.min.json`), 'utf8')) as Model
  models.set(service, model)
  return model
}

/** Members that the pinned SDK has and these models, which are older, have not. */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  'iam:SimulateCustomPolicy': ['OrderedOrganizationPolicyInputList'],
}

/** What of a value is not as the model has it; [] : nothing, or there are no models here. `texts`: numbers come as text. */
export function faultsOf(
  service: Service,
  operation: string,
  part: 'input' | 'output',
  value: unknown,
  texts = false,
): readonly string[] {
  if (!hasModels()) return []
  const { operations, shapes } = modelOf(service)
  if (!Object.hasOwn(operations, operation)) return [`${service} has no operation ${operation}`]
  const newer = part === 'input' ? (NEWER[`${service}:${operation}`] ?? []) : []
  const given = Object.fromEntries(Object.entries(value as object).filter(([name]) => !newer.includes(name)))
  const check = { shapes, texts }
  const shape = operations[operation]?.[part] ?? { type: 'structure', members: {} }
  return faults(check, shape, given, `${service}:${operation} ${part}`)
}

interface Check {
  readonly shapes: Model['shapes']
  readonly texts: boolean
}

function faults(check: Check, use: Shape, value: unknown, path: string): string[] {
  const shape = use.shape === undefined ? use : { ...check.shapes[use.shape], ...use, shape: undefined }
  const wrong = (what: string): string[] => [`${path} is ${what}, and is to be a ${shape.type ?? 'string'}`]
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(typeof value)
      return [
        ...(shape.required ?? []).filter((name) => !(name in value)).map((name) => `${path} lacks ${name}`),
        ...Object.entries(value).flatMap(([name, one]) => {
          const member = shape.members?.[name]
          return member === undefined
            ? [`${path} has no member ${name}`]
            : faults(check, member, one, `${path}.${name}`)
        }),
      ]
    }
    case 'list':
      if (!Array.isArray(value)) return wrong(typeof value)
      return value.flatMap((one, i) => faults(check, shape.member ?? {}, one, `${path}[${i}]`))
    case 'map':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(typeof value)
      return Object.entries(value).flatMap(([key, one]) => faults(check, shape.value ?? {}, one, `${path}.${key}`))
    case 'boolean':
      return typeof value === 'boolean' || (check.texts && /^(?:true|false)$/.test(String(value)))
        ? []
        : wrong(typeof value)
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
    case 'timestamp':
      return typeof value === 'number' || (check.texts && /^[\d.TZ:-]+$/.test(String(value))) ? [] : wrong(typeof value)
    default:
      return typeof value === 'string' ? [] : wrong(typeof value)
  }
}
