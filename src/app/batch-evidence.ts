import { type BatchLine, fieldOf, textOf } from './batch.ts'
import { flagOf, recordOf } from './batch-fields.ts'
import { type Evidence, evidenceOfRecords, evidenceOfText } from './inputs.ts'

/** Flags that the service may be asked with besides (docs/serve.md). */
const FLAGS = ['fixes', 'scenarios']

/** The evidence of a line: the one of its fields that holds any. */
export function evidenceOfLine(line: BatchLine): Evidence {
  for (const name of FLAGS) flagOf(line, name)
  const [name, value] = fieldOf(line, ['text', 'record', 'records'])
  const where = `\`${name}\``
  return name === 'text' ? evidenceOfText(textOf(name, value), where) : evidenceOfRecords(recordOf(name, value), where)
}
