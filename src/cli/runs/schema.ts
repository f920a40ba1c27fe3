import { schemaOf, SCHEMAS } from '#app/store/schema.ts'
import { timeOption } from '#app/store/since.ts'
import { toJson } from '#report/json.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { SCHEMA_OPTIONS } from '../schema-options.ts'

type Args = Arguments<typeof SCHEMA_OPTIONS>

export async function runSchema({ values, files }: Args, io: Io): Promise<number> {
  const [said] = files
  const engine = SCHEMAS.find((one) => one === said)
  if (engine === undefined)
    throw new UserError(
      said === undefined ? 'usage/missing-operand' : 'usage/not-a-value',
      said === undefined ? 'the engine is missing' : `\`schema\` does not know the engine \`${said}\``,
      `give one of ${SCHEMAS.map((one) => `\`${one}\``).join(', ')}`,
    )
  const statements = schemaOf(engine, placesOf(values))
  io.out(
    values.format === 'json'
      ? toJson({ schemaVersion: 1, engine, statements })
      : `${statements.map((statement) => `${statement};`).join('\n\n')}\n`,
  )
  return EXIT.ok
}

/** An address with a scheme: `s3://…`, Trino's `local:///…`. */
const FOLDER = /^[a-z][a-z0-9]{1,15}:\/\/.{1,1000}$/

function placesOf({ location, trail, name, since, accounts, regions }: Args['values']) {
  const given = {
    ...(location === undefined ? {} : { location: fitting('--location', location, FOLDER, 's3://BUCKET/PREFIX') }),
    ...(trail === undefined ? {} : { trail: fitting('--trail', trail, FOLDER, 's3://BUCKET/PREFIX') }),
    ...(name === undefined ? {} : { schema: fitting('--name', name, /^[a-z_][a-z0-9_]{0,127}$/, 'a name in SQL') }),
    ...(since === undefined ? {} : { since: timeOption('--since', since, Date.now()).slice(0, 10) }),
  }
  return {
    ...given,
    ...(accounts === undefined ? {} : { accounts: listOf('--accounts', accounts, /^\d{12}$/, 'ids of accounts') }),
    ...(regions === undefined ? {} : { regions: listOf('--regions', regions, /^[a-z0-9-]{5,30}$/, 'Regions') }),
  }
}

const listOf = (option: string, text: string, form: RegExp, what: string): readonly string[] =>
  text.split(',').map((one) => fitting(option, one.trim(), form, what))

function fitting(option: string, value: string, form: RegExp, what: string): string {
  if (form.test(value)) return value
  throw new UserError('usage/not-a-value', `\`${option}\` cannot be \`${value}\``, `give ${what}`)
}
