import { readDenials } from '#intake/read.ts'
import { filesIn } from '#ingest/files-in.ts'
import { UserError } from '../../errors.ts'
import { type Input, readText, type Stdin } from '../files.ts'

/**
 * Every CloudTrail record in files, folders and `-`. A file of a folder that cannot be read, such as a link in a circle, is
 * told and left out; one that is named itself must be read.
 */
export async function recordsOfPaths(
  paths: readonly string[],
  stdin: Stdin,
  tell: (text: string) => void,
): Promise<readonly unknown[]> {
  const { files } = filesIn(paths.filter((path) => path !== '-'))
  const names = [...(paths.includes('-') ? ['-'] : []), ...files]
  const records: unknown[] = []
  for (const name of names) {
    const text = await readText(name, stdin).catch((error: unknown): Input | undefined => {
      if (paths.includes(name) || !(error instanceof UserError)) throw error
      tell(error.message)
      return undefined
    })
    for (const record of text === undefined ? [] : readDenials(text.text).records) records.push(record)
  }
  return records
}
