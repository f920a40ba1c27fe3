import { field, type JsonObject, listOf, objectOf, parsedJson, textField } from './loose-record.ts'

/**
 * Where a record has its denial text (R-CT-24a): `errorMessage`, else in the response elements (GuardDuty, Security Hub,
 * AppSync, EKS), else in the additional data. Text that is JSON itself is opened.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function denialText(record: JsonObject): string | null {
  const own = textField(record, 'errorMessage')
  if (own !== undefined) return opened(own)
  for (const holder of ['responseElements', 'additionalEventData']) {
    const text = textWithin(field(record, holder))
    if (text !== undefined) return opened(text)
  }
  return null
}

const MESSAGE_KEYS = ['message', 'errorMessage', 'Message', 'error_description']

function textWithin(value: unknown): string | undefined {
  const holder = objectOf(value)
  if (holder === undefined) return undefined
  for (const key of MESSAGE_KEYS) {
    const text = stringIn(holder, key)
    if (text !== undefined) return text
  }
  const error = field(holder, 'error')
  if (typeof error === 'string') return error.trim() === '' ? undefined : error
  const [first] = listOf(error ?? field(holder, 'errors'))
  for (const key of MESSAGE_KEYS) {
    const text = stringIn(first, key)
    if (text !== undefined) return text
  }
  return undefined
}

function stringIn(holder: unknown, key: string): string | undefined {
  const value = field(holder, key)
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** AppSync writes its GraphQL answer as the text. */
function opened(text: string): string {
  const parsed = parsedJson(text)
  if (parsed === undefined) return text
  return textWithin(Array.isArray(parsed) ? parsed[0] : parsed) ?? text
}

/** CloudTrail's limit of `errorMessage` (R-CT-13, R-MSG-16). */
const MESSAGE_LIMIT = 1024

/** Whether the text fills the field and so may have been cut. */
export function isCut(text: string): boolean {
  if (text.length >= MESSAGE_LIMIT) return true
  return text.length * 3 >= MESSAGE_LIMIT && byteLength(text) >= MESSAGE_LIMIT
}

const byteLength = (text: string): number => {
  let bytes = 0
  for (const char of text) bytes += char < '\u0080' ? 1 : char < '\u0800' ? 2 : char.length === 2 ? 4 : 3
  return bytes
}
