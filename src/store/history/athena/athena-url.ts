import { UserError } from '../../../errors.ts'

/** Where Athena finds the tables, and how it runs queries; what is undefined is AWS's own choice. */
export interface AthenaPlace {
  readonly database: string
  readonly catalog: string
  readonly workgroup: string
  readonly region: string | undefined
  /** Where it writes results: `s3://…`. */
  readonly output: string | undefined
  readonly timeoutSeconds: number
  readonly name: string
}

/** Athena's own limit for a query that reads, which accounts can have raised. */
const DEFAULT_TIMEOUT_SECONDS = 1800

const FORMS: Readonly<Record<string, RegExp>> = {
  region: /^[a-z0-9-]{5,30}$/,
  workgroup: /^[\w.-]{1,128}$/,
  catalog: /^[\w@/:-]{1,256}$/,
  output: /^s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(?:\/[^?#]{0,900})?$/,
  timeout: /^[1-9]\d{0,4}$/,
}

/** Reads `athena:DATABASE[?region=…&workgroup=…&catalog=…&output=s3://…&timeout=SECONDS]` (docs/history.md). */
export function athenaPlace(text: string): AthenaPlace {
  const [path = '', ...rest] = text.slice('athena:'.length).split('?')
  const database = path.replace(/^\/\//, '').replace(/\/$/, '')
  if (!/^\w{1,255}$/.test(database)) throw wrong('it names no database')
  const settings = new URLSearchParams(rest.join('?'))
  for (const [name, value] of settings) {
    if (!Object.hasOwn(FORMS, name)) throw wrong(`it has no setting \`${name}\``)
    if (FORMS[name]?.test(value) !== true) throw wrong(`\`${name}\` cannot be \`${value}\``)
  }
  const region = settings.get('region') ?? undefined
  return {
    database,
    catalog: settings.get('catalog') ?? 'AwsDataCatalog',
    workgroup: settings.get('workgroup') ?? 'primary',
    region,
    output: settings.get('output') ?? undefined,
    timeoutSeconds: Number(settings.get('timeout') ?? DEFAULT_TIMEOUT_SECONDS),
    name: `athena:${database}${region === undefined ? '' : `?region=${region}`}`,
  }
}

const wrong = (why: string): UserError =>
  new UserError(
    'usage/not-a-value',
    `\`--store\` is no address of Athena: ${why}`,
    'write it as `athena:DATABASE?region=R&workgroup=W`; docs/history.md has all settings',
  )
