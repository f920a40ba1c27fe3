import { schemaOf, SCHEMAS } from '#app/store/schema.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { SCHEMA_OPTIONS } from '../schema-options.ts'

export async function runSchema({ values, files }: Arguments<typeof SCHEMA_OPTIONS>, io: Io): Promise<number> {
  const [said] = files
  const engine = SCHEMAS.find((one) => one === said)
  if (engine === undefined)
    throw new UserError(
      said === undefined ? 'usage/missing-operand' : 'usage/not-a-value',
      said === undefined ? 'the engine is missing' : `\`schema\` does not know the engine \`${said}\``,
      `give one of ${SCHEMAS.map((one) => `\`${one}\``).join(', ')}`,
    )
  const { location, trail, name } = values
  const statements = schemaOf(engine, {
    ...(location === undefined ? {} : { location }),
    ...(trail === undefined ? {} : { trail }),
    ...(name === undefined ? {} : { schema: name }),
  })
  io.out(`${statements.map((statement) => `${statement};`).join('\n\n')}\n`)
  return EXIT.ok
}
