import type { AnswerProgress } from '#app/answer-progress.ts'
import { jsonText } from '#quote/json.ts'

/** Media type of an answer in lines, each a JSON object with a line break behind it. https://github.com/ndjson/ndjson-spec */
export const LINES = 'application/x-ndjson'

/** Whether a caller wants an answer in lines. */
export const wantsLines = (accept: string | undefined): boolean =>
  (accept ?? '').split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === LINES)

const BEGIN = '{"schemaVersion":1,'
const lineOf = (fields: string): string => `${BEGIN}${fields}}`

/** How far an answer is, as a line. */
export const progressLine = (progress: AnswerProgress): string => lineOf(`"progress":${jsonText(progress)}`)

/** Whether a line says how far an answer is. */
export const isProgressLine = (line: string): boolean => line.startsWith(`${BEGIN}"progress"`)

/** The layers of an answer, as a line. */
export const layersLine = (layers: unknown): string => lineOf(`"layers":${jsonText(layers)}`)

/** The body of an answer, as the last line. */
export const answerLine = (body: string): string => lineOf(`"answer":${body}`)

/** The body of a fault, as the last line. */
export const faultLine = (status: number, body: string): string => lineOf(`"status":${status},"fault":${body}`)
