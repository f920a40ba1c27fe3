import { formatArn, parseArn } from '#iam/arn.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import type { Request } from '#iam/request.ts'
import type { ServiceRule } from './service-rule.ts'

/**
 * Service rule of AWS Glue: it adds no further request, since a call is evaluated on all that its resources lie in at once
 * (`calls.ts`, R-OTH-08).
 */
export const glue: ServiceRule = {
  service: 'glue',
  docs: 'https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html',
  guards: () => [],
  alsoRequires: () => [],
}

/**
 * Whether the action is asked on what lies in the Data Catalog, and so on the catalog, too (R-OTH-08). By the reference: tags,
 * for one, are set on a table alone. https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
export function isAskedOnCatalog(action: string): boolean {
  const [service = '', name = ''] = action.split(':')
  if (service.toLowerCase() !== 'glue') return false
  return actionFacts('glue', name)?.resourceTypes.some((type) => type.name === 'rootcatalog' && type.required) === true
}

/** Resources of a call, and all that they lie in: each once, those that it names first. */
export function withCatalog(named: readonly string[]): readonly string[] {
  const above = named.flatMap((arn) => catalogAncestors(arn))
  return above.length === 0 ? named : [...named, ...new Set(above.filter((arn) => !named.includes(arn)))]
}

/** Whether others of the call's resources lie in this one. */
export const liesAbove = (arn: string, resource: Request['resource']): boolean =>
  resource !== null &&
  typeof resource !== 'string' &&
  arn.includes(':glue:') &&
  resource.some((child) => catalogAncestors(child).includes(arn))

/** The ancestors of each kind of object, and how many names it has; with more, it lies in a catalog of another service. */
const WITHIN: Readonly<Record<string, { readonly names: number; readonly parents: readonly string[] }>> = {
  database: { names: 1, parents: [] },
  connection: { names: 1, parents: [] },
  table: { names: 2, parents: ['database'] },
  tableVersion: { names: 3, parents: ['table', 'database'] },
  userDefinedFunction: { names: 2, parents: ['database'] },
}

const DEPTH: Readonly<Record<string, number>> = { database: 1, table: 2 }

/** The innermost first; none for what lies in no catalog, or not in the account's own. */
export function catalogAncestors(arn: string): readonly string[] {
  const read = parseArn(arn)
  const [kind = '', ...names] = read?.resource.split('/') ?? []
  const within = Object.hasOwn(WITHIN, kind) ? WITHIN[kind] : undefined
  if (read === undefined || within?.names !== names.length) return []
  const parents = within.parents.map((parent) => [parent, ...names.slice(0, DEPTH[parent])].join('/'))
  return [...parents, 'catalog'].map((resource) => formatArn({ ...read, resource }))
}
