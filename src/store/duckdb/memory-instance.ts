import { randomBytes } from 'node:crypto'
import { DuckDBInstance } from '@duckdb/node-api'
import { ownFilesOnly } from '../../write-file.ts'

/** Memory that DuckDB may take; what does not fit goes to the disk for a while, where it can. */
export const MEMORY_LIMIT = '512MB'

/**
 * A database in memory, to which files are attached. What does not fit into memory goes beside `place`, a file or folder that holds
 * such rows anyway: by itself DuckDB takes a folder where the program was started, in which two programs meet. It is there only while
 * it is needed. In each container there may be a process of the same number, and they may share a volume: so its name is drawn.
 */
export const memoryInstance = (
  place: string,
  settings: Readonly<Record<string, string>> = { threads: '2' },
): Promise<DuckDBInstance> => {
  ownFilesOnly()
  return DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    ...settings,
    temp_directory: `${place}.${process.pid}-${randomBytes(6).toString('hex')}.spill`,
  })
}
