import { randomBytes } from 'node:crypto'
import { DuckDBInstance } from '@duckdb/node-api'
import { ownFilesOnly } from '../../write-file.ts'
import { quoted } from './quoted.ts'

/** Memory that DuckDB may take; what does not fit goes to the disk for a while, where it can. */
export const MEMORY_LIMIT = '512MB'

/** Files and folders that a database may touch: absolute paths. */
export interface Reach {
  readonly files?: readonly string[]
  /** With all below them; they need not be there yet. */
  readonly folders?: readonly string[]
}

/** No code from elsewhere, and no credentials that lie about on this machine. */
const OFF = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_persistent_secrets: 'false',
}

/** What we change while a database is open; all else is locked (`write-memory.ts`, `duckdb-store.ts`). */
const CHANGED = ['memory_limit', 'max_vacuum_tasks', 'checkpoint_threshold']

/**
 * A database in memory, to which files are attached. What does not fit into memory goes beside `place`, a file or folder that holds
 * such rows anyway: by itself DuckDB takes a folder where the program was started, in which two programs meet. It is there only while
 * it is needed. In each container there may be a process of the same number, and they may share a volume: so its name is drawn.
 *
 * It is locked before anything is attached: whatever a file of somebody else's says, nothing but `reach` and that place is read or
 * written, no extension is loaded, and nothing of this can be undone (ADR 0054).
 */
export async function memoryInstance(
  place: string,
  { files = [], folders = [] }: Reach,
  settings: Readonly<Record<string, string>> = { threads: '2' },
): Promise<DuckDBInstance> {
  ownFilesOnly()
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    ...settings,
    ...OFF,
    temp_directory: `${place}.${process.pid}-${randomBytes(6).toString('hex')}.spill`,
  })
  const connection = await instance.connect()
  try {
    await connection.run(`set allowed_paths = [${files.map(quoted).join(', ')}];
set allowed_directories = [${folders.map(quoted).join(', ')}];
set enable_external_access = false;
set allowed_configs = [${CHANGED.map(quoted).join(', ')}];
set lock_configuration = true`)
    return instance
  } catch (error) {
    instance.closeSync()
    throw error
  } finally {
    connection.closeSync()
  }
}
