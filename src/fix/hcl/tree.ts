import { type Node, parseTree } from 'jsonc-parser'
import { nestsDeeper } from '#iam/json-scan.ts'
import { type Module, type Parts, followed, partsOf } from './project.ts'
import type { Expression, Range } from './syntax.ts'
import { templateParts } from './expressions.ts'

/** A JSON value as it is written down in a file, with what the file leaves open. */
export type Tree = Range &
  (
    | { readonly is: 'text'; readonly parts: Parts }
    | { readonly is: 'plain'; readonly value: number | boolean | null }
    | { readonly is: 'list'; readonly items: readonly Tree[] }
    | { readonly is: 'object'; readonly entries: readonly TreeEntry[] }
    /** Worked out when Terraform runs, or written elsewhere: then `known`. */
    | { readonly is: 'hole'; readonly known?: Tree }
  )

export interface TreeEntry extends Range {
  readonly key: string
  readonly value: Tree
}

/** Deeper than a policy ever is. */
const MAX_DEPTH = 20

/** The value of an expression; undefined where a key of an object is left open. */
export function treeOf(module: Module, expression: Expression, depth = MAX_DEPTH): Tree | undefined {
  const { start, end, kind } = expression
  if (depth === 0) return undefined
  switch (kind) {
    case 'text':
    case 'heredoc':
      return { is: 'text', parts: partsOf(module, expression), start, end }
    case 'literal':
      return { is: 'plain', value: expression.value, start, end }
    case 'list': {
      const items = expression.items.map((item) => treeOf(module, item, depth - 1))
      return items.every((item) => item !== undefined) ? { is: 'list', items, start, end } : undefined
    }
    case 'object': {
      const entries = expression.entries.map(({ key, value, ...at }): TreeEntry | undefined => {
        const found = treeOf(module, value, depth - 1)
        return key === undefined || found === undefined
          ? undefined
          : { key, value: found, start: at.start, end: at.end }
      })
      return entries.every((entry) => entry !== undefined) ? { is: 'object', entries, start, end } : undefined
    }
    case 'reference': {
      const elsewhere = followed(module, expression.path)
      const known =
        elsewhere === undefined
          ? textTree(partsOf(module, expression), expression)
          : treeOf(module, elsewhere.is, depth - 1)
      return { is: 'hole', ...(known === undefined ? {} : { known }), start, end }
    }
    default:
      return { is: 'hole', start, end }
  }
}

const textTree = (parts: Parts, { start, end }: Range): Tree | undefined =>
  parts.every((part) => part === null) ? undefined : { is: 'text', parts, start, end }

/** A JSON text that stands in a file at `offset`; of a heredoc its templates are Terraform's. Undefined: it is not JSON. */
export function jsonTree(text: string, offset: number, module: Module | undefined): Tree | undefined {
  // The parser recurses, and a text may nest as deep as a file is long.
  if (!isJson(text) || nestsDeeper(text, MAX_DEPTH)) return undefined
  const faults: { error: number }[] = []
  const node = parseTree(text, faults as never, { disallowComments: true })
  return node === undefined || faults.length > 0 ? undefined : nodeTree(node, offset, module, MAX_DEPTH)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function nodeTree(node: Node, offset: number, module: Module | undefined, depth: number): Tree | undefined {
  const at = { start: offset + node.offset, end: offset + node.offset + node.length }
  const children = node.children ?? []
  if (depth === 0) return undefined
  switch (node.type) {
    case 'string':
      return {
        is: 'text',
        parts: module === undefined ? [String(node.value)] : inText(module, String(node.value)),
        ...at,
      }
    case 'array': {
      const items = children.map((child) => nodeTree(child, offset, module, depth - 1))
      return items.every((item) => item !== undefined) ? { is: 'list', items, ...at } : undefined
    }
    case 'object': {
      const entries = children.map(({ children: [key, value] = [], ...own }): TreeEntry | undefined => {
        const found = value === undefined ? undefined : nodeTree(value, offset, module, depth - 1)
        const start = offset + own.offset
        return key === undefined || found === undefined
          ? undefined
          : { key: String(key.value), value: found, start, end: start + own.length }
      })
      return entries.every((entry) => entry !== undefined) ? { is: 'object', entries, ...at } : undefined
    }
    default:
      return { is: 'plain', value: node.value as number | boolean | null, ...at }
  }
}

function inText(module: Module, text: string): Parts {
  const parts = templateParts(text)
  return parts === undefined ? [null] : partsOf(module, { kind: 'text', parts, start: 0, end: 0 })
}
