import { existsSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const GRAMMAR = 'tree-sitter-terraform.wasm'
const found = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, GRAMMAR))
  .find((path) => existsSync(path))

/** Undefined: the grammar of Terraform is here. Else why its tests are skipped; scripts/test.mjs makes that a failure where it is required. */
export const noHcl: string | undefined =
  found === undefined ? "Terraform's grammar is not here; get it with: .ci/install-parts" : undefined

/** A piece of the tree: what it is, and the text it stands for. */
export interface Node {
  readonly type: string
  readonly text: string
  readonly hasError: boolean
  readonly children: readonly Node[]
}

interface TreeSitter {
  readonly Parser: {
    new (): {
      readonly setLanguage: (language: unknown) => void
      readonly parse: (text: string) => { readonly rootNode: Node }
    }
    readonly init: () => Promise<void>
  }
  readonly Language: { readonly load: (path: string) => Promise<unknown> }
}

/** Reads Terraform by the grammar that editors have, and not by the reader of ours. */
export async function hclReader(): Promise<(text: string) => Node> {
  const grammar = realpathSync(found ?? '')
  const modules = dirname(dirname(dirname(grammar)))
  const { Parser, Language } = (await import(
    pathToFileURL(join(modules, 'web-tree-sitter', 'tree-sitter.js')).href
  )) as TreeSitter
  await Parser.init()
  const parser = new Parser()
  parser.setLanguage(await Language.load(grammar))
  return (text) => parser.parse(text).rootNode
}
