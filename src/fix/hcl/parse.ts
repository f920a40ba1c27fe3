import { expression } from './expressions.ts'
import { HclFault, Reader } from './reader.ts'
import { type Attribute, type Block, type Body, type Fault, lineAt } from './syntax.ts'

/**
 * A file of Terraform's language with the place of everything in it. A reader of our own: those on npm keep no places or
 * bring machine code (docs/dependencies.md). https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export function parseHcl(text: string): Body | Fault {
  const reader = new Reader(text)
  try {
    const found = body(reader)
    if (!reader.done) throw new HclFault('`}` closes nothing', reader.at)
    return found
  } catch (error) {
    if (!(error instanceof HclFault)) throw error
    return { fault: error.message, line: lineAt(text, error.at) }
  }
}

function body(reader: Reader): Body {
  const from = reader.at
  const attributes: Attribute[] = []
  const blocks: Block[] = []
  for (;;) {
    reader.skip(true)
    if (reader.done || reader.is('}')) return { attributes, blocks }
    const start = reader.at
    const name = reader.name()
    if (name === undefined) throw new HclFault('a name is missing', start)
    reader.skip(false)
    if (reader.take('=')) {
      const value = expression(reader, false)
      attributes.push({ name, value, start, end: reader.at })
      reader.skip(false)
      // Only a block in one line ends in the line of an argument.
      const isOneLine = reader.is('}') && !reader.text.slice(from, reader.at).includes('\n')
      if (!reader.done && !reader.is('\n') && !isOneLine) throw new HclFault('the line goes on', reader.at)
    } else blocks.push(block(reader, name, start))
  }
}

function block(reader: Reader, type: string, start: number): Block {
  const labels: string[] = []
  while (!reader.take('{')) {
    labels.push(label(reader))
    reader.skip(false)
  }
  const from = reader.at
  const { attributes, blocks } = reader.within(() => body(reader))
  const to = reader.at
  reader.expect('}')
  return { type, labels, attributes, blocks, inside: { start: from, end: to }, start, end: reader.at }
}

/** A name, or a text in quotes without a template. */
function label(reader: Reader): string {
  const start = reader.at
  if (!reader.take('"')) {
    const name = reader.name()
    if (name === undefined) throw new HclFault('`{` is missing', start)
    return name
  }
  const end = reader.text.indexOf('"', reader.at)
  const text = end < 0 ? '\n' : reader.text.slice(reader.at, end)
  if (/[\n\\]/.test(text)) throw new HclFault('a label has no end', start)
  reader.at = end + 1
  return text
}
