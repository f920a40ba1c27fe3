import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeConformance } from '../../../test/conformance/denial-store.ts'
import { openDuckdbStore } from './duckdb-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-duckdb-'))
let made = 0

storeConformance('duckdb', () => openDuckdbStore(join(folder, `store-${(made += 1)}.duckdb`)))
