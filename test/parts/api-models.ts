/**
 * AWS's own descriptions of its APIs (`apis/*.min.json` of aws-sdk 2), and whether a request or an answer has the form that
 * they describe. The package is large: `npm ci` in api-models/ installs it, and without it nothing is checked here.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const APIS = join(import.meta.dirname, 'api-models', 'node_modules', 'aws-sdk', 'apis')

export const hasModels = (): boolean => existsSync(APIS)

/** The files of the services that tests answer for. */
export const FILES = {
  sts: 'sts-2011-06-15',
  iam: 'iam-2010-05-08',
  cloudtrail: 'cloudtrail-2013-11-01',
  'access-analyzer': 'accessanalyzer-2019-11-01',
  ssm: 'ssm-2014-11-06',
  organizations: 'organizations-2016-11-28',
  sso: 'sso-admin-2020-07-20',
  amp: 'amp-2020-08-01',
  backup: 'backup-2018-11-15',
  logs: 'logs-2014-03-28',
  codebuild: 'codebuild-2016-10-06',
  codeartifact: 'codeartifact-2018-09-22',
  comprehend: 'comprehend-2017-11-27',
  dynamodb: 'dynamodb-2012-08-10',
  ecr: 'ecr-2015-09-21',
  'ecr-public': 'ecr-public-2020-10-30',
  elasticfilesystem: 'elasticfilesystem-2015-02-01',
  entityresolution: 'entityresolution-2018-05-10',
  events: 'eventbridge-2015-10-07',
  glacier: 'glacier-2012-06-01',
  glue: 'glue-2017-03-31',
  kms: 'kms-2014-11-01',
  kafka: 'kafka-2018-11-14',
  kinesis: 'kinesis-2013-12-02',
  lambda: 'lambda-2015-03-31',
  lex: 'models.lex.v2-2020-08-07',
  'network-firewall': 'network-firewall-2020-11-12',
  es: 'opensearch-2021-01-01',
  'sms-voice': 'pinpoint-sms-voice-v2-2022-03-31',
  rum: 'rum-2018-05-10',
  redshift: 'redshift-2012-12-01',
  'redshift-serverless': 'redshift-serverless-2021-04-21',
  rekognition: 'rekognition-2016-06-27',
  s3: 's3-2006-03-01',
  s3control: 's3control-2018-08-20',
  sesv2: 'sesv2-2019-09-27',
  sns: 'sns-2010-03-31',
  sqs: 'sqs-2012-11-05',
  schemas: 'schemas-2019-12-02',
  secretsmanager: 'secretsmanager-2017-10-17',
  signer: 'signer-2017-08-25',
  'vpc-lattice': 'vpc-lattice-2022-11-30',
  wafv2: 'wafv2-2019-07-29',
} as const

export type Service = keyof typeof FILES

export interface Shape {
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

/** Whether the models are here and have the operation: they are older than the SDK. */
export const knowsOperation = (service: Service, operation: string): boolean =>
  hasModels() && Object.hasOwn(modelOf(service).operations, operation)

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

/** The same for a shape of a model that is found elsewhere. `texts`: what stands in an address comes as text. */
export const modelFaults = (
  shapes: Readonly<Record<string, Shape>>,
  shape: Shape,
  value: object,
  path: string,
  texts: boolean,
): readonly string[] =>
  faults({ shapes, texts }, shape.shape === undefined ? { type: 'structure', members: {} } : shape, value, path)

interface Check {
  readonly shapes: Readonly<Record<string, Shape>>
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
      if (shape.type === 'timestamp' && value instanceof Date) return []
      return typeof value === 'number' || (check.texts && /^[\d.TZ:-]+$/.test(String(value))) ? [] : wrong(typeof value)
    default:
      return typeof value === 'string' ? [] : wrong(typeof value)
  }
}
