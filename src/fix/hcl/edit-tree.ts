import { isObject } from '#snapshot/fields.ts'
import { listOf, pairsOf, written } from './agree.ts'
import { hcl, keyText } from './render.ts'
import type { Range } from './syntax.ts'
import type { Tree, TreeEntry } from './tree.ts'
import { appendedAfter, takenOut, type TextEdit } from './text-edits.ts'

/** How values are written in a file. */
export interface Writing {
  readonly value: (value: unknown, indent: string) => string
  /** An entry of an object; `width` is that of the key of the one before it. */
  readonly entry: (key: string, value: unknown, indent: string, width: number) => string
  /** Whether entries of objects are parted by commas. */
  readonly commas: 'between' | 'as before'
  /** Several texts beside what the file leaves open; undefined: that cannot be said. */
  readonly beside: ((source: string, value: readonly unknown[], indent: string) => string) | undefined
}

export const HCL: Writing = {
  value: hcl,
  entry: (key, value, indent, width) => `${keyText(key).padEnd(width)} = ${hcl(value, indent)}`,
  commas: 'as before',
  beside: (source, values, indent) => `flatten([${[source, ...values.map((value) => hcl(value, indent))].join(', ')}])`,
}

/** JSON; `inTemplate`: Terraform reads it first. */
export function jsonWriting(unit: string, inTemplate: boolean): Writing {
  const value = (item: unknown, indent: string): string => {
    const text = JSON.stringify(item, null, unit).replaceAll('\n', `\n${indent}`)
    return inTemplate ? text.replaceAll('${', () => '$${').replaceAll('%{', '%%{') : text
  }
  return {
    value,
    entry: (key, field, indent) => `${value(key, indent)}: ${value(field, indent)}`,
    commas: 'between',
    beside: undefined,
  }
}

/** Text edits of a file so that the tree, which agrees with `before`, becomes `after`. Undefined: it cannot be said there. */
export function changesOf(
  text: string,
  writing: Writing,
  tree: Tree,
  before: unknown,
  after: unknown,
): readonly TextEdit[] | undefined {
  const changes = new Changes(text, writing)
  return changes.change(tree, before, after) ? changes.edits : undefined
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

class Changes {
  readonly edits: TextEdit[] = []
  private readonly text: string
  private readonly writing: Writing

  constructor(text: string, writing: Writing) {
    this.text = text
    this.writing = writing
  }

  change(tree: Tree, before: unknown, after: unknown): boolean {
    if (same(before, after)) return true
    if (tree.is === 'object') {
      const [old, next] = [onlyItem(before), onlyItem(after)]
      if (isObject(old) && isObject(next)) return this.entries(tree, old, next)
      // A lone statement becomes the first of a list.
      const [first, ...rest] = listOf(after)
      return isObject(old) && same(first, old) ? this.listed(tree, rest) : this.replace(tree, after)
    }
    if (tree.is === 'list') return this.list(tree, listOf(before), listOf(after))
    const added = listOf(after).filter((value) => !listOf(before).some((old) => same(old, value)))
    const isMore = listOf(after).length === listOf(before).length + added.length
    if (tree.is === 'text' && isMore && listOf(before).length === 1) return this.listed(tree, added)
    if (tree.is !== 'hole') return this.replace(tree, after)
    const { beside } = this.writing
    if (!isMore || beside === undefined) return false
    return this.put(tree, beside(this.source(tree), added, this.indent(tree)))
  }

  private listed(tree: Tree, added: readonly unknown[]): boolean {
    const indent = this.indent(tree)
    const all = [this.source(tree), ...added.map((value) => this.writing.value(value, indent))]
    return this.put(tree, `[${all.join(', ')}]`)
  }

  private replace(tree: Range, value: unknown): boolean {
    return this.put(tree, this.writing.value(value, this.indent(tree)))
  }

  private put({ start, end }: Range, text: string): boolean {
    this.edits.push({ start, end, text })
    return true
  }

  private source({ start, end }: Range): string {
    return this.text.slice(start, end)
  }

  private indent({ start }: Range): string {
    return /^[ \t]*/.exec(this.text.slice(this.text.lastIndexOf('\n', start - 1) + 1, start))?.[0] ?? ''
  }

  private entries(
    tree: Extract<Tree, { is: 'object' }>,
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
  ): boolean {
    const { entries } = tree
    const gone = entries.flatMap(({ key }, i) => (Object.hasOwn(after, key) ? [] : [i]))
    const here = new Set(written(entries).map(({ key }) => key))
    const fresh = Object.keys(after).filter((key) => !here.has(key))
    if (gone.length === entries.length) return this.replace(tree, after)
    const width = widthOf(this.text, entries)
    const write = fresh.map((key) => (indent: string) => this.writing.entry(key, after[key], indent, width))
    this.exchange(tree, entries, gone, write, this.writing.commas)
    return entries.every(({ key, value }) => !Object.hasOwn(after, key) || this.change(value, before[key], after[key]))
  }

  /** Exchanges items of a list: what is new takes the place of what goes; the rest is taken out or put behind. */
  private exchange(
    { start }: Range,
    items: readonly Range[],
    gone: readonly number[],
    write: readonly ((indent: string) => string)[],
    commas: Writing['commas'],
  ): void {
    const places = gone.slice(0, write.length)
    for (const [i, place] of places.entries()) {
      const item = items[place]
      if (item !== undefined) this.put(item, write[i]?.(this.indent(item)) ?? '')
    }
    this.edits.push(
      ...takenOut(this.text, items, gone.slice(places.length)),
      ...appendedAfter(this.text, start, items, write.slice(places.length), commas),
    )
  }

  private list(tree: Extract<Tree, { is: 'list' }>, before: readonly unknown[], after: readonly unknown[]): boolean {
    const { items } = tree
    const pairs = pairsOf(items, before)
    if (pairs === undefined) return false
    if (items.length === 0) return this.replace(tree, after)
    const { changed, gone, added } = aligned(before, after)
    if (gone.length === items.length) return this.replace(tree, after)
    const itemOf = (value: number): number => pairs.indexOf(value)
    const write = added.map((value) => (indent: string) => this.writing.value(value, indent))
    this.exchange(tree, items, gone.map(itemOf), write, 'between')
    return changed.every(([old, next]) => {
      const item = items[itemOf(old)]
      return item !== undefined && this.change(item, before[old], after[next])
    })
  }
}

const onlyItem = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value

/** Width of the last key with the spaces behind it, where the keys are lined up. */
function widthOf(text: string, entries: readonly TreeEntry[]): number {
  const last = entries.at(-1)
  const sign = last === undefined ? -1 : text.slice(last.start, last.value.start).indexOf('=')
  return Math.max(0, sign - 1)
}

/** Alignment of two lists: items kept as they are, changed in their place, gone; the rest is added behind. */
export function aligned(
  before: readonly unknown[],
  after: readonly unknown[],
): {
  readonly changed: readonly (readonly [number, number])[]
  readonly gone: readonly number[]
  readonly added: readonly unknown[]
} {
  const left = new Set(after.keys())
  const open: number[] = []
  for (const [i, value] of before.entries()) {
    const kept = [...left].find((k) => same(after[k], value))
    if (kept === undefined) open.push(i)
    else left.delete(kept)
  }
  const changed: (readonly [number, number])[] = []
  const gone: number[] = []
  for (const i of open) {
    // What stands in the same place is the same statement, changed.
    const isChanged = left.has(i) && isObject(before[i]) && isObject(after[i])
    if (isChanged) {
      changed.push([i, i])
      left.delete(i)
    } else gone.push(i)
  }
  return { changed, gone, added: [...left].map((k) => after[k]) }
}
