import { type Answer, fieldOf, textOf } from './batch.ts'
import { parseRecord, parseText } from './parse.ts'

/** `{"id", "text"}` or `{"id", "record"}` */
export const parseLine: Answer = (line) => {
  const [name, value] = fieldOf(line, ['text', 'record'])
  return name === 'text' ? parseText(textOf(name, value)) : parseRecord(value)
}
