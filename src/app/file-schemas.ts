import { accessTestJsonSchema } from '#schemas/access-tests.ts'
import { driftJsonSchema } from '#suite/drift/drift-config.ts'

/** JSON Schemas of the files that people write, for editors, by the command that reads them. */
export const FILE_SCHEMAS: Readonly<Record<'test' | 'drift', () => object>> = {
  test: accessTestJsonSchema,
  drift: driftJsonSchema,
}
