import { isObject } from '#snapshot/fields.ts'
import {
  ARGUMENTS,
  conditionBlocks,
  literalOf,
  principalBlocks,
  PRINCIPALS,
  statementsOf,
  withVariables,
} from './data-document.ts'
import { aligned, changesOf, HCL, same, type Writing } from './edit-tree.ts'
import type { Module } from './project.ts'
import { conditionBlock, inline, principalBlock, statementBlock } from './render.ts'
import { attributeOf, type Block, type Range } from './syntax.ts'
import { indentAt, type TextEdit, withLine } from './text-edits.ts'
import { treeOf } from './tree.ts'

type Json = Readonly<Record<string, unknown>>

const DATA: Writing = {
  ...HCL,
  value: (value, indent) => inline(value, indent),
  beside: (source, values, indent) =>
    `flatten([${[source, ...values.map((value) => inline(value, indent))].join(', ')}])`,
}

/** Text edits of a data source so that the document it makes, which agrees with `before`, becomes `after`. */
export function dataChanges(
  module: Module,
  text: string,
  block: Block,
  before: unknown,
  after: unknown,
): readonly TextEdit[] | undefined {
  if (!isObject(before) || !isObject(after)) return undefined
  const [{ Statement: old, ...rest }, { Statement: next, ...restAfter }] = [before, after]
  const blocks = statementsOf(block)
  const [had, has] = [[old].flat(), [next].flat()]
  if (!same(rest, restAfter) || had.length !== blocks.length) return undefined
  const { changed, gone, added } = aligned(had, has)
  const changes = new DataChanges(module, text)
  for (const [i, k] of changed) {
    const statement = blocks[i]
    if (statement === undefined || !changes.statement(statement, had[i] as Json, has[k] as Json)) return undefined
  }
  for (const i of gone) {
    const statement = blocks[i]
    if (statement !== undefined) changes.edits.push(withLine(text, statement))
  }
  const last = blocks.at(-1)
  if (!added.every(isObject) || last === undefined) return undefined
  const indent = indentAt(text, last.start)
  if (added.length > 0)
    changes.behind(last, added.map((statement) => `\n\n${indent}${statementBlock(statement, indent)}`).join(''))
  return changes.edits
}

class DataChanges {
  readonly edits: TextEdit[] = []
  private readonly gone = new Set<Range>()
  private lines: { readonly isBlock: boolean; readonly write: (indent: string) => string }[] = []
  private readonly module: Module
  private readonly text: string

  constructor(module: Module, text: string) {
    this.module = module
    this.text = text
  }

  behind({ end }: Range, text: string): void {
    this.edits.push({ start: end, end, text })
  }

  statement(block: Block, before: Json, after: Json): boolean {
    const isSaid =
      Object.entries(ARGUMENTS).every(([key, name]) => this.argument(block, name, before[key], after[key])) &&
      Object.entries(PRINCIPALS).every(([key, type]) => this.principal(block, type, before[key], after[key])) &&
      this.condition(block, before['Condition'], after['Condition'])
    this.putLines(block)
    return isSaid
  }

  private argument(block: Block, name: string, before: unknown, after: unknown): boolean {
    if (same(before, after)) return true
    const attribute = attributeOf(block, name)
    const value = name === 'sid' || name === 'effect' ? after : [after].flat()
    if (after === undefined) {
      if (attribute !== undefined) this.takeOut(attribute)
      return attribute !== undefined
    }
    if (attribute === undefined) {
      this.lines.push({ isBlock: false, write: (indent) => `${name} = ${inline(value, indent)}` })
      return true
    }
    const tree = treeOf(this.module, attribute.value)
    const edits = tree === undefined ? undefined : changesOf(this.text, DATA, withVariables(tree), before, after)
    this.edits.push(...(edits ?? []))
    return edits !== undefined
  }

  private takeOut(range: Range): void {
    this.gone.add(range)
    this.edits.push(withLine(this.text, range))
  }

  /** Puts what is new behind what stays: arguments behind arguments, blocks behind all. */
  private putLines(block: Block): void {
    const kept = (all: readonly Range[]): Range | undefined =>
      all
        .filter((range) => !this.gone.has(range))
        .toSorted((a, b) => a.end - b.end)
        .at(-1)
    for (const { isBlock, write } of this.lines) {
      const argument = isBlock ? undefined : kept(block.attributes)
      const last = argument ?? kept([...block.attributes, ...block.blocks])
      const indent = last === undefined ? `${indentAt(this.text, block.start)}  ` : indentAt(this.text, last.start)
      const { start } = block.inside
      this.behind(last ?? { start, end: start }, `${isBlock ? '\n\n' : '\n'}${indent}${write(indent)}`)
    }
    this.lines = []
  }

  private principal(block: Block, type: string, before: unknown, after: unknown): boolean {
    const [old, next] = [byType(before), byType(after)]
    const blocks = principalBlocks(block, type)
    const of = (key: string): Block | undefined => blocks.find((block) => literalOf(this.module, block, 'type') === key)
    return this.blocks('identifiers', old, next, of, (key, value, indent) => principalBlock(type, key, value, indent))
  }

  private condition(block: Block, before: unknown, after: unknown): boolean {
    const tests = new Set([...Object.keys((before ?? {}) as Json), ...Object.keys((after ?? {}) as Json)])
    return [...tests].every((test) => {
      const [old, next] = [keysOf(before, test), keysOf(after, test)]
      const of = (key: string): Block | undefined =>
        conditionBlocks(block).find(
          (block) =>
            literalOf(this.module, block, 'test') === test && literalOf(this.module, block, 'variable') === key,
        )
      return this.blocks('values', old, next, of, (key, value, indent) => conditionBlock(test, key, value, indent))
    })
  }

  /** Blocks of one kind, by their key: changed, taken out, put behind. */
  private blocks(
    argument: string,
    before: Json,
    after: Json,
    of: (key: string) => Block | undefined,
    write: (key: string, value: unknown, indent: string) => string,
  ): boolean {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].every((key) => {
      const own = of(key)
      if (Object.hasOwn(before, key) !== (own !== undefined)) return false
      if (own === undefined) this.lines.push({ isBlock: true, write: (indent) => write(key, after[key], indent) })
      else if (!Object.hasOwn(after, key)) this.takeOut(own)
      else return this.argument(own, argument, before[key], after[key])
      return true
    })
  }
}

const byType = (principal: unknown): Json =>
  principal === undefined ? {} : isObject(principal) ? principal : { '*': principal }

function keysOf(condition: unknown, test: string): Json {
  const block = isObject(condition) && Object.hasOwn(condition, test) ? condition[test] : undefined
  return isObject(block) ? block : {}
}
