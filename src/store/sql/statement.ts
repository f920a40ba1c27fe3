export type Dialect = 'duckdb' | 'postgres' | 'trino' | 'athena'

export type SqlValue = string | number | boolean | null

/** A text with `:name` for values; `:name#time` and `:name#integer` where the engine must be told the type. */
export interface Statement {
  readonly text: string
  readonly params: Readonly<Record<string, SqlValue>>
}

export const sql = (text: string, params: Statement['params'] = {}): Statement => ({ text, params })

const PLACEHOLDER = /:([a-z]\w{0,40})(?:#(time|integer))?/g

/** For engines that take values apart from the text: `$1` … in the order in which they first stand there. */
export function numbered({ text, params }: Statement): { readonly text: string; readonly values: readonly SqlValue[] } {
  const names: string[] = []
  const values: SqlValue[] = []
  const withNumbers = text.replaceAll(PLACEHOLDER, (_, name: string, type?: string) => {
    let at = names.indexOf(name)
    if (at < 0) {
      at = names.push(name) - 1
      values.push(valueOf(params, name))
    }
    const place = `$${at + 1}`
    if (type === undefined) return place
    return `cast(${place} as ${type === 'time' ? 'timestamp' : 'integer'})`
  })
  return { text: withNumbers, values }
}

/** For engines that take one text: values as literals of standard SQL, quotes doubled. */
export const inlined = ({ text, params }: Statement): string =>
  text.replaceAll(PLACEHOLDER, (_, name: string, type?: string) => literal(valueOf(params, name), type))

function literal(value: SqlValue, type: string | undefined): string {
  if (value === null) return 'null'
  if (typeof value !== 'string') return String(value)
  if (type === 'time') return `timestamp '${value.slice(0, 19).replace('T', ' ')}'`
  return `'${value.replaceAll("'", "''")}'`
}

function valueOf(params: Statement['params'], name: string): SqlValue {
  if (!Object.hasOwn(params, name)) throw new Error(`the statement has no value for :${name}`)
  return params[name] ?? null
}
