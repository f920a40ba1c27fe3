import { formatArn, parseArn } from '#iam/arn.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import type { Case } from '../case.ts'
import type { FurtherRequest, ServiceRule } from './service-rule.ts'

/** What lies in the Data Catalog is asked for together with all that it lies in (R-OTH-08). */
export const glue: ServiceRule = {
  service: 'glue',
  docs: 'https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html',
  guards: () => [],
  alsoRequires: (facts) => ancestors(facts),
}

function ancestors({ question, resource, request }: Case): readonly FurtherRequest[] {
  if (resource.kind !== 'arn' || !isAskedOnCatalog(question.action.name)) return []
  const named = new Set([request.resource ?? []].flat())
  return catalogAncestors(resource.arn)
    .filter((arn) => !named.has(arn))
    .map((arn) => ({
      request: { ...request, resource: arn },
      why: 'a call on what lies in the Data Catalog needs the action on all that it lies in, too',
      rule: 'R-OTH-08',
    }))
}

/** By the reference: tags, for one, are set on a table alone. */
const isAskedOnCatalog = (action: string): boolean =>
  actionFacts('glue', action)?.resourceTypes.some(({ name, required }) => name === 'rootcatalog' && required) === true

/** What each kind of object lies in, and how many names it has; with more, it lies in a catalog of another service. */
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
