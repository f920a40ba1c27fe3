import type { DuckDBConnection } from '@duckdb/node-api'
import { MEMORY_LIMIT } from './memory-instance.ts'

/** Bytes of rows that are not in their place yet from which on a program is taken to write much: two batches of an ingestion. */
const MUCH = 16_000_000

/**
 * Bytes of blocks of the file that may stay in memory: less than a part of the table that is written at once, so that it goes, and
 * with it what DuckDB's allocator holds.
 */
const KEPT = 2_000_000

/**
 * Keeps the memory of a program that writes much from growing with the file. DuckDB puts parts of a table together when it writes them
 * in their place, and holds all of them while it does; and it keeps what it wrote in memory, up to its limit. The answer is to be
 * called after each piece of work.
 */
export function writeMemory(connection: DuckDBConnection): () => Promise<void> {
  let isMuch = false
  const after = async (): Promise<void> => {
    const rows = await letGoOfBlocks(connection)
    if (isMuch || rows < MUCH) return
    isMuch = true
    await connection.run('set max_vacuum_tasks = 0')
  }
  // What was written stays written, whatever comes of this.
  return () => after().catch(() => undefined)
}

const IN_MEMORY = `select sum(memory_usage_bytes)::double, coalesce(sum(memory_usage_bytes) filter (tag = 'BASE_TABLE'), 0)::double
from duckdb_memory()`

/** Blocks that DuckDB can read again, it lets go of when its limit is lowered. How many bytes it holds besides them. */
export async function letGoOfBlocks(connection: DuckDBConnection): Promise<number> {
  const [all, blocks] = (await connection.runAndReadAll(IN_MEMORY)).getRowsJS()[0] as [number, number]
  const others = all - blocks
  if (blocks > KEPT) {
    const least = Math.ceil((others + KEPT / 2) / 1_000_000)
    // Where that is too little, for some block is in use, nothing is lost.
    await connection.run(`set memory_limit = '${least}MB'`).catch(() => undefined)
    await connection.run(`set memory_limit = '${MEMORY_LIMIT}'`)
  }
  return others
}
