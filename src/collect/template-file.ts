import type { Document, Node, YAMLMap } from 'yaml'
import { duplicateKeyAt, nestsDeeper, skipSpace } from '#iam/json-scan.ts'
import { UserError } from '../errors.ts'
import { ONE_DOCUMENT, yamlDocument } from './yaml-document.ts'

const MAX_BYTES = 64 * 1024 * 1024
/** CloudFormation's own limits are far below: 1 MB and 500 resources. */
const MAX_NODES = 500_000
const MAX_DEPTH = 100

/**
 * The value of a JSON or YAML text. Short tags of CloudFormation become what they stand for: `!Sub x` → `{ "Fn::Sub": "x" }`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export async function parseDocumentText(text: string, name: string): Promise<unknown> {
  const start = skipSpace(text, 0)
  const isJson = text.charAt(start) === '{' || text.charAt(start) === '['
  if (isJson && !name.endsWith('.yaml') && !name.endsWith('.yml')) return fromJson(text, start, name)
  if (text.length > MAX_BYTES) throw unreadable(name, 'it is larger than 64 MB', 'give JSON')
  return fromYaml(text, name)
}

const unreadable = (name: string, why: string, hint = 'give JSON, or a YAML template'): UserError =>
  new UserError('import/unreadable', `\`${name}\` cannot be read: ${why}`, hint)

function fromJson(text: string, start: number, name: string): unknown {
  if (nestsDeeper(text, MAX_DEPTH)) throw unreadable(name, `it nests more than ${MAX_DEPTH} deep`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw unreadable(name, error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'it is no JSON')
  }
  const twice = duplicateKeyAt(text, start)
  if (twice !== undefined)
    throw unreadable(
      name,
      `key \`${twice.key}\` stands twice in one object, line ${lineOf(text, twice.offset)}`,
      'keep one of the two',
    )
  return value
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

type Yaml = typeof import('yaml')

async function fromYaml(text: string, name: string): Promise<unknown> {
  const yaml = await import('yaml')
  const { document, fault } = await yamlDocument(text)
  if (fault !== undefined)
    throw unreadable(name, fault.problem, fault.kind === 'several-documents' ? ONE_DOCUMENT : undefined)
  const reading: Reading = { yaml, document, name, nodes: 0 }
  return valueOf(reading, document.contents, 0)
}

interface Reading {
  readonly yaml: Yaml
  readonly document: Document
  readonly name: string
  nodes: number
}

/** Not the package's own conversion: that drops the tags, and aliases could multiply without end. */
function valueOf(reading: Reading, node: Node | null, depth: number): unknown {
  const { yaml, document, name } = reading
  if (node === null) return null
  if (++reading.nodes > MAX_NODES || depth > MAX_DEPTH)
    throw unreadable(name, 'it nests too deep, or its aliases make it too large')
  if (yaml.isAlias(node)) return valueOf(reading, node.resolve(document) ?? null, depth + 1)
  const value = yaml.isScalar(node)
    ? scalarOf(node.value, node.source)
    : yaml.isSeq(node)
      ? node.items.map((item) => valueOf(reading, item as Node | null, depth + 1))
      : yaml.isMap(node)
        ? objectOf(reading, node, depth)
        : null
  const { tag } = node
  if (tag === undefined || !tag.startsWith('!') || tag.startsWith('!!')) return value
  const intrinsic = tag.slice(1)
  return { [intrinsic === 'Ref' || intrinsic === 'Condition' ? intrinsic : `Fn::${intrinsic}`]: value }
}

function objectOf(reading: Reading, node: YAMLMap, depth: number): unknown {
  const entries = node.items.map((pair): [string, unknown] => {
    const key = valueOf(reading, pair.key as Node | null, depth + 1)
    return [typeof key === 'string' ? key : String(key), valueOf(reading, pair.value as Node | null, depth + 1)]
  })
  return Object.fromEntries(entries)
}

/** An account id without quotes is a number to YAML, and has lost its leading zeros. */
function scalarOf(value: unknown, source: string | undefined): unknown {
  const isAccountId = source !== undefined && /^\d{12}$/.test(source)
  return typeof value === 'number' && isAccountId ? source : value
}
