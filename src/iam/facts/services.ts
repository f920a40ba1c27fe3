import { DATE, SERVICE_TEXTS, SOURCE, VERSION } from './data/catalogue.ts'
import { readServiceTable, type ServiceTable } from './service-table.ts'

/** Where the service reference data comes from, for `--version` and for reports. */
export const FACTS = { source: SOURCE, version: VERSION, date: DATE } as const

export interface ServiceFacts {
  /** As written in actions: `s3`. Always lower case. */
  readonly prefix: string
  /** As AWS calls it: `Amazon S3`. */
  readonly name: string
}

/**
 * The service behind an action prefix, in any case.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function serviceFacts(prefix: string): ServiceFacts | undefined {
  const table = serviceTable(prefix)
  return table === undefined ? undefined : { prefix: table.prefix, name: table.name }
}

export const isService = (prefix: string): boolean => textsByPrefix().has(prefix.toLowerCase())

/** Every service prefix, sorted. */
export const allServices = (): readonly string[] => [...textsByPrefix().keys()]

const tables = new Map<string, ServiceTable>()

/** The parsed reference of one service, kept after its first use. */
export function serviceTable(prefix: string): ServiceTable | undefined {
  const key = prefix.toLowerCase()
  const known = tables.get(key)
  if (known !== undefined) return known
  const text = textsByPrefix().get(key)
  if (text === undefined) return undefined
  const table = readServiceTable(text)
  tables.set(key, table)
  return table
}

let texts: ReadonlyMap<string, string> | undefined

function textsByPrefix(): ReadonlyMap<string, string> {
  texts ??= new Map(
    SERVICE_TEXTS.flatMap((module) => module.slice(1).split('^')).map((text) => [
      text.slice(0, text.indexOf(' ')),
      text,
    ]),
  )
  return texts
}
