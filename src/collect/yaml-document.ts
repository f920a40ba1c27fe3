import type { Document, LineCounter } from 'yaml'

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
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  // Silent, the package leaves further documents out without a word; at `error` it prints nothing either.
  const document = parseDocument(text, { version: '1.2', lineCounter: lines, prettyErrors: false, logLevel: 'error' })
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
