import { UserError } from '../../errors.ts'

/** The version of package.json. */
export const DUCKDB_VERSION = '1.5.6-r.1'

/** Loads what needs DuckDB, which is a package of its own and may have been left out where denytrace was installed. */
export async function withDuckdb<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new UserError(
      'store/not-installed',
      'DuckDB, which keeps the store, is not installed beside denytrace',
      `install it where denytrace is: \`npm install --include=optional @duckdb/node-api@${DUCKDB_VERSION}\` (with \`-g\` if denytrace is), or use \`--store postgres://USER@HOST/DATABASE\``,
    )
  }
}

/** Node's words for a package that is not there, and of DuckDB's loader for a machine's own part of it. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(code) && error.message.includes('duckdb')
}
