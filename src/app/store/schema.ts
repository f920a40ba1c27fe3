import { DUCKDB_RELEASES } from '#store/duckdb/duckdb-releases.ts'
import { POSTGRES_RELEASES } from '#store/postgres/postgres-releases.ts'
import { athenaSchema, type HistoryPlaces, trinoSchema } from '#store/schema/history.ts'

export const SCHEMAS = ['trino', 'athena', 'postgres', 'duckdb'] as const
export type SchemaEngine = (typeof SCHEMAS)[number]

/** The statements that make the tables of an engine. */
export function schemaOf(engine: SchemaEngine, places: HistoryPlaces): readonly string[] {
  switch (engine) {
    case 'trino':
      return trinoSchema(places)
    case 'athena':
      return athenaSchema(places)
    case 'postgres':
      return POSTGRES_RELEASES.flatMap(({ statements }) => statements)
    case 'duckdb':
      return DUCKDB_RELEASES.flatMap(({ statements }) => statements)
  }
}
