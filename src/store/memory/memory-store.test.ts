import { storeConformance } from '../../../test/conformance/denial-store.ts'
import { openMemoryStore } from './memory-store.ts'

storeConformance('memory', async () => openMemoryStore())
