// The limit of bench row 8: two threads that inflate the same files and look at nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'

if (isMainThread) {
  const folder = join(process.argv[2] ?? '', 'AWSLogs')
  const files = readdirSync(folder).map((name) => join(folder, name))
  const start = (half) => new Worker(new URL(import.meta.url), { workerData: files.filter((_, i) => i % 2 === half) })
  start(0)
  start(1)
} else
  for (const file of workerData) {
    const bytes = readFileSync(file)
    gunzipSync(bytes, { chunkSize: bytes.readUInt32LE(bytes.length - 4) + 64 })
  }
