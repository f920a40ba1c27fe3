import { isRepeated, type Module } from './project.ts'
import { attributeOf, type Block, type Range } from './syntax.ts'
import { type Tree, type TreeEntry, treeOf } from './tree.ts'

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  Sid: 'sid',
  Effect: 'effect',
  Action: 'actions',
  NotAction: 'not_actions',
  Resource: 'resources',
  NotResource: 'not_resources',
}
export const PRINCIPALS: Readonly<Record<string, string>> = { Principal: 'principals', NotPrincipal: 'not_principals' }

/** The document that a data source makes, written out; undefined: it takes parts from elsewhere, or repeats them. */
export function dataTree(module: Module, block: Block): Tree | undefined {
  const known = ['version', 'policy_id']
  if (block.attributes.some(({ name }) => !known.includes(name)) || isRepeated(block)) return undefined
  const statements = statementsOf(block)
  if (statements.length !== block.blocks.length || statements.length === 0) return undefined
  const items = statements.map((statement) => statementTree(module, statement))
  if (!items.every((item) => item !== undefined)) return undefined
  const { inside } = block
  const id = entryOf(module, block, 'Id', 'policy_id')
  const version = entryOf(module, block, 'Version', 'version') ?? {
    key: 'Version',
    value: text('2012-10-17', inside),
    ...inside,
  }
  const list: Tree = { is: 'list', items, ...inside }
  return {
    is: 'object',
    entries: [version, ...(id === undefined ? [] : [id]), { key: 'Statement', value: list, ...inside }],
    start: block.start,
    end: block.end,
  }
}

export const statementsOf = ({ blocks }: Block): readonly Block[] => blocks.filter(({ type }) => type === 'statement')

const text = (value: string, { start, end }: Range): Tree => ({ is: 'text', parts: [value], start, end })

function statementTree(module: Module, block: Block): Tree | undefined {
  const names = new Set(Object.values(ARGUMENTS))
  const kinds = [...Object.values(PRINCIPALS), 'condition']
  if (block.attributes.some(({ name }) => !names.has(name))) return undefined
  if (block.blocks.some(({ type }) => !kinds.includes(type))) return undefined
  const flat = Object.entries(ARGUMENTS).flatMap(([key, name]) => entryOf(module, block, key, name) ?? [])
  const effect = flat.some(({ key }) => key === 'Effect')
    ? []
    : [{ key: 'Effect', value: text('Allow', block.inside), ...block.inside }]
  const principals = Object.entries(PRINCIPALS).map(([key, type]) => principalEntry(module, block, key, type))
  const condition = conditionEntry(module, block)
  const rest = [...principals, condition].flatMap((entry) => entry ?? [])
  if (rest.includes('open')) return undefined
  const entries = [...flat, ...effect, ...rest.filter((entry) => entry !== 'open')]
  return { is: 'object', entries, start: block.start, end: block.end }
}

function entryOf(module: Module, block: Block, key: string, name: string): TreeEntry | undefined {
  const argument = attributeOf(block, name)
  const value = argument === undefined ? undefined : treeOf(module, argument.value)
  return argument === undefined || value === undefined
    ? undefined
    : { key, value: withVariables(value), start: argument.start, end: argument.end }
}

/** `&{aws:username}` stands for `${aws:username}`, which would be a template. */
export function withVariables(tree: Tree): Tree {
  if (tree.is === 'list') return { ...tree, items: tree.items.map(withVariables) }
  if (tree.is !== 'text') return tree
  return { ...tree, parts: tree.parts.map((part) => part?.replaceAll('&{', '${') ?? null) }
}

export const principalBlocks = (statement: Block, type: string): readonly Block[] =>
  statement.blocks.filter((block) => block.type === type)

export const literalOf = (module: Module, block: Block, name: string): string | undefined => {
  const value = attributeOf(block, name)?.value
  const tree = value === undefined ? undefined : treeOf(module, value)
  const [only] = tree?.is === 'text' && tree.parts.length === 1 ? tree.parts : []
  return only ?? undefined
}

function principalEntry(module: Module, statement: Block, key: string, type: string): TreeEntry | 'open' | undefined {
  const blocks = principalBlocks(statement, type)
  if (blocks.length === 0) return undefined
  const entries = blocks.map((block): TreeEntry | undefined => {
    const of = literalOf(module, block, 'type')
    const identifiers = entryOf(module, block, of ?? '', 'identifiers')
    return of === undefined ? undefined : identifiers
  })
  if (!entries.every((entry) => entry !== undefined) || !areUnlike(entries)) return 'open'
  const [only] = entries
  const at = { start: statement.start, end: statement.end }
  if (only?.key === '*' && entries.length === 1) return { key, value: text('*', at), ...at }
  return { key, value: { is: 'object', entries, ...at }, ...at }
}

export const conditionBlocks = (statement: Block): readonly Block[] => principalBlocks(statement, 'condition')

function conditionEntry(module: Module, statement: Block): TreeEntry | 'open' | undefined {
  const blocks = conditionBlocks(statement)
  if (blocks.length === 0) return undefined
  const at = { start: statement.start, end: statement.end }
  const byTest = new Map<string, TreeEntry[]>()
  for (const block of blocks) {
    const [test, variable] = [literalOf(module, block, 'test'), literalOf(module, block, 'variable')]
    const values = entryOf(module, block, variable ?? '', 'values')
    if (test === undefined || variable === undefined || values === undefined) return 'open'
    byTest.set(test, [...(byTest.get(test) ?? []), values])
  }
  const lists = [...byTest]
  if (!lists.every(([, entries]) => areUnlike(entries))) return 'open'
  const entries = lists.map(([key, own]): TreeEntry => ({ key, value: { is: 'object', entries: own, ...at }, ...at }))
  return { key: 'Condition', value: { is: 'object', entries, ...at }, ...at }
}

/** Blocks on the same are put together by the provider; we leave those alone. */
const areUnlike = (entries: readonly TreeEntry[]): boolean =>
  new Set(entries.map(({ key }) => key)).size === entries.length
