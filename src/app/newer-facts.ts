import { readServiceReference, type ServiceReference } from '#iam/facts/service-reference.ts'
import { addReferences } from '#iam/facts/services.ts'
import { UserError } from '../errors.ts'
import { isFolder, jsonFilesIn, readText } from './files.ts'

/** The variable that names a file or folder of AWS's service reference (docs/reference-data.md). */
export const FACTS_VARIABLE = 'DENYTRACE_FACTS'

/**
 * Adds the newer actions of the files that `DENYTRACE_FACTS` names to the built-in data. Without the variable it does nothing.
 * @throws UserError where a file is not AWS's service reference
 */
export async function loadNewerFacts(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const path = env[FACTS_VARIABLE]
  if (path === undefined || path === '') return
  const files = isFolder(path) ? jsonFilesIn(path) : [path]
  if (files.length === 0) throw notAReference(path, 'it holds no .json file')
  addReferences((await Promise.all(files.map(referencesIn))).flat())
}

async function referencesIn(path: string): Promise<readonly ServiceReference[]> {
  const { text } = await readText(path, () => Promise.resolve(new Uint8Array()))
  const value = parsed(path, text)
  return [value].flat().map((service) => {
    const read = readServiceReference(service)
    if ('problem' in read) throw notAReference(path, read.problem)
    return read.reference
  })
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw notAReference(path, 'it is not valid JSON')
  }
}

const notAReference = (path: string, why: string): UserError =>
  new UserError(
    'input/unreadable',
    `\`${path}\` is not AWS's service reference: ${why}`,
    `${FACTS_VARIABLE} names files such as https://servicereference.us-east-1.amazonaws.com/v1/s3/s3.json, or unset it`,
  )
