import { filesIn } from '#ingest/files-in.ts'
import { readText, type Stdin } from '../files.ts'
import { rawEvidence } from '../inputs.ts'

/** Every CloudTrail record in files, folders and `-`. */
export async function recordsOfPaths(paths: readonly string[], stdin: Stdin): Promise<readonly unknown[]> {
  const { files } = filesIn(paths.filter((path) => path !== '-'))
  const names = [...(paths.includes('-') ? ['-'] : []), ...files]
  const records: unknown[] = []
  for (const name of names) {
    const { text } = await readText(name, stdin)
    for (const record of rawEvidence(text).records) records.push(record)
  }
  return records
}
