import { lazy } from '#iam/lazy.ts'
import { parseHcl } from './parse.ts'
import { type Block, type Body, type Expression, type Fault, attributeOf } from './syntax.ts'

/** A file of the user's, by its path below the folder that was given, with `/` between its steps. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A block or an expression and the file it stands in. */
export interface In<T> {
  readonly file: SourceFile
  readonly is: T
}

/** A folder of Terraform files: what is named in one is known in all of them, and nowhere else. */
export interface Module {
  readonly folder: string
  readonly files: readonly In<Body>[]
  /** `aws_iam_role.deploy`, `data.aws_iam_policy_document.deploy` */
  readonly blocks: ReadonlyMap<string, In<Block>>
  readonly locals: ReadonlyMap<string, In<Expression>>
}

/** All that was given. Files that cannot be read are left out of the modules and listed. */
export interface Project {
  readonly modules: readonly Module[]
  readonly files: ReadonlyMap<string, SourceFile>
  readonly unread: readonly (Fault & { readonly path: string })[]
}

export function projectOf(files: readonly SourceFile[]): Project {
  const unread: (Fault & { path: string })[] = []
  const byFolder = new Map<string, In<Body>[]>()
  for (const file of files.filter(({ path }) => path.endsWith('.tf'))) {
    const is = parseHcl(file.text)
    if ('fault' in is) unread.push({ ...is, path: file.path })
    else byFolder.set(folderOf(file.path), [...(byFolder.get(folderOf(file.path)) ?? []), { file, is }])
  }
  return {
    modules: [...byFolder].map(([folder, own]) => moduleOf(folder, own)),
    files: new Map(files.map((file) => [file.path, file])),
    unread,
  }
}

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)

function moduleOf(folder: string, files: readonly In<Body>[]): Module {
  const all = files.flatMap(({ file, is }) => is.blocks.map((block) => ({ file, is: block })))
  return {
    folder,
    files,
    blocks: new Map(
      all.flatMap((entry) => {
        const address = addressOf(entry.is)
        return address === undefined ? [] : [[address, entry] as const]
      }),
    ),
    locals: new Map(
      all
        .filter(({ is }) => is.type === 'locals')
        .flatMap(({ file, is }) => is.attributes.map(({ name, value }) => [name, { file, is: value }] as const)),
    ),
  }
}

function addressOf({ type, labels: [first = '', second = ''] }: Block): string | undefined {
  if (type === 'resource') return `${first}.${second}`
  return type === 'data' ? `data.${first}.${second}` : undefined
}

/** A text with what is not written out in the files left open: `null`. */
export type Parts = readonly (string | null)[]

const MAX_STEPS = 16

/** The parts of the text that an expression gives. */
export function partsOf(module: Module, expression: Expression, steps = MAX_STEPS): Parts {
  if (steps === 0) return [null]
  switch (expression.kind) {
    case 'text':
    case 'heredoc':
      return joined(
        expression.parts.flatMap((part) => (typeof part === 'string' ? [part] : partsOf(module, part, steps - 1))),
      )
    case 'literal':
      return [String(expression.value)]
    case 'reference':
      return partsOfReference(module, expression.path, steps - 1)
    default:
      return [null]
  }
}

export const textOf = (parts: Parts): string | undefined => {
  const [only] = parts
  if (parts.length === 0) return ''
  return parts.length === 1 && typeof only === 'string' ? only : undefined
}

/** Expression that a reference stands for, where the same folder says it. */
export function followed(module: Module, path: readonly string[]): In<Expression> | undefined {
  const [first, second = ''] = path
  return first === 'local' && path.length === 2 ? module.locals.get(second) : undefined
}

function partsOfReference(module: Module, path: readonly string[], steps: number): Parts {
  const local = followed(module, path)
  if (local !== undefined) return partsOf(module, local.is, steps)
  const [type = '', name = '', attribute = ''] = path
  const block = path.length === 3 ? module.blocks.get(`${type}.${name}`)?.is : undefined
  if (block === undefined || isRepeated(block)) return [null]
  const named = lazy(() => nameParts(module, block, steps))
  if (attribute === NAMED_BY.get(type) || (attribute === 'id' && ID_IS_NAME.has(type))) return named()
  if (attribute !== 'arn') return [null]
  if (type === 'aws_s3_bucket') return joined(['arn:', null, ':s3:::', ...named()])
  const path_ = attributeOf(block, 'path') === undefined ? [] : [null]
  if (type === 'aws_iam_role') return joined(['arn:', null, ':iam::', null, ':role/', ...path_, ...named()])
  if (type === 'aws_iam_user') return joined(['arn:', null, ':iam::', null, ':user/', ...path_, ...named()])
  return [null]
}

/** The argument that names what a resource makes. https://registry.terraform.io/providers/hashicorp/aws/latest/docs */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['aws_iam_role', 'name'],
  ['aws_iam_user', 'name'],
  ['aws_iam_group', 'name'],
  ['aws_iam_policy', 'name'],
  ['aws_s3_bucket', 'bucket'],
  ['aws_s3_access_point', 'name'],
  ['aws_sqs_queue', 'name'],
  ['aws_sns_topic', 'name'],
  ['aws_secretsmanager_secret', 'name'],
  ['aws_ecr_repository', 'name'],
  ['aws_dynamodb_table', 'name'],
  ['aws_organizations_policy', 'name'],
  ['aws_ssoadmin_permission_set', 'name'],
])

const ID_IS_NAME: ReadonlySet<string> = new Set([
  'aws_iam_role',
  'aws_iam_user',
  'aws_iam_group',
  'aws_s3_bucket',
  'aws_ecr_repository',
  'aws_dynamodb_table',
])

/** The name of what a resource block makes; open where Terraform or AWS makes one up. */
export function nameParts(module: Module, block: Block, steps = MAX_STEPS): Parts {
  const argument = NAMED_BY.get(block.labels[0] ?? '')
  const value = argument === undefined ? undefined : attributeOf(block, argument)?.value
  return value === undefined || isRepeated(block) ? [null] : partsOf(module, value, steps)
}

/** A block that makes several resources, or none. */
export const isRepeated = (block: Body): boolean =>
  attributeOf(block, 'count') !== undefined || attributeOf(block, 'for_each') !== undefined

function joined(parts: Parts): Parts {
  const result: (string | null)[] = []
  for (const part of parts) {
    const last = result.at(-1)
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part
    else if (part !== null || last !== null || result.length === 0) result.push(part)
  }
  return result
}
