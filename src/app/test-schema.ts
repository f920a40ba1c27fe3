import { ACCESS_TEST_SCHEMA as SCHEMA } from '#suite/schema.ts'

/** JSON Schema of a file of access tests, for editors. */
export const ACCESS_TEST_SCHEMA: unknown = SCHEMA
