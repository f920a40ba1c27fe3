import { openInputs } from '#app/files.ts'
import { isDenial, noDenial, readEvidence } from '#app/inputs.ts'
import { toJson } from '#report/json.ts'
import { denialsText } from '#report/text-denial.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { decodeIfAsked, refuseInBatch } from '../decode.ts'
import type { PARSE_OPTIONS } from '../decode-options.ts'
import { readingsOf } from '../reading-option.ts'
import { readingProgress } from '../reading-progress.ts'
import { namesOf, promptForPaste, tellFault } from '../tell.ts'

export async function runParse({ values, files }: Arguments<typeof PARSE_OPTIONS>, io: Io): Promise<number> {
  refuseInBatch('decode', values.decode, values.batch)
  readingsOf(values.reading)
  if (values.batch !== undefined) {
    const [{ batch }, { parseLine }] = await Promise.all([import('../batch.ts'), import('#app/batch-parse.ts')])
    return batch({ values, files }, parseLine, io)
  }
  promptForPaste(io, files)
  const { inputs, end } = readingProgress(openInputs(files, io.stdin), io)
  const evidence = await readEvidence(inputs, { keepEvents: false }).finally(end)
  const { denials } = await decodeIfAsked(values, evidence, io)
  io.out(values.format === 'json' ? toJson({ schemaVersion: 1, denials }) : denialsText(denials, io.page))
  if (denials.some(isDenial)) return EXIT.ok
  // The answer says what it is instead; the exit code says that it is no denial.
  tellFault(io, noDenial(namesOf(inputs), denials))
  return EXIT.unreadable
}
