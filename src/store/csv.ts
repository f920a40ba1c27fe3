import { DENIAL_COLUMNS, type DenialRow, sqlName } from './denial-row.ts'

/** The heading of the CSV export: the columns of the table. */
export const csvHead = (): string => `${DENIAL_COLUMNS.map(([field]) => sqlName(field)).join(',')}\r\n`

/**
 * Denial row as a line of CSV with its line break (RFC 4180). What a spreadsheet would read as a formula begins with an
 * apostrophe.
 */
export const csvLine = (row: DenialRow): string => `${DENIAL_COLUMNS.map(([field]) => cell(row[field])).join(',')}\r\n`

function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
