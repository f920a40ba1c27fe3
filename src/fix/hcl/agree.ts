import { isAccountId, parseArn } from '#iam/arn.ts'
import { isObject } from '#snapshot/fields.ts'
import type { Parts } from './project.ts'
import type { Tree, TreeEntry } from './tree.ts'

/**
 * Whether what stands in a file can be this value: the same but for what the file leaves open, for the order of lists of
 * texts, and for a list of one, which AWS and Terraform write either way.
 */
export function agrees(tree: Tree, value: unknown): boolean {
  switch (tree.is) {
    case 'hole':
      return tree.known === undefined ? isTexts(value) : agrees(tree.known, value)
    case 'text':
      return isFlat(value) && flat(value) !== undefined && partsMatch(tree.parts, String(flat(value)))
    case 'plain':
      return isFlat(value) && String(flat(value)) === String(tree.value)
    case 'list':
      return pairsOf(tree.items, listOf(value)) !== undefined
    case 'object': {
      const object = Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value
      if (!isObject(object)) return false
      const entries = written(tree.entries)
      return (
        entries.length === Object.keys(object).length &&
        new Set(entries.map(({ key }) => key)).size === entries.length &&
        entries.every(({ key, value: own }) => Object.hasOwn(object, key) && agrees(own, object[key]))
      )
    }
  }
}

/** Whether nothing of it is left open. */
export function isWhole(tree: Tree): boolean {
  switch (tree.is) {
    case 'hole':
      return tree.known !== undefined && isWhole(tree.known)
    case 'text':
      return tree.parts.every((part) => part !== null)
    case 'plain':
      return true
    case 'list':
      return tree.items.every(isWhole)
    case 'object':
      return tree.entries.every(({ value }) => isWhole(value))
  }
}

/** An empty Sid is none. */
export const written = (entries: readonly TreeEntry[]): readonly TreeEntry[] =>
  entries.filter(({ key, value }) => key !== 'Sid' || value.is !== 'text' || value.parts.join('') !== '')

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const flat = (value: unknown): unknown => (Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value)

const isFlat = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof flat(value))

const isTexts = (value: unknown): boolean => listOf(value).every((item) => isFlat(item) && !Array.isArray(item))

/**
 * Which value each item stands for, each value once. Texts stand in any order, those without anything open are given out
 * first; all else stands in the same order. Undefined: they do not agree.
 */
export function pairsOf(items: readonly Tree[], values: readonly unknown[]): readonly number[] | undefined {
  if (items.length !== values.length) return undefined
  const pairs = items.map((item, i) => (item.is === 'object' ? (agrees(item, values[i]) ? i : -1) : -1))
  if (items.some((item, i) => item.is === 'object' && pairs[i] === -1)) return undefined
  const taken = new Set(pairs)
  const order = items.flatMap((item, i) => (item.is === 'object' ? [] : [i]))
  for (const i of order.toSorted((a, b) => openness(items[a]) - openness(items[b]))) {
    const item = items[i]
    const found = values.findIndex((value, k) => !taken.has(k) && item !== undefined && agrees(item, value))
    if (found < 0) return undefined
    taken.add(found)
    pairs[i] = found
  }
  return pairs
}

const openness = (tree: Tree | undefined): number =>
  tree === undefined || isWhole(tree) ? 0 : tree.is === 'text' ? 1 : 2

/** An account id as a principal is kept as the ARN of its root. */
const isSameText = (own: string, text: string): boolean =>
  own === text || (isAccountId(own) && text.endsWith(`:iam::${own}:root`) && parseArn(text)?.service === 'iam')

/** The text with anything in the place of what is open. */
export function partsMatch(parts: Parts, text: string): boolean {
  const [first = '', ...rest] = parts
  if (rest.length === 0) return first === null || isSameText(first, text)
  let at = 0
  let isOpen = false
  for (const [i, part] of parts.entries()) {
    if (part === null) {
      isOpen = true
      continue
    }
    const isLast = i === parts.length - 1
    const found = isOpen ? (isLast ? text.length - part.length : text.indexOf(part, at)) : at
    if (found < at || !text.startsWith(part, found)) return false
    at = found + part.length
    isOpen = false
  }
  return isOpen || at === text.length
}
