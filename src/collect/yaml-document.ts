import type { Document, LineCounter, Node, ParsedNode } from 'yaml'

/** A text of YAML 1.2, with what is wrong with it first. */
export interface YamlDocument {
  readonly document: Document.Parsed
  readonly lines: LineCounter
  readonly fault: YamlFault | undefined
}

export interface YamlFault {
  readonly kind: 'unreadable' | 'duplicate-key' | 'several-documents'
  /** With the line. */
  readonly problem: string
}

export const ONE_DOCUMENT = 'put each document into a file of its own'

/** A second document, after a line of `---`, is a fault: what stands in it would not be heeded. */
export async function yamlDocument(text: string): Promise<YamlDocument> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  // Silent, the package leaves further documents out without a word; at `error` it prints nothing either.
  const parsed = within(() =>
    yaml.parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, logLevel: 'error' }),
  )
  const isDeep = parsed === undefined || isExhausted(parsed) || nestsDeeper(yaml, parsed.contents)
  const document = isDeep ? yaml.parseDocument('') : parsed
  if (isDeep) return { document, lines, fault: { kind: 'unreadable', problem: `it nests more than ${MAX_DEPTH} deep` } }
  const [error] = document.errors
  if (error === undefined) return { document, lines, fault: undefined }
  const { line } = lines.linePos(error.pos[0])
  if (error.code === 'MULTIPLE_DOCS') {
    const problem = `a second document begins in line ${line}, and one is read`
    return { document, lines, fault: { kind: 'several-documents', problem } }
  }
  const kind = error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'unreadable'
  return { document, lines, fault: { kind, problem: `${error.message.split('\n', 1)[0] ?? ''}, line ${line}` } }
}

/** No file of ours nests nearly so deep. What does would end the stack of whoever walks it. */
const MAX_DEPTH = 100

/** The package reads what nests by recursion: undefined where the stack ends first. */
function within<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Where the package met the end of the stack itself. */
const isExhausted = ({ errors }: Document.Parsed): boolean => errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')

/** Level by level. */
function nestsDeeper({ isCollection, isPair }: typeof import('yaml'), top: ParsedNode | null): boolean {
  let level: readonly unknown[] = [top]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    level = level
      .flatMap((node): readonly unknown[] => (isCollection(node) ? node.items : []))
      .flatMap((item): readonly unknown[] => (isPair<Node, Node | null>(item) ? [item.key, item.value] : [item]))
  }
  return false
}
