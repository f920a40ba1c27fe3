import { DATE, SERVICE_GROUPS, SOURCE, VERSION } from './data/catalogue.ts'
import { lazy } from '../lazy.ts'
import { type ServiceReference, withReference } from './service-reference.ts'
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

export const isService = (prefix: string): boolean =>
  groupsByPrefix().has(prefix.toLowerCase()) || added.has(prefix.toLowerCase())

/** Every service prefix, sorted. */
export const allServices = (): readonly string[] =>
  added.size === 0
    ? [...groupsByPrefix().keys()]
    : [...new Set([...groupsByPrefix().keys(), ...added.keys()])].toSorted((a, b) => (a < b ? -1 : 1))

/** Services that a newer reference added to, by prefix. */
const added = new Map<string, ServiceTable>()

/**
 * Adds what newer references have to the built-in data: actions, resource types and condition keys that it lacks. It is for the
 * start of a program, before anything is asked of the data.
 */
export function addReferences(references: readonly ServiceReference[]): void {
  for (const reference of references) {
    const table = withReference(textOfService(reference.Name), reference)
    added.set(reference.Name, table)
    tables.set(reference.Name, table)
  }
}

const tables = new Map<string, ServiceTable>()

/** The parsed reference of one service, kept after its first use. */
export function serviceTable(prefix: string): ServiceTable | undefined {
  const key = prefix.toLowerCase()
  const known = tables.get(key)
  if (known !== undefined) return known
  const text = textOfService(key)
  if (text === undefined) return undefined
  const table = readServiceTable(text)
  tables.set(key, table)
  return table
}

const textOfService = (prefix: string): string | undefined => groupsByPrefix().get(prefix)?.().get(prefix)

/** The texts of one module by prefix. Most modules are never asked, and their texts are large. */
type Group = () => ReadonlyMap<string, string>

const groupsByPrefix = lazy<ReadonlyMap<string, Group>>(
  () =>
    new Map(
      SERVICE_GROUPS.flatMap(({ prefixes, text }) => {
        const names = prefixes.split(' ')
        const group = lazy(
          () =>
            new Map(
              text()
                .slice(1)
                .split('^')
                .map((one, i) => [names[i] ?? '', one]),
            ),
        )
        return names.map((name) => [name, group] as const)
      }),
    ),
)
