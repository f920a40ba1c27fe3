import type { Document, LineCounter, ParsedNode } from 'yaml'

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
  const problem = parsed === undefined || isExhausted(parsed) ? TOO_DEEP : shapeProblem(yaml, parsed.contents)
  const document = problem === undefined && parsed !== undefined ? parsed : yaml.parseDocument('')
  if (problem !== undefined) return { document, lines, fault: { kind: 'unreadable', problem } }
  const [error] = document.errors
  if (error === undefined) return { document, lines, fault: undefined }
  const { line } = lines.linePos(error.pos[0])
  if (error.code === 'MULTIPLE_DOCS') {
    const why = `a second document begins in line ${line}, and one is read`
    return { document, lines, fault: { kind: 'several-documents', problem: why } }
  }
  const kind = error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'unreadable'
  return { document, lines, fault: { kind, problem: `${error.message.split('\n', 1)[0] ?? ''}, line ${line}` } }
}

/** No file of ours nests nearly so deep. What does would end the stack of whoever walks it. */
const MAX_DEPTH = 100
const TOO_DEEP = `it nests more than ${MAX_DEPTH} deep`

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

/** Level by level. A key that is no text is written out as one by the package, which doubles with each key within a key. */
function shapeProblem({ isCollection, isPair }: typeof import('yaml'), top: ParsedNode | null): string | undefined {
  let level: readonly unknown[] = [top]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return TOO_DEEP
    const items = level.flatMap((node): readonly unknown[] => (isCollection(node) ? node.items : []))
    if (items.some((item) => isPair(item) && isCollection(item.key))) return 'a key in it is a list or a mapping'
    level = items.map((item) => (isPair(item) ? item.value : item))
  }
  return undefined
}
