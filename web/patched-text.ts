import type { JSONPath, Node } from 'jsonc-parser'
import { jsoncReader } from './jsonc.ts'

/** Operation of an RFC 6902 patch. */
interface Operation {
  readonly op: string
  readonly path: string
  readonly value?: unknown
}

/**
 * The text with a patch made in it, in the layout that its owner wrote, so that only what changes differs. What does not come to
 * `after` so, comes laid out as JSON does it.
 */
export function patchedText(text: string, patch: readonly unknown[], after: unknown): string {
  try {
    const made = (patch as readonly Operation[]).reduce(patchedBy, text)
    if (isSame(JSON.parse(made), after)) return made
  } catch {
    // No JSON, or a path that is not there.
  }
  return JSON.stringify(after, null, 2)
}

function patchedBy(text: string, { op, path, value }: Operation): string {
  if (op !== 'add' && op !== 'replace' && op !== 'remove') throw new Error(`${op} is not known`)
  const at = path.split('/').slice(1).map(unescaped)
  if (at.length === 0) throw new Error('the whole is another')
  const { applyEdits, findNodeAtLocation, modify, parseTree } = jsoncReader()
  const root = parseTree(text)
  const place = pathOf(text, at.slice(0, -1))
  const parent = root === undefined ? undefined : findNodeAtLocation(root, [...place])
  const last = at.at(-1) ?? ''
  if (parent === undefined) throw new Error(`${path} is not there`)
  if (op !== 'remove') {
    const beside = textBeside(text, parent, last, op, value)
    if (beside !== undefined) return beside
  }
  const isList = parent.type === 'array'
  const step = isList ? (last === '-' ? (parent.children ?? []).length : Number(last)) : last
  const formattingOptions = { insertSpaces: !/^\t/m.test(text), tabSize: indentOf(text), eol: '\n' }
  const edits = modify(text, [...place, step], op === 'remove' ? undefined : value, {
    formattingOptions,
    isArrayInsertion: isList && op === 'add',
  })
  return applyEdits(text, edits)
}

/**
 * The text with a value in place of another, or behind the last of a list or an object: on the line where that stands, if all
 * stand on one, else on a line of its own. Undefined: between others, or where nothing is yet.
 */
function textBeside(text: string, parent: Node, name: string, op: string, value: unknown): string | undefined {
  const children = parent.children ?? []
  const isList = parent.type === 'array'
  const found = isList ? children[Number(name)] : children.find(({ children: [key] = [] }) => key?.value === name)
  const old = isList ? found : found?.children?.[1]
  if (old !== undefined && (op === 'replace' || !isList)) {
    const isOnOne = !text.slice(old.offset, old.offset + old.length).includes('\n')
    return spliced(text, old.offset, old.length, written(value, isOnOne, marginAt(text, old.offset), indentOf(text)))
  }
  const before = children.at(-1)
  if (before === undefined || old !== undefined || op !== 'add') return undefined
  const end = before.offset + before.length
  const isOnOne = !text.slice(parent.offset, parent.offset + parent.length).includes('\n')
  const margin = marginAt(text, before.offset)
  const said = written(value, isOnOne, margin, indentOf(text))
  const entry = isList ? said : `${JSON.stringify(name)}: ${said}`
  return spliced(text, end, 0, isOnOne ? `, ${entry}` : `,\n${' '.repeat(margin)}${entry}`)
}

const spliced = (text: string, at: number, length: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + length)

/** How far the line is indented on which a character stands. */
function marginAt(text: string, at: number): number {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at)
  return line.length - line.trimStart().length
}

/** Lists of so many letters stand on the line where one value stood. */
const SHORT = 90

function written(value: unknown, isOnOne: boolean, margin: number, indent: number): string {
  const plain = JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ')
  if (isOnOne && plain.length <= SHORT) return plain.replaceAll('[ ', '[').replaceAll(' ]', ']')
  return JSON.stringify(value, null, indent).replaceAll('\n', `\n${' '.repeat(margin)}`)
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

const member = (value: unknown, part: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? (value as Readonly<Record<string, unknown>>)[part]
    : undefined

/** Parts of a pointer as the parser takes them: of a list the number. */
function pathOf(text: string, parts: readonly string[]): JSONPath {
  let value = jsoncReader().parse(text) as unknown
  return parts.map((part) => {
    const isList = Array.isArray(value)
    value = member(value, part)
    return isList ? Number(part) : part
  })
}

/** How far the first line that is indented is. */
const indentOf = (text: string): number => /^( {1,8})\S/m.exec(text)?.[1]?.length ?? 2

/** The same value, whatever the order of its keys. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(member(one, key), member(other, key)))
  )
}
