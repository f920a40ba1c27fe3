import { type Answer, fieldOf, textOf } from './batch.ts'
import { recordOf } from './batch-fields.ts'
import { parseRecord, parseText } from './parse.ts'

/** `{"id", "text"}` or `{"id", "record"}` */
export const parseLine: Answer = (line) => {
  const [name, value] = fieldOf(line, ['text', 'record'])
  return name === 'text' ? parseText(textOf(name, value)) : parseRecord(recordOf(name, value))
}
