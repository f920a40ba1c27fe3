import { dataTree } from './data-document.ts'
import { type In, type Module, type Project, followed, type SourceFile } from './project.ts'
import type { Block, Expression } from './syntax.ts'
import { jsonTree, type Tree, treeOf } from './tree.ts'

/** A policy document as it is written in a file. */
export interface Document {
  /** How it is written: `jsonencode`, a JSON text with or without templates in it, a data source. */
  readonly form: 'object' | 'template' | 'json' | 'data'
  readonly file: SourceFile
  readonly tree: Tree
  /** The data source, statement by statement. */
  readonly block?: Block
  /** Names it is reached by, each of which might be used elsewhere, too. */
  readonly through: readonly string[]
}

/** Why no document can be read there, to go on after "its document". */
export interface NoDocument {
  readonly reason: string
}

const no = (reason: string): NoDocument => ({ reason })

/** The document that an argument holds, in the file where it is written out. */
export function documentOf(project: Project, module: Module, at: In<Expression>): Document | NoDocument {
  return read(project, module, at, [])
}

const MAX_STEPS = 8

function read(
  project: Project,
  module: Module,
  { file, is }: In<Expression>,
  through: readonly string[],
): Document | NoDocument {
  if (through.length > MAX_STEPS) return no('is reached by too many names')
  switch (is.kind) {
    case 'heredoc': {
      const { start, end } = is.body
      const tree = jsonTree(file.text.slice(start, end), start, module)
      return tree === undefined
        ? no('is no JSON before Terraform has filled it in')
        : { form: 'template', file, tree, through }
    }
    case 'call':
      return ofCall(project, module, { file, is }, through)
    case 'reference':
      return ofReference(project, module, is.path, through)
    case 'text':
      return no('stands in a quoted text')
    default:
      return no('is worked out when Terraform runs')
  }
}

function ofCall(
  project: Project,
  module: Module,
  { file, is }: In<Extract<Expression, { kind: 'call' }>>,
  through: readonly string[],
): Document | NoDocument {
  const [argument] = is.args
  if (argument === undefined || is.args.length !== 1) return no(`is made by \`${is.name}\``)
  if (is.name === 'file') return ofFile(project, module, argument, through)
  if (is.name !== 'jsonencode') return no(`is made by \`${is.name}\``)
  const name = argument.kind === 'reference' ? argument.path.join('.') : undefined
  const elsewhere = argument.kind === 'reference' ? followed(module, argument.path) : undefined
  const value = elsewhere ?? { file, is: argument }
  const tree = treeOf(module, value.is)
  return tree?.is === 'object'
    ? { form: 'object', file: value.file, tree, through: name === undefined ? through : [...through, name] }
    : no('is worked out when Terraform runs')
}

/** `file("${path.module}/deploy.json")`: a file beside, as it is. */
function ofFile(
  project: Project,
  module: Module,
  argument: Expression,
  through: readonly string[],
): Document | NoDocument {
  const [base, rest] = argument.kind === 'text' ? argument.parts : []
  const isHere = typeof base === 'object' && base.kind === 'reference' && base.path.join('.') === 'path.module'
  const path = isHere && typeof rest === 'string' ? `${module.folder}${rest.replace(/^\//, '')}` : undefined
  const file = path === undefined ? undefined : project.files.get(path)
  if (file === undefined) return no('stands in a file that is not among those given')
  const tree = jsonTree(file.text, 0, undefined)
  return tree === undefined
    ? no(`is no JSON in \`${file.path}\``)
    : { form: 'json', file, tree, through: [...through, lastStep(file.path)] }
}

const lastStep = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function ofReference(
  project: Project,
  module: Module,
  path: readonly string[],
  through: readonly string[],
): Document | NoDocument {
  const elsewhere = followed(module, path)
  if (elsewhere !== undefined) return read(project, module, elsewhere, [...through, path.join('.')])
  const [kind, type, name = '', attribute = ''] = path
  if (kind !== 'data' || type !== 'aws_iam_policy_document') return no('stands elsewhere')
  const address = path.slice(0, 3).join('.')
  const found = module.blocks.get(`data.${type}.${name}`)
  if (found === undefined || !['json', 'minified_json'].includes(attribute)) return no(`is no part of \`${address}\``)
  const tree = dataTree(module, found.is)
  return tree === undefined
    ? no(`is put together by \`${address}\` when Terraform runs`)
    : { form: 'data', file: found.file, tree, block: found.is, through: [...through, address] }
}

/** How often a name stands in the files of a folder, but for where it is given. */
export function usesOf({ files }: Module, name: string): number {
  return files.reduce((sum, { file }) => sum + occurrences(file.text, name), 0)
}

function occurrences(text: string, name: string): number {
  let count = 0
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const around = `${text.charAt(at - 1)}${text.charAt(at + name.length)}`
    if (!/[\p{L}\p{N}_-]/u.test(around)) count++
  }
  return count
}
